// SPDX-License-Identifier: MIT
import { bits, struct, u16, u32, u32reversed } from './struct.js'

/**
 * Coprocessor Parameter Block of the gzip engine (UM 6.11.2 to 6.11.4, tables 6-3 to 6-6). It begins at the quadword
 * after the CSB; quadwords 0-23 are input, 24-104 output. Which function reads and writes which field is a table in
 * function-codes.ts. Fields share bytes where no function uses both.
 */
export const CPB = struct('CPB', 1680, {
  in_adler: u32(0, 'Adler-32 to start from'),
  in_crc: u32reversed(4, 'CRC-32 to start from, least significant byte first'),
  in_histlen: bits(8, 0, 11, 'quadwords of source that only seed the history'),
  in_subc: bits(11, 5, 7, 'bits of the first source byte still to process; 0: all 8'),
  in_sfbt: bits(13, 4, 7, 'type of block at the first source bit'),
  in_rembytecnt: u16(14, 'bytes left of a stored block'),
  in_dhtlen: bits(14, 4, 15, 'bits of in_dht'),
  out_adler: u32(384, 'Adler-32 of the plain data'),
  out_crc: u32reversed(388, 'CRC-32 of the plain data, least significant byte first'),
  out_tebc: bits(392, 13, 15, 'valid bits in the last target byte; 0: all 8 (compress)'),
  out_subc: u16(394, 'source bits not processed (decompress)'),
  out_sfbt: bits(397, 4, 7, 'type of block in which the source ended (decompress)'),
  out_rembytecnt: u16(398, 'bytes left of a stored block (decompress)'),
  out_dhtlen: bits(398, 4, 15, 'bits of out_dht (decompress)'),
  out_spbc_comp: u32(400, 'source bytes processed, history included: compress without counts, wrap'),
  out_spbc_decomp: u32(688, 'source bytes processed, history included: decompress'),
  out_spbc_comp_with_count: u32(1664, 'source bytes processed, history included: compress with counts'),
})

/** Bytes of a quadword: what HistLen counts, and what NX reads and writes the CPB in. */
export const QUADWORD = 16

/** Byte of the CPB at which the input DHT starts, and the bytes that it may take: quadwords 1-18. */
export const IN_DHT_OFFSET = 16
export const DHT_BYTES = 288

/** Byte of the CPB at which the output DHT of a suspended decompression starts: quadwords 25-42. */
export const OUT_DHT_OFFSET = 400

/** Byte of the CPB at which the symbol counts start: 316 big-endian words, LL0..LL285 then D0..D29. */
export const LZCOUNT_OFFSET = 400

/** Symbol counts in a CPB: 286 literal/length symbols and 30 distance symbols. */
export const LZCOUNTS = 316

/** First byte of the output part of a CPB. */
export const CPB_OUTPUT_OFFSET = 384

/** Quadwords of input that the DMA controller may fetch for functions with a DHT (UM 6.8.1). */
export const MAX_INPUT_QUADWORDS = 19
