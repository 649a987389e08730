// SPDX-License-Identifier: MIT
import type { OnlyChecksum } from '../format/crb.js'

/** What a job is given in the CPB. Fields that the function does not read have no effect (UM tables 6-5 and 6-6). */
export interface CpbInput {
  /** Adler-32 to start from; resume functions. Default 1. */
  adler?: number
  /** CRC-32 to start from, as an ordinary number; resume functions. Default 0. */
  crc?: number
  /** Quadwords of source that only seed the history, 0..4095; resume functions. */
  histlen?: number
  /** Bits of the first source byte to process, 0 for all 8; resume decompress. */
  subc?: number
  /** Type of block at the first source bit; resume decompress. */
  sfbt?: number
  /** Bytes left of a stored block; resume decompress in one. */
  rembytecnt?: number
  /** Bits of `dht`. Default: 8 times its length. */
  dhtlen?: number
  /** A dynamic Huffman table as in a block header, at most 288 bytes; DHT functions and resume decompress in a block. */
  dht?: Uint8Array
}

/** Memory of a job, in one piece or in several. */
export type Memory = Uint8Array | readonly Uint8Array[]

/** Bytes of a job's source or target. */
export function bytesOf(memory: Memory): number {
  if (memory instanceof Uint8Array) return memory.length
  let total = 0
  for (const { length } of memory) total += length
  return total
}

/** A request to the gzip unit. */
export interface Job {
  /** Function code FC(0:5), see `FC`; even unless the Low byte-count limit is wanted. */
  fc: number
  /** Source bytes, history first for resume functions. A list becomes an indirect DDE, a single array a direct one. */
  source: Memory
  /** Where the output goes; a list becomes an indirect DDE. */
  target: Memory
  cpb?: CpbInput
  /** Hint to the software engines, which hardware ignores: the matcher's effort, 1..9. Default 0: the engine's choice. */
  effort?: number
  /**
   * Hint to the software engines, which hardware ignores: only the counts of this counting job are wanted. They then leave
   * the target as it is, and all else comes out the same.
   */
  countsOnly?: boolean
  /**
   * A job with the same source and effort has counted its symbols just before. Software devices then need not look for
   * matches again, so that the job is a brief one. Default false.
   */
  isCounted?: boolean
  /**
   * Hint to the software engines, which hardware ignores: nobody minds what becomes of the target behind the output of this
   * decompress job. `native` then need not keep it and put it back.
   */
  mayOverrun?: boolean
  /**
   * Hint to the software engines, which hardware ignores: the only checksum of this decompress job's output that is wanted.
   * They then leave the other one, or both, as `cpb` gives it. Default: both are wanted.
   */
  checksum?: OnlyChecksum | undefined
  /** Receives the 316 counts of a function that counts, in the place of a new array. */
  lzcount?: Uint32Array
  /** Set while the job runs by who has no use for its result any more: that is not checked then, as its source may change. */
  isAbandoned?: boolean
}

/** What a job left in the CPB. Fields that its function does not write are 0. */
export interface CpbOutput {
  adler: number
  crc: number
  /** Valid bits in the last target byte, 0 for all 8 (compress). */
  tebc: number
  /** Source bits not processed (decompress). */
  subc: number
  /** Type of block in which the source ended (decompress). */
  sfbt: number
  /** Bytes left of a stored block, if SFBT says so (decompress). */
  rembytecnt: number
  /** Bits of `dht`, if SFBT says so (decompress). */
  dhtlen: number
  /** Source bytes that the unit took, history included. */
  spbc: number
  /** The dynamic Huffman table of the block in which the source ended (decompress); else empty. */
  dht: Uint8Array
  /** Counts of LL0..LL285 and D0..D29 (compress with counts). */
  lzcount?: Uint32Array
}

/** How a job came out. */
export interface JobResult {
  csb: { v: number; cc: number; ce: number; tpbc: number; address: bigint }
  cpb: CpbOutput
  /** Pastes that were accepted. */
  attempts: number
  /** The addresses that faulted, in order. */
  faults: bigint[]
}
