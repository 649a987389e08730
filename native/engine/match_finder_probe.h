// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "buffer.h"
#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The probe rule: 192 KiB of tables, and room for the tokens of three pieces. */
class ProbeFinder {
 public:
  /** Starts a job. `historyBytes` <= 32768 and < `length`. */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const ProbeEffort& effort);

  /** Gives `chunk` tokens; true when there are more. */
  bool find(TokenChunk& chunk);

 private:
  /** The position inserted last for each hash5, in its 16 low bits. */
  using Table = std::array<uint16_t, 1 << MOST_HASH5_BITS>;

  /** A piece of the source, and how far it has been searched. */
  struct Piece {
    size_t position;
    size_t end;
    uint32_t misses;
    unsigned shift;
    Table* table;
    /** What was found side by side with other pieces and not handed over yet; null: nothing. */
    Token* tokens;
    size_t tokenCount;
    /** How often their distances have each symbol; the upper half only takes what is counted in vain. */
    std::array<uint32_t, 64> distances;
  };

  void beginPieces();
  void beginPiece(Piece& piece, Table& table);
  template <size_t COUNT>
  void searchSideBySide(const std::array<Piece*, COUNT>& pieces);
  void search(Piece& piece, TokenChunk& chunk);

  std::array<Table, PIECES> tables_{};
  std::array<Piece, PIECES> pieces_{};
  size_t pieceCount_ = 0;
  /** The piece whose tokens come next. */
  size_t current_ = 0;
  /** Where the piece behind those begins, and how many bytes a piece has. */
  size_t next_ = 0;
  size_t pieceBytes_ = 0;
  Buffer tokens_;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  ProbeEffort effort_{};
};

}  // namespace nx
