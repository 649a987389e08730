// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <unordered_set>

#include "../engine/format.h"
#include "../engine/memory.h"
#include "pagemap.h"
#include "settings.h"
#include "user_memory.h"

namespace nx {

/**
 * The program's memory as the unit finds it: this process's own, of which only resident pages can be
 * translated (UM 6.10). A page that was never touched faults; a target page also if it was only read.
 */
class ResidentMemory final : public Memory {
 public:
  ResidentMemory(const Settings& settings, const UserMemory& user) : settings_(settings), user_(user) {}

  /**
   * Takes up a job. Its CSB, which the engine asks for first, becomes a line of the unit's own, so that the
   * unit decides when the program sees V.
   */
  void begin();
  /** The 16 bytes that the engine has written as the CSB. */
  const uint8_t* csbLine() const { return csbLine_.data(); }
  /** A fault at this address was reported: with faults once, its page serves from now on. */
  void faultWasReported(uint64_t address);

  uint8_t* resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const override;

 private:
  bool isTranslated(uint64_t address, uint64_t length, bool write, uint64_t& fault) const;
  bool isInjected(uint64_t page) const;
  bool isAccessible(uint64_t address, bool write) const;

  const Settings& settings_;
  const UserMemory& user_;
  Pagemap pagemap_;
  /** First addresses of the pages whose fault was reported, with faults once. */
  std::unordered_set<uint64_t> reported_;
  mutable bool isCsbNext_ = false;
  mutable std::array<uint8_t, csb::BYTES> csbLine_{};
};

}  // namespace nx
