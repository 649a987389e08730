// SPDX-License-Identifier: MIT
#include "crc32_fold.h"

#include "bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>
#elif defined(__PPC64__) && defined(__CRYPTO__)
#include <altivec.h>
#endif

namespace nx {

namespace {

/** x^n modulo the polynomial, as a 64-bit polynomial whose lowest coefficient is in bit 63. */
constexpr uint64_t powerOfX(unsigned n) {
  uint32_t value = 0x80000000;
  for (unsigned index = 0; index < n; index++) value = timesX(value);
  return static_cast<uint64_t>(value) << 32;
}

/**
 * What the two halves of 128 bits are multiplied by to move them on by some bits. The product of two 64-bit
 * polynomials in this order of bits has its lowest coefficient in bit 126 instead of 127, which is one x too
 * many.
 */
struct Step {
  uint64_t low;
  uint64_t high;
};
constexpr Step stepOver(unsigned bits) {
  return {powerOfX(bits + 64 - 1), powerOfX(bits - 1)};
}

constexpr Step FOUR_LANES = stepOver(512);
constexpr Step ONE_LANE = stepOver(128);

/**
 * Folds in four lanes, since a multiplication takes several cycles but one can begin in each.
 *
 * @tparam Unit the processor's 128-bit registers: `Lane`; `make` one of two halves; `load`, `store`; `fold`,
 * which multiplies a lane by a step and adds the next one; all of them compiled for the processor of the
 * caller
 */
template <typename Unit>
__attribute__((always_inline)) inline size_t foldBy(const uint8_t* bytes, size_t length, uint32_t crc,
                                                    uint8_t* folded) {
  using Lane = typename Unit::Lane;
  const Lane four = Unit::make(FOUR_LANES.low, FOUR_LANES.high);
  const Lane one = Unit::make(ONE_LANE.low, ONE_LANE.high);
  Lane a = Unit::make(loadLe<uint64_t>(bytes) ^ crc, loadLe<uint64_t>(bytes + 8));
  Lane b = Unit::load(bytes + 16);
  Lane c = Unit::load(bytes + 32);
  Lane d = Unit::load(bytes + 48);
  size_t at = 64;
  for (; length - at >= 64; at += 64) {
    a = Unit::fold(a, four, Unit::load(bytes + at));
    b = Unit::fold(b, four, Unit::load(bytes + at + 16));
    c = Unit::fold(c, four, Unit::load(bytes + at + 32));
    d = Unit::fold(d, four, Unit::load(bytes + at + 48));
  }
  a = Unit::fold(Unit::fold(Unit::fold(a, one, b), one, c), one, d);
  for (; length - at >= 16; at += 16) a = Unit::fold(a, one, Unit::load(bytes + at));
  Unit::store(folded, a);
  return at;
}

#if defined(__x86_64__)

/** PCLMULQDQ multiplies one half of each operand. */
struct Pclmul {
  using Lane = __m128i;
  __attribute__((target("pclmul"))) static Lane make(uint64_t low, uint64_t high) {
    return _mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low));
  }
  __attribute__((target("pclmul"))) static Lane load(const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  __attribute__((target("pclmul"))) static void store(uint8_t* at, Lane lane) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at), lane);
  }
  __attribute__((target("pclmul"))) static Lane fold(Lane lane, Lane step, Lane next) {
    const Lane low = _mm_clmulepi64_si128(lane, step, 0x00);
    const Lane high = _mm_clmulepi64_si128(lane, step, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
  }
};

/** Bytes that the wide form takes at a time: four lanes of 256 bits. */
constexpr size_t WIDE_TURN = 128;

/** Fewest bytes for the wide form. Lower: what it has left over to fold takes longer than it saves. */
constexpr size_t WIDE_LEAST_BYTES = 4 * WIDE_TURN;

constexpr Step EIGHT_LANES = stepOver(1024);

__attribute__((target("avx2"))) inline __m256i loadWide(const uint8_t* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

__attribute__((target("avx2,vpclmulqdq"))) inline __m256i foldTwo(__m256i lanes, __m256i step, __m256i next) {
  const __m256i low = _mm256_clmulepi64_epi128(lanes, step, 0x00);
  const __m256i high = _mm256_clmulepi64_epi128(lanes, step, 0x11);
  return _mm256_xor_si256(_mm256_xor_si256(low, high), next);
}

/** Folds whole turns of 128 bytes, two lanes in a register, down to `folded`. */
__attribute__((target("avx2,vpclmulqdq"))) size_t foldWide(const uint8_t* bytes, size_t length, uint32_t crc,
                                                           uint8_t folded[WIDE_TURN]) {
  const auto low = static_cast<int64_t>(EIGHT_LANES.low);
  const auto high = static_cast<int64_t>(EIGHT_LANES.high);
  const __m256i step = _mm256_setr_epi64x(low, high, low, high);
  __m256i a =
      _mm256_xor_si256(loadWide(bytes), _mm256_setr_epi32(static_cast<int32_t>(crc), 0, 0, 0, 0, 0, 0, 0));
  __m256i b = loadWide(bytes + 32);
  __m256i c = loadWide(bytes + 64);
  __m256i d = loadWide(bytes + 96);
  size_t at = WIDE_TURN;
  for (; length - at >= WIDE_TURN; at += WIDE_TURN) {
    a = foldTwo(a, step, loadWide(bytes + at));
    b = foldTwo(b, step, loadWide(bytes + at + 32));
    c = foldTwo(c, step, loadWide(bytes + at + 64));
    d = foldTwo(d, step, loadWide(bytes + at + 96));
  }
  auto* const to = reinterpret_cast<__m256i*>(folded);
  _mm256_storeu_si256(to, a);
  _mm256_storeu_si256(to + 1, b);
  _mm256_storeu_si256(to + 2, c);
  _mm256_storeu_si256(to + 3, d);
  return at;
}

/** Bytes that the widest form takes at a time: four lanes of 512 bits. */
constexpr size_t WIDEST_TURN = 256;

/** Fewest bytes for the widest form, which leaves two turns of the wide one to be folded. */
constexpr size_t WIDEST_LEAST_BYTES = 4 * WIDEST_TURN;

constexpr Step SIXTEEN_LANES = stepOver(2048);

__attribute__((target("avx512f,vpclmulqdq"))) inline __m512i foldFour(__m512i lanes, __m512i step,
                                                                      const uint8_t* next) {
  // 0x96: the sum of all three.
  const __m512i low = _mm512_clmulepi64_epi128(lanes, step, 0x00);
  const __m512i high = _mm512_clmulepi64_epi128(lanes, step, 0x11);
  return _mm512_ternarylogic_epi64(low, high, _mm512_loadu_si512(next), 0x96);
}

/** Folds whole turns of 256 bytes, four lanes in a register. */
__attribute__((target("avx512f,vpclmulqdq"))) size_t foldWidest(const uint8_t* bytes, size_t length,
                                                                uint32_t crc, uint8_t folded[WIDEST_TURN]) {
  const auto low = static_cast<int64_t>(SIXTEEN_LANES.low);
  const auto high = static_cast<int64_t>(SIXTEEN_LANES.high);
  const __m512i step = _mm512_setr_epi64(low, high, low, high, low, high, low, high);
  __m512i a = _mm512_xor_si512(_mm512_loadu_si512(bytes), _mm512_setr_epi64(crc, 0, 0, 0, 0, 0, 0, 0));
  __m512i b = _mm512_loadu_si512(bytes + 64);
  __m512i c = _mm512_loadu_si512(bytes + 128);
  __m512i d = _mm512_loadu_si512(bytes + 192);
  size_t at = WIDEST_TURN;
  for (; length - at >= WIDEST_TURN; at += WIDEST_TURN) {
    a = foldFour(a, step, bytes + at);
    b = foldFour(b, step, bytes + at + 64);
    c = foldFour(c, step, bytes + at + 128);
    d = foldFour(d, step, bytes + at + 192);
  }
  _mm512_storeu_si512(folded, a);
  _mm512_storeu_si512(folded + 64, b);
  _mm512_storeu_si512(folded + 128, c);
  _mm512_storeu_si512(folded + 192, d);
  return at;
}

#elif defined(__aarch64__) && defined(__linux__)

/** The bit of the kernel's AT_HWCAP for PMULL (Documentation/arch/arm64/elf_hwcaps.rst). */
constexpr unsigned long HWCAP_BIT_PMULL = 1 << 4;

/** PMULL multiplies the low halves, PMULL2 the high ones. */
struct Pmull {
  using Lane = uint64x2_t;
  __attribute__((target("+crypto"))) static Lane make(uint64_t low, uint64_t high) {
    return vcombine_u64(vcreate_u64(low), vcreate_u64(high));
  }
  __attribute__((target("+crypto"))) static Lane load(const uint8_t* at) {
    return vreinterpretq_u64_u8(vld1q_u8(at));
  }
  __attribute__((target("+crypto"))) static void store(uint8_t* at, Lane lane) {
    vst1q_u8(at, vreinterpretq_u8_u64(lane));
  }
  __attribute__((target("+crypto"))) static Lane fold(Lane lane, Lane step, Lane next) {
    const poly128_t low = vmull_p64(static_cast<poly64_t>(vgetq_lane_u64(lane, 0)),
                                    static_cast<poly64_t>(vgetq_lane_u64(step, 0)));
    const poly128_t high = vmull_high_p64(vreinterpretq_p64_u64(lane), vreinterpretq_p64_u64(step));
    return veorq_u64(veorq_u64(vreinterpretq_u64_p128(low), vreinterpretq_u64_p128(high)), next);
  }
};

#elif defined(__PPC64__) && defined(__CRYPTO__)

/** VPMSUMD multiplies both halves and adds the products. Every processor with an NX has it (POWER8 and up).
 */
struct Vpmsum {
  using Lane = __vector unsigned long long;
  static Lane make(uint64_t low, uint64_t high) { return Lane{low, high}; }
  static Lane load(const uint8_t* at) { return loadLe<Lane>(at); }
  static void store(uint8_t* at, Lane lane) { storeLe(at, lane); }
  static Lane fold(Lane lane, Lane step, Lane next) { return __builtin_crypto_vpmsumd(lane, step) ^ next; }
};

#endif

}  // namespace

#if defined(__x86_64__)

bool canFoldCrc32() {
  static const bool can = __builtin_cpu_supports("pclmul") != 0;
  return can;
}

__attribute__((target("pclmul"))) size_t foldCrc32(const uint8_t* bytes, size_t length, uint32_t crc,
                                                   uint8_t folded[CRC_FOLDED_BYTES]) {
  static const bool isWide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("vpclmulqdq");
  static const bool isWidest = isWide && __builtin_cpu_supports("avx512f");
  if (!isWide || length < WIDE_LEAST_BYTES) return foldBy<Pclmul>(bytes, length, crc, folded);
  uint8_t few[WIDE_TURN];
  size_t taken = 0;
  if (isWidest && length >= WIDEST_LEAST_BYTES) {
    uint8_t more[WIDEST_TURN];
    taken = foldWidest(bytes, length, crc, more);
    foldWide(more, WIDEST_TURN, 0, few);
  } else {
    taken = foldWide(bytes, length, crc, few);
  }
  foldBy<Pclmul>(few, WIDE_TURN, 0, folded);
  return taken;
}

#elif defined(__aarch64__) && defined(__linux__)

bool canFoldCrc32() {
  static const bool can = (getauxval(AT_HWCAP) & HWCAP_BIT_PMULL) != 0;
  return can;
}

__attribute__((target("+crypto"))) size_t foldCrc32(const uint8_t* bytes, size_t length, uint32_t crc,
                                                    uint8_t folded[CRC_FOLDED_BYTES]) {
  return foldBy<Pmull>(bytes, length, crc, folded);
}

#elif defined(__PPC64__) && defined(__CRYPTO__)

bool canFoldCrc32() {
  return true;
}

size_t foldCrc32(const uint8_t* bytes, size_t length, uint32_t crc, uint8_t folded[CRC_FOLDED_BYTES]) {
  return foldBy<Vpmsum>(bytes, length, crc, folded);
}

#else

bool canFoldCrc32() {
  return false;
}

size_t foldCrc32(const uint8_t*, size_t, uint32_t, uint8_t*) {
  return 0;
}

#endif

}  // namespace nx
