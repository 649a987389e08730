// SPDX-License-Identifier: MIT
#include "match_finder_probe.h"

#include <algorithm>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace nx {

namespace {

/** Bytes that the first position of a group must have: one load has the hashed bytes of all of them. */
constexpr size_t LOOK = 8;

/** Distances less one are taken modulo 32768: what is farther away is only looked at where it cannot be
 * found. */
constexpr uint32_t GAP_MASK = REACH - 1;

/** Bytes that are compared at once. */
constexpr uint32_t WIDTH = 32;

/** Most bytes that a group and what follows from it take, and as many as are loaded beyond them. */
constexpr size_t MOST_GROUP_BYTES = GROUP + std::max<size_t>(MAX_MATCH, GROUP* MAX_STEP) + WIDTH;

/** word(i) * HASH_MULTIPLIER + word(i + 1) in the upper half of one product. */
constexpr uint64_t HASH5_MULTIPLIER = uint64_t{HASH_MULTIPLIER} << 32 | 1 << 24;

size_t hash5(uint64_t bytes, unsigned shift) {
  return static_cast<size_t>(bytes * HASH5_MULTIPLIER >> shift);
}

/**
 * How many of 32 bytes are equal: every x86-64 processor compares them without a branch. The first 4 are
 * known to be, and count as equal although another thread may be changing them.
 */
uint32_t commonOf32(const uint8_t* one, const uint8_t* other) {
#if defined(__SSE2__)
  const auto equal = [&](size_t at) {
    const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(one + at));
    const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(other + at));
    return static_cast<uint64_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)));
  };
  return static_cast<uint32_t>(__builtin_ctzll(~(equal(0) | equal(16) << 16 | 0xf)));
#else
  return commonLength(one, other, WIDTH);
#endif
}

/** How many bytes at `candidate` equal those at `here`, at most `most`; the first 4 are known to. */
uint32_t matchLength(const uint8_t* candidate, const uint8_t* here, uint32_t most) {
  if (most < WIDTH) return commonLength(candidate, here, most);
  const uint32_t length = commonOf32(candidate, here);
  return length < WIDTH ? length : commonLength(candidate, here, most, length);
}

/** Stores the literals of a group. */
void putLiterals(Token* tokens, const uint8_t* bytes) {
#if defined(__SSE2__)
  const __m128i zero = _mm_setzero_si128();
  const __m128i group = _mm_cvtsi32_si128(loadLe<int32_t>(bytes));
  const __m128i wide = _mm_unpacklo_epi16(_mm_unpacklo_epi8(group, zero), zero);
  const __m128i literals = _mm_or_si128(wide, _mm_set1_epi32(static_cast<int32_t>(literalToken(0))));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(tokens), literals);
#else
  for (size_t index = 0; index < GROUP; index++) tokens[index] = literalToken(bytes[index]);
#endif
}

/** Bytes of each piece but the last that data of `length` bytes is cut into. */
size_t pieceBytesOf(size_t length) {
  if (length < LEAST_CUT_BYTES) return length;
  const size_t most = PIECES * MOST_PIECE_BYTES;
  const size_t count = PIECES * ((length + most - 1) / most);
  return (length + count - 1) / count;
}

/** Bits of the table's hash for a piece of `length` bytes: about as many entries as positions. */
unsigned hash5Bits(size_t length) {
  unsigned bits = LEAST_HASH5_BITS;
  while (bits < MOST_HASH5_BITS && length > size_t{1} << bits) bits++;
  return bits;
}

/** Counts literals and match lengths, in two histograms by turns so that one count does not wait for another.
 */
void countLiteralsAndLengths(const Token* tokens, size_t count, Histogram& histogram) {
  std::array<std::array<uint32_t, TOKEN_LL_MASK + 1>, 2> counts{};
  size_t index = 0;
  for (; index + 2 <= count; index += 2) {
    counts[0][tokens[index] & TOKEN_LL_MASK]++;
    counts[1][tokens[index + 1] & TOKEN_LL_MASK]++;
  }
  if (index < count) counts[0][tokens[index] & TOKEN_LL_MASK]++;
  for (size_t byte = 0; byte < 256; byte++) histogram[byte] += counts[0][byte] + counts[1][byte];
  for (size_t length = MIN_MATCH; length <= MAX_MATCH; length++) {
    const size_t entry = TOKEN_FIRST_LENGTH + length;
    histogram[LENGTH_COUNT[length]] += counts[0][entry] + counts[1][entry];
  }
}

/** Calls `body` with 0, 1 ... COUNT - 1 as constants: a loop whose arrays can live in registers. */
template <typename Body, size_t... INDEX>
inline void forEachOf(std::index_sequence<INDEX...> /*indices*/, const Body& body) {
  (body(std::integral_constant<size_t, INDEX>{}), ...);
}

}  // namespace

void ProbeFinder::begin(const uint8_t* source, size_t length, size_t historyBytes,
                        const ProbeEffort& effort) {
  bytes_ = source;
  length_ = length;
  effort_ = effort;
  next_ = historyBytes;
  pieceBytes_ = pieceBytesOf(length - historyBytes);
  beginPieces();
}

/** Starts the next pieces. Those that can be are searched side by side up to their last few bytes. */
void ProbeFinder::beginPieces() {
  current_ = 0;
  pieceCount_ = 0;
  while (pieceCount_ < PIECES && next_ < length_) {
    beginPiece(pieces_[pieceCount_], tables_[pieceCount_]);
    pieceCount_++;
  }
  const size_t room = pieceBytes_ + GROUP;
  // Without memory for their tokens they are searched one after the other, with the same result.
  if (pieceCount_ < PIECES || !tokens_.grow(PIECES * room * sizeof(Token))) return;
  for (size_t index = 0; index < PIECES; index++) {
    pieces_[index].tokens = reinterpret_cast<Token*>(tokens_.bytes()) + index * room;
  }
  static_assert(PIECES == 3, "the pieces are named one by one");
  std::array<Piece*, PIECES> all{&pieces_[0], &pieces_[1], &pieces_[2]};
  searchSideBySide(all);
  // The one that has come to its end goes; the two others go on.
  std::sort(all.begin(), all.end(), [](const Piece* one, const Piece* other) {
    return one->end - one->position > other->end - other->position;
  });
  searchSideBySide(std::array<Piece*, 2>{all[0], all[1]});
}

void ProbeFinder::beginPiece(Piece& piece, Table& table) {
  const size_t start = next_;
  const size_t end = std::min(start + pieceBytes_, length_);
  const size_t first = start < REACH ? 0 : start - REACH;
  const unsigned bits = hash5Bits(end - first);
  piece.position = start;
  piece.end = end;
  piece.misses = 0;
  piece.shift = 64 - bits;
  piece.table = &table;
  piece.tokens = nullptr;
  piece.tokenCount = 0;
  piece.distances.fill(0);
  next_ = end;
  std::fill_n(table.begin(), size_t{1} << bits, static_cast<uint16_t>(first));
  for (size_t at = first; at < start && at + LOOK <= end; at += HISTORY_STRIDE) {
    table[hash5(loadLe<uint64_t>(bytes_ + at), piece.shift)] = static_cast<uint16_t>(at);
  }
}

bool ProbeFinder::find(TokenChunk& chunk) {
  Piece& piece = pieces_[current_];
  if (piece.tokens != nullptr) {
    chunk.tokens = piece.tokens;
    chunk.length = piece.tokenCount;
    countLiteralsAndLengths(piece.tokens, piece.tokenCount, chunk.histogram);
    for (size_t symbol = 0; symbol < D_SYMBOLS; symbol++) {
      chunk.histogram[FIRST_D_COUNT + symbol] = piece.distances[symbol];
    }
    piece.tokens = nullptr;
  } else {
    search(piece, chunk);
  }
  if (piece.position < piece.end || ++current_ < pieceCount_) return true;
  if (next_ == length_) return false;
  beginPieces();
  return true;
}

/**
 * Searches pieces in turn, a group of each, until one of them has not many bytes left. Nothing here branches
 * on whether and where there is a match, and while the loads of one piece are on their way the others
 * compute: the same steps take half as long again where pieces are searched one by one.
 */
template <size_t COUNT>
void ProbeFinder::searchSideBySide(const std::array<Piece*, COUNT>& pieces) {
  constexpr std::make_index_sequence<COUNT> ALL{};
  constexpr unsigned SHIFT = 64 - MOST_HASH5_BITS;
  const uint32_t missesLimit = 1u << effort_.skip;
  const uint8_t* const bytes = bytes_;
  std::array<const uint8_t*, COUNT> at;
  std::array<const uint8_t*, COUNT> last;
  std::array<uint16_t*, COUNT> table;
  std::array<Token*, COUNT> out;
  std::array<uint32_t, COUNT> misses;
  bool isLong = true;
  for (size_t index = 0; index < COUNT; index++) {
    Piece& piece = *pieces[index];
    if (piece.position == 0) piece.tokens[piece.tokenCount++] = literalToken(bytes[piece.position++]);
    isLong = isLong && piece.end - piece.position >= MOST_GROUP_BYTES && piece.shift == SHIFT;
    at[index] = bytes + piece.position;
    last[index] = bytes + piece.end - MOST_GROUP_BYTES;
    table[index] = piece.table->data();
    out[index] = piece.tokens + piece.tokenCount;
    misses[index] = piece.misses;
  }
  // Of the present group: the first position that is a match, or GROUP; the way back to its candidate.
  std::array<size_t, COUNT> which;
  std::array<int64_t, COUNT> back;
  std::array<uint32_t, COUNT> length;
  std::array<std::array<int32_t, GROUP + 1>, COUNT> backs;
  // Of the group before: its match, which is put while the present group's candidates are on their way.
  std::array<uint32_t, COUNT> gap{};
  std::array<uint32_t, COUNT> lengthBefore{};
  std::array<uint32_t, COUNT> isMiss;
  isMiss.fill(1);
  const auto putMatch = [&](auto index) {
    const uint32_t symbol = distanceSymbol(gap[index]);
    *out[index] = matchToken(lengthBefore[index], gap[index], symbol);
    out[index] += 1 - isMiss[index];
    pieces[index]->distances[symbol + isMiss[index] * 32]++;
  };

  while (isLong) {
    forEachOf(ALL, [&](auto index) {
      const uint8_t* const here = at[index];
      const auto look = loadLe<uint64_t>(here);
      uint32_t found = 1;
      const auto position = static_cast<int64_t>(here - bytes);
      std::array<uint16_t*, GROUP> entry;
      for (size_t offset = 0; offset < GROUP; offset++) {
        entry[offset] = table[index] + hash5(look >> (8 * offset), SHIFT);
      }
      for (size_t offset = 0; offset < GROUP; offset++) {
        // -1 - gap: the low 15 bits of entry - position, all others ones.
        const int64_t to = *entry[offset] - (position + static_cast<int64_t>(offset));
        backs[index][offset] = static_cast<int32_t>(to | ~int64_t{GAP_MASK});
        *entry[offset] = static_cast<uint16_t>(position + static_cast<int64_t>(offset));
      }
      for (size_t offset = GROUP; offset-- > 0;) {
        const auto word = loadLe<uint32_t>(here + offset + backs[index][offset]);
        found = 2 * found + (word == static_cast<uint32_t>(look >> (8 * offset)));
      }
      backs[index][GROUP] = -1;
      which[index] = static_cast<size_t>(__builtin_ctz(found));
    });
    forEachOf(ALL, putMatch);
    forEachOf(ALL, [&](auto index) {
      putLiterals(out[index], at[index]);
      out[index] += which[index];
      const uint8_t* const here = at[index] + which[index];
      back[index] = backs[index][which[index]];
      length[index] = commonOf32(here + back[index], here);
    });
    forEachOf(ALL, [&](auto index) {
      const auto miss = static_cast<uint32_t>(which[index] / GROUP);
      length[index] &= miss - 1;
      if (__builtin_expect(length[index] == WIDTH, 0)) {
        const uint8_t* const here = at[index] + which[index];
        length[index] = commonLength(here + back[index], here, MAX_MATCH, WIDTH);
      }
      gap[index] = ~static_cast<uint32_t>(back[index]);
      lengthBefore[index] = length[index];
      isMiss[index] = miss;
      misses[index] = (misses[index] + GROUP) & -miss;
      at[index] += which[index] + length[index];
      // Of a group without a match it is inserted already.
      const uint8_t* const end = at[index] - 1;
      table[index][hash5(loadLe<uint64_t>(end), SHIFT)] = static_cast<uint16_t>(end - bytes);
    });
    forEachOf(ALL, [&](auto index) {
      if (__builtin_expect(misses[index] >= missesLimit, 0)) {
        const uint32_t steps = std::min(misses[index] / missesLimit, MAX_STEP - 1);
        for (uint32_t step = 0; step < steps; step++) {
          putLiterals(out[index], at[index]);
          out[index] += GROUP;
          at[index] += GROUP;
        }
        misses[index] += GROUP * steps;
      }
      isLong = isLong && at[index] <= last[index];
    });
  }

  forEachOf(ALL, putMatch);
  for (size_t index = 0; index < COUNT; index++) {
    Piece& piece = *pieces[index];
    piece.position = static_cast<size_t>(at[index] - bytes);
    piece.tokenCount = static_cast<size_t>(out[index] - piece.tokens);
    piece.misses = misses[index];
  }
}

/** Searches a piece until the chunk is full or the piece ends. */
void ProbeFinder::search(Piece& piece, TokenChunk& chunk) {
  const uint8_t* const bytes = bytes_;
  const size_t end = piece.end;
  const size_t lookEnd = end < LOOK ? 0 : end - LOOK + 1;
  const unsigned shift = piece.shift;
  Table& table = *piece.table;
  size_t position = piece.position;
  if (position == 0) chunk.addLiteral(bytes[position++]);

  while (position < lookEnd && chunk.length < CHUNK_TOKENS) {
    const size_t groupEnd = position + GROUP;
    auto rest = loadLe<uint64_t>(bytes + position);
    uint32_t gap = 0;
    for (; position < groupEnd; position++, rest >>= 8) {
      const uint8_t* const here = bytes + position;
      uint16_t& entry = table[hash5(rest, shift)];
      // The candidate lies between 0 and `position`, so that there are bytes whatever the entry says.
      gap = static_cast<uint32_t>(position - 1 - entry) & GAP_MASK;
      entry = static_cast<uint16_t>(position);
      if (loadLe<uint32_t>(here - 1 - gap) == static_cast<uint32_t>(rest)) break;
      chunk.addLiteral(*here);
    }
    if (position == groupEnd) {
      piece.misses += GROUP;
      const size_t step = GROUP * std::min(piece.misses >> effort_.skip, MAX_STEP - 1);
      piece.misses += static_cast<uint32_t>(step);
      const size_t stepEnd = std::min(position + step, end);
      while (position < stepEnd) chunk.addLiteral(bytes[position++]);
      continue;
    }
    piece.misses = 0;
    const uint8_t* const here = bytes + position;
    const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
    const uint32_t length = matchLength(here - 1 - gap, here, most);
    chunk.addMatch(length, gap + 1);
    // Few of its positions are worth an entry: those of the group, as the match may have begun late, and the
    // last.
    for (size_t inside = position + 1; inside < groupEnd; inside++) {
      rest >>= 8;
      table[hash5(rest, shift)] = static_cast<uint16_t>(inside);
    }
    position += length;
    if (position <= lookEnd) {
      table[hash5(loadLe<uint64_t>(bytes + position - 1), shift)] = static_cast<uint16_t>(position - 1);
    }
  }

  if (position >= lookEnd) {
    while (position < end) chunk.addLiteral(bytes[position++]);
  }
  piece.position = position;
}

}  // namespace nx
