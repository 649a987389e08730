// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/**
 * CRC-32 by carry-less multiplication, where the processor has it: any 16 bytes of the data can be replaced
 * by 16 bytes further on to which they are congruent modulo the polynomial, so long data come down to a few
 * bytes with the same CRC.
 */
namespace nx {

/** CRC-32's polynomial, least significant bit first (RFC 1952 8). */
constexpr uint32_t CRC_POLYNOMIAL = 0xedb88320;

/** Multiplies a polynomial, whose lowest coefficient is in bit 31, by x. */
constexpr uint32_t timesX(uint32_t value) {
  return (value >> 1) ^ ((value & 1) != 0 ? CRC_POLYNOMIAL : 0);
}

/** Bytes that are left of folded data. */
constexpr size_t CRC_FOLDED_BYTES = 16;

/** Fewest bytes that can be folded. */
constexpr size_t CRC_FOLD_LEAST_BYTES = 64;

bool canFoldCrc32();

/**
 * Folds at least 64 bytes; only to be called if `canFoldCrc32()`.
 *
 * @param crc the CRC register before these bytes
 * @param folded set to bytes that have the CRC register of the folded ones, if it starts from 0
 * @returns the bytes folded: all but less than 128 of `length`
 */
size_t foldCrc32(const uint8_t* bytes, size_t length, uint32_t crc, uint8_t folded[CRC_FOLDED_BYTES]);

}  // namespace nx
