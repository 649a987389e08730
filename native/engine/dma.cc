// SPDX-License-Identifier: MIT
#include "dma.h"

#include <algorithm>

#include "bytes.h"

namespace nx {

void Dma::begin(const Memory& memory) {
  memory_ = &memory;
  stop_ = {};
}

void Dma::end() {
  memory_ = nullptr;
  target_.reset();
  gatheredSource_.trim();
  gatheredTarget_.trim();
}

uint8_t* Dma::structure(uint64_t address, size_t length, bool write) {
  return translate(address, length, write);
}

uint8_t* Dma::translate(uint64_t address, uint64_t length, bool write) {
  uint64_t fault = address;
  uint8_t* bytes = memory_->resolve(address, length, write, fault);
  if (bytes == nullptr) stop_ = {Stop::TRANSLATION_FAULT, cc::OK, fault};
  return bytes;
}

bool Dma::openSource(const uint8_t* dde) {
  if (!describe(dde, cc::EXCESSIVE_DDE, source_)) return false;
  if (source_.overflows) {
    terminate(cc::DDE_OVERFLOW);
    return false;
  }
  for (size_t index = 0; index < source_.count; index++) {
    Described::Piece& piece = source_.pieces[index];
    piece.bytes = translate(piece.address, piece.length, false);
    if (piece.bytes == nullptr) return false;
  }
  return true;
}

const uint8_t* Dma::slice(size_t start, size_t end) {
  size_t at = 0;
  for (size_t index = 0; index < source_.count; index++) {
    const Described::Piece& piece = source_.pieces[index];
    if (start >= at && end <= at + piece.length) return piece.bytes + (start - at);
    at += piece.length;
  }
  if (!gatheredSource_.grow(source_.length)) {
    // The model has no such case: its memory is unlimited.
    terminate(cc::INTERNAL_UE);
    return nullptr;
  }
  uint8_t* gathered = gatheredSource_.bytes();
  at = 0;
  for (size_t index = 0; index < source_.count; index++) {
    const Described::Piece& piece = source_.pieces[index];
    const size_t from = std::max(start, at);
    const size_t to = std::min(end, at + piece.length);
    if (from < to) std::memcpy(gathered + from, piece.bytes + (from - at), to - from);
    at += piece.length;
  }
  return gathered + start;
}

bool Dma::openTarget(const uint8_t* dde) {
  if (!describe(dde, cc::TARGET_SPACE, targetSpace_)) return false;
  // Of other targets only the pages that the output takes may fault, and they are known in the end.
  if (targetSpace_.count == 1) {
    const Described::Piece& only = targetSpace_.pieces[0];
    uint64_t fault = 0;
    uint8_t* bytes = memory_->resolve(only.address, only.length, true, fault);
    if (bytes != nullptr) {
      target_.emplace(bytes, only.length);
      return true;
    }
  }
  target_.emplace(gatheredTarget_, targetSpace_.length);
  return true;
}

bool Dma::store(size_t length) {
  if (target_->isDirect()) return true;
  size_t at = 0;
  for (size_t index = 0; index < targetSpace_.count && at < length; index++) {
    const Described::Piece& piece = targetSpace_.pieces[index];
    const size_t bytes = std::min(piece.length, length - at);
    uint8_t* place = translate(piece.address, bytes, true);
    if (place == nullptr) return false;
    std::memcpy(place, target_->bytes() + at, bytes);
    at += bytes;
  }
  return true;
}

/** Reads a DDE, and its list if it is indirect, as far as the indirect byte count reaches. */
bool Dma::describe(const uint8_t* dde, uint8_t ccOfZeroBytes, Described& described) {
  const size_t count = dde[dde::COUNT];
  const uint32_t bytecount = loadBe32(dde + dde::BYTECOUNT);
  const uint64_t address = loadBe64(dde + dde::ADDRESS);
  described.count = 0;
  described.length = 0;
  described.overflows = false;
  if (count != 0 && address % dde::LIST_ALIGNMENT != 0) {
    terminate(cc::ALIGNMENT, address);
    return false;
  }
  if (bytecount == 0) {
    terminate(ccOfZeroBytes);
    return false;
  }
  if (count == 0) {
    described.pieces[0] = {address, nullptr, bytecount};
    described.count = 1;
    described.length = bytecount;
    return true;
  }
  const uint8_t* list = structure(address, count * dde::BYTES, false);
  if (list == nullptr) return false;
  for (size_t index = 0; index < count && described.length < bytecount; index++) {
    const size_t left = bytecount - described.length;
    if (!addListEntry(list + index * dde::BYTES, ccOfZeroBytes, left, described)) return false;
  }
  described.overflows = described.length < bytecount;
  return true;
}

/** Adds at most `left` bytes of a direct DDE of a list. */
bool Dma::addListEntry(const uint8_t* entry, uint8_t ccOfZeroBytes, size_t left, Described& described) {
  const uint32_t bytecount = loadBe32(entry + dde::BYTECOUNT);
  if ((loadBe32(entry) & dde::RESERVED) != 0) {
    terminate(cc::INVALID_DDE);
  } else if (entry[dde::COUNT] != 0) {
    terminate(cc::SEGMENTED_DDL);
  } else if (bytecount == 0) {
    terminate(ccOfZeroBytes);
  } else {
    const size_t used = std::min<size_t>(bytecount, left);
    described.pieces[described.count++] = {loadBe64(entry + dde::ADDRESS), nullptr, used};
    described.length += used;
    return true;
  }
  return false;
}

}  // namespace nx
