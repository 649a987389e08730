// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>

#include "format.h"
#include "memory.h"
#include "target.h"

namespace nx {

/** Why a job cannot go on. */
struct Stop {
  enum Kind { NONE, TERMINATION, TRANSLATION_FAULT };
  Kind kind = NONE;
  /** Of a termination. */
  uint8_t cc = cc::OK;
  /** The address at fault; of a termination 0 where its code has none (UM table 6-8). */
  uint64_t fsa = 0;
};

/** The memory that a CRB's source or target DDE describes: the contiguous ranges of its direct DDEs. */
struct Described {
  struct Piece {
    uint64_t address;
    /** Where a source piece is in this process. */
    uint8_t* bytes;
    size_t length;
  };
  std::array<Piece, dde::MAX_COUNT> pieces;
  size_t count = 0;
  /** Bytes that the job may use. */
  size_t length = 0;
  /** The indirect DDE names more bytes than its list has. */
  bool overflows = false;
};

/**
 * The DMA controller: finds the data that DDEs describe, hands source to the engine and stores its target.
 * What returns false or null has set `stop()`: a termination for what UM 6.4 and table 6-8 call an error, a
 * translation fault for memory that is not resident.
 */
class Dma {
 public:
  /** Takes up a job. `memory` is used until `end`. */
  void begin(const Memory& memory);
  void end();

  const Stop& stop() const { return stop_; }
  void terminate(uint8_t cc, uint64_t fsa = 0) { stop_ = {Stop::TERMINATION, cc, fsa}; }

  /** A control structure that NX reads, or writes if `write`. */
  uint8_t* structure(uint64_t address, size_t length, bool write);

  /** Takes the source that a DDE describes, and checks that it is resident. */
  bool openSource(const uint8_t* dde);
  size_t sourceLength() const { return source_.length; }
  /**
   * Source bytes `start` to `end` in one piece, not null if there are none of them. Without copying where one
   * DDE holds them all; several slices of one source do not disturb each other.
   */
  const uint8_t* slice(size_t start, size_t end);

  /** Takes the target space that a DDE describes. */
  bool openTarget(const uint8_t* dde);
  /** Where the engine writes. */
  Target& target() { return *target_; }
  /** The completion code when the engine wants to write more than fits (UM table 6-8 note 11, the six cases).
   */
  uint8_t ccWhenFull() const { return targetSpace_.overflows ? cc::DDE_OVERFLOW : cc::TARGET_SPACE; }
  /** Stores the first `length` bytes of the engine's output. */
  bool store(size_t length);

 private:
  uint8_t* translate(uint64_t address, uint64_t length, bool write);
  bool describe(const uint8_t* dde, uint8_t ccOfZeroBytes, Described& described);
  bool addListEntry(const uint8_t* entry, uint8_t ccOfZeroBytes, size_t left, Described& described);

  const Memory* memory_ = nullptr;
  Stop stop_;
  Described source_;
  Described targetSpace_;
  std::optional<Target> target_;
  Buffer gatheredSource_;
  Buffer gatheredTarget_;
};

}  // namespace nx
