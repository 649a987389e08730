#include "crc32_fold.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nx {

#if defined(__x86_64__)

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

__attribute__((target("pclmul"))) inline __m128i load(const uint8_t* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

__attribute__((target("pclmul"))) inline __m128i fold(__m128i lane, __m128i step, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(lane, step, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, step, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

}  // namespace

bool canFoldCrc32() {
  static const bool can = __builtin_cpu_supports("pclmul") != 0;
  return can;
}

__attribute__((target("pclmul"))) size_t foldCrc32(const uint8_t* bytes, size_t length, uint32_t crc,
                                                   uint8_t folded[CRC_FOLDED_BYTES]) {
  const __m128i four =
      _mm_set_epi64x(static_cast<int64_t>(FOUR_LANES.high), static_cast<int64_t>(FOUR_LANES.low));
  const __m128i one = _mm_set_epi64x(static_cast<int64_t>(ONE_LANE.high), static_cast<int64_t>(ONE_LANE.low));
  __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128(static_cast<int32_t>(crc)));
  __m128i b = load(bytes + 16);
  __m128i c = load(bytes + 32);
  __m128i d = load(bytes + 48);
  size_t at = 64;
  for (; length - at >= 64; at += 64) {
    a = fold(a, four, load(bytes + at));
    b = fold(b, four, load(bytes + at + 16));
    c = fold(c, four, load(bytes + at + 32));
    d = fold(d, four, load(bytes + at + 48));
  }
  a = fold(fold(fold(a, one, b), one, c), one, d);
  for (; length - at >= 16; at += 16) a = fold(a, one, load(bytes + at));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), a);
  return at;
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
