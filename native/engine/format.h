// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/**
 * Where the fields of the NX structures lie, in bytes from the start of the structure, as lib/format has
 * them. All numbers are big-endian (UM 6.2.1).
 */
namespace nx {

constexpr size_t QUADWORD = 16;

/** Coprocessor Request Block (UM 6.3, figures 6-3 and 6-9). */
namespace crb {
constexpr size_t BYTES = 128;
/** FC in bits 2:7. */
constexpr size_t FC = 3;
constexpr uint8_t FC_MASK = 0x3f;
/** Bits 60:63 of this doubleword are not the address's. */
constexpr size_t CSB_ADDRESS = 8;
constexpr uint64_t CSB_ADDRESS_MASK = ~uint64_t{15};
/** C in bit 4, AT in bit 6; bits 5 and 7 are reserved. */
constexpr size_t FLAGS = 15;
constexpr uint8_t FLAG_C = 0x08;
constexpr uint8_t FLAGS_RESERVED = 0x05;
constexpr size_t SOURCE_DDE = 16;
constexpr size_t TARGET_DDE = 32;
constexpr size_t CCB = 48;
/** A hint to the software engines in a byte that NX ignores (UM figure 6-3, note 3): effort 1..9, 0: the
 * default. */
constexpr size_t HINT_EFFORT = 80;
/** Another one: in a counting job, 1 when only the counts are wanted and no target byte needs to be stored.
 */
constexpr size_t HINT_COUNTS_ONLY = 81;
/** And another: in a decompress job, this word when bytes of the target behind the output may be overwritten.
 */
constexpr size_t HINT_OVERRUN = 84;
constexpr uint32_t OVERRUN = 0x4f565255;
/** And one more: in a decompress job, the only checksum that is wanted, or none. The others are then left as
 * they were given. */
constexpr size_t HINT_CHECKSUM = 88;
constexpr uint32_t ONLY_ADLER = 0x41444c52;
constexpr uint32_t ONLY_CRC = 0x43524333;
constexpr uint32_t NO_CHECKSUM = 0x4e4f4e45;
}  // namespace crb

/** Coprocessor Completion Block (UM 6.7, figure 6-4): CM in bits 5:7 of its last byte, everything else is
 * reserved. */
namespace ccb {
constexpr size_t BYTES = 16;
constexpr size_t CM = 15;
constexpr uint8_t CM_MASK = 0x07;
constexpr uint8_t CM_INTERRUPT = 1;
}  // namespace ccb

/** Data Descriptor Element (UM 6.4, figure 6-5). */
namespace dde {
constexpr size_t BYTES = 16;
/** Direct DDEs in the list at the address; 0: this DDE is direct. */
constexpr size_t COUNT = 2;
constexpr size_t BYTECOUNT = 4;
constexpr size_t ADDRESS = 8;
/** The bits of the first word that are not COUNT's. */
constexpr uint32_t RESERVED = 0xffff00ff;
constexpr size_t MAX_COUNT = 255;
constexpr uint64_t LIST_ALIGNMENT = 16;
}  // namespace dde

/** Coprocessor Status Block (UM 6.6, figure 6-7). */
namespace csb {
constexpr size_t BYTES = 16;
constexpr size_t FLAGS = 0;
constexpr uint8_t FLAG_V = 0x80;
constexpr size_t CC = 2;
constexpr size_t CE = 3;
constexpr size_t TPBC = 4;
constexpr size_t ADDRESS = 8;
/** CE in bits 0:2 of its byte. */
constexpr uint8_t CE_PARTIAL = 0x80;
constexpr uint8_t CE_TERMINATE = 0x40;
constexpr uint8_t CE_TPBC = 0x20;
}  // namespace csb

/** Coprocessor Parameter Block (UM 6.11.2 to 6.11.4, tables 6-3 to 6-6): it begins at the quadword after the
 * CSB. */
namespace cpb {
constexpr size_t IN_ADLER = 0;
/** Least significant byte first, as OUT_CRC. */
constexpr size_t IN_CRC = 4;
/** In bits 0:11, in quadwords. */
constexpr size_t IN_HISTLEN = 8;
/** In bits 5:7. */
constexpr size_t IN_SUBC = 11;
/** In bits 4:7. */
constexpr size_t IN_SFBT = 13;
constexpr size_t IN_REMBYTECNT = 14;
/** In bits 4:15. */
constexpr size_t IN_DHTLEN = 14;
constexpr size_t IN_DHT = 16;
constexpr size_t DHT_BYTES = 288;
constexpr size_t OUTPUT = 384;
constexpr size_t OUT_ADLER = 384;
constexpr size_t OUT_CRC = 388;
/** In bits 5:7 of this byte (13:15 of the halfword at 392). */
constexpr size_t OUT_TEBC = 393;
constexpr size_t OUT_SUBC = 394;
/** In bits 4:7. */
constexpr size_t OUT_SFBT = 397;
constexpr size_t OUT_REMBYTECNT = 398;
/** In bits 4:15. */
constexpr size_t OUT_DHTLEN = 398;
constexpr size_t OUT_SPBC_COMP = 400;
constexpr size_t OUT_DHT = 400;
constexpr size_t LZCOUNT = 400;
constexpr size_t OUT_SPBC_DECOMP = 688;
constexpr size_t OUT_SPBC_COMP_WITH_COUNT = 1664;
/** LL0..LL285, then D0..D29, as words. */
constexpr size_t LZCOUNTS = 316;
constexpr size_t BYTES = 1680;

// UM figure 6-8: inputs in quadwords 0-23, outputs in quadwords 24-104.
static_assert(IN_DHT == 1 * QUADWORD && IN_DHT + DHT_BYTES == 19 * QUADWORD);
static_assert(OUTPUT == 24 * QUADWORD && OUT_DHT == 25 * QUADWORD && OUT_DHT + DHT_BYTES == OUT_SPBC_DECOMP);
static_assert(OUT_SPBC_DECOMP == 43 * QUADWORD);
static_assert(LZCOUNT + 4 * LZCOUNTS == OUT_SPBC_COMP_WITH_COUNT);
static_assert(OUT_SPBC_COMP_WITH_COUNT == 104 * QUADWORD && BYTES == 105 * QUADWORD);
}  // namespace cpb

static_assert(crb::SOURCE_DDE + dde::BYTES == crb::TARGET_DDE && crb::TARGET_DDE + dde::BYTES == crb::CCB);
static_assert(crb::CCB + ccb::BYTES == crb::BYTES / 2);
static_assert(csb::ADDRESS + 8 == csb::BYTES && dde::ADDRESS + 8 == dde::BYTES);

/** Completion codes that the unit itself writes (UM tables 5-1 and 6-8), and the one that Linux writes. */
namespace cc {
constexpr uint8_t OK = 0;
constexpr uint8_t ALIGNMENT = 1;
constexpr uint8_t DATA_LENGTH = 3;
constexpr uint8_t INTERNAL_UE = 10;
constexpr uint8_t TARGET_SPACE = 13;
constexpr uint8_t EXCESSIVE_DDE = 14;
constexpr uint8_t UNRECOGNIZED_SUBFUNCTION = 17;
constexpr uint8_t INVALID_CRB = 21;
constexpr uint8_t INVALID_DDE = 30;
constexpr uint8_t SEGMENTED_DDL = 31;
constexpr uint8_t DDE_OVERFLOW = 33;
constexpr uint8_t TPBC_GT_SPBC = 64;
constexpr uint8_t MISSING_CODE = 66;
constexpr uint8_t INVALID_DISTANCE = 67;
constexpr uint8_t INVALID_DHT = 68;
/** By the kernel, for an address that the unit could not translate; 240 and above are system software's. */
constexpr uint8_t TRANSLATION_FAULT = 250;
}  // namespace cc

/** Values of SFBT, to which BFINAL is added (UM table 6-4). */
namespace sfbt {
constexpr uint8_t STORED = 0b1000;
constexpr uint8_t FIXED = 0b1010;
constexpr uint8_t DYNAMIC = 0b1100;
constexpr uint8_t HEADER = 0b1110;
}  // namespace sfbt

}  // namespace nx
