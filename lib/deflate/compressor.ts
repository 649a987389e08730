// SPDX-License-Identifier: MIT
import { NxError, NxUsageError } from '../errors.js'
import { CC } from '../format/completion-codes.js'
import { LZCOUNTS, QUADWORD } from '../format/cpb.js'
import { CE_PARTIAL } from '../format/csb.js'
import { WINDOW_BYTES } from '../format/deflate.js'
import { FC } from '../format/function-codes.js'
import type { CpbInput, JobResult } from '../job/job.js'
import { appendSyncFlush, setFinal } from './block-joining.js'
import { combineAdler32, combineCrc32 } from './checksum-combine.js'
import { CompressHistory, type BlockSource } from './compress-history.js'
import {
  dynamicBlockBits,
  fillCounts,
  fixedBlockBits,
  MadeTable,
  makeTable,
  storedBytes,
  type HuffmanTable,
} from './huffman.js'
import { jobFailure } from './job-failure.js'
import { withOtherMemory } from './other-memory.js'
import { inParallel } from './parallel.js'
import { giveTarget, takeTarget } from './spare-targets.js'
import type { ForkingSteps, Steps } from './steps.js'
import { storeBlocks, wrapBlocks } from './stored.js'
import { chooseBlock } from './table-choice.js'

/**
 * Bytes of source that one compress job is given. Larger: fewer tables and sync flushes, better throughput on hardware.
 * Smaller: tables fit their data better, shorter waits behind other jobs, and shorter stalls of the event loop with the
 * software engine.
 */
const JOB_SOURCE_BYTES = 256 * 1024

/** Least bytes to which a job is cut when its pages keep going out of memory. */
const LEAST_JOB_BYTES = 4096

/**
 * Least bytes of data of which the first job only counts. Smaller: more short blocks, for which the fixed code often is the
 * best, need a second job for it. Larger: more blocks are encoded twice by the software engines.
 */
const LEAST_COUNTED_BYTES = 4096

/**
 * How much larger than with a table of its own, as a factor, a block may be that was written with an earlier table.
 * Larger: fewer blocks are compressed twice. Smaller: better ratio.
 */
const REUSE_TOLERANCE = 1.02

/**
 * The highest level that first tries each block with the table of the block before, on a device that makes output anyway when
 * it counts: then a block mostly takes one job in the place of two.
 */
const HIGHEST_REUSING_LEVEL = 1

/** Bytes of the longest sync flush (UM table 5-2). */
const MOST_FLUSH_BYTES = 5

/** Room for a block's output: the fixed code makes at most 9 bits of a byte; then header, EOB and sync flush. */
const roomFor = (bytes: number) => bytes + (bytes >>> 3) + 64

const NO_TARGET = new Uint8Array(0)

const EMPTY_FIXED_BLOCK = Uint8Array.of(0x03, 0x00)

/** Settings of a compressor. */
export interface CompressorOptions {
  /** 0: stored blocks; 1..9: effort of the software engines' matcher, and which Huffman tables are tried. */
  readonly level: number
  /** True: only the fixed Huffman table (zlib's Z_FIXED). */
  readonly fixed?: boolean
  /** Bytes of source after which the device suspends a job. */
  readonly jobLimit: number
  /** The device does not look at hints: a job that is to count only makes output all the same. Default false. */
  readonly ignoresHints?: boolean | undefined
  /** Takes a block out of a job's target, which is used again. Default: a copy of it. */
  readonly take?: TakeBlock
}

/** Gives the same bytes in memory of their own. */
export type TakeBlock = (block: Uint8Array) => Uint8Array

/** What a job is for. */
type Task = 'count' | 'encode' | 'count-and-encode'

/** A compress job that was run. */
interface Pass {
  readonly result: JobResult
  /** The table it was given; undefined: the fixed code. */
  readonly table: HuffmanTable | undefined
  /** Bytes of data that it compressed. */
  readonly bytes: number
  /** Its output may be used: it did more than count. */
  readonly encoded: boolean
}

/** A finished part of the stream. */
interface Block {
  readonly output: Uint8Array
  /** Bytes of data in it. */
  readonly bytes: number
}

/** The resume functions: without history they do what the others do, and they carry the checksums on. */
const FUNCTION = {
  fixed: {
    count: FC.COMPRESS_RESUME_FHT_COUNT,
    encode: FC.COMPRESS_RESUME_FHT,
    'count-and-encode': FC.COMPRESS_RESUME_FHT_COUNT,
  },
  dynamic: {
    count: FC.COMPRESS_RESUME_DHT_COUNT,
    encode: FC.COMPRESS_RESUME_DHT,
    'count-and-encode': FC.COMPRESS_RESUME_DHT_COUNT,
  },
} as const

/**
 * A DEFLATE stream as a sequence of compress jobs (UM 2.6 to 2.8): each job makes one block, seeded with the history
 * before it; blocks are joined on byte boundaries.
 */
export class Compressor {
  /** Checksums of all the data so far. */
  adler = 1
  crc = 0
  /** The last block so far is an empty stored one, put there to end on a byte boundary: 00 00 ff ff are the last bytes. */
  endsInMarker = false
  #level: number
  #fixed: boolean
  /** Bytes of data, and of history before them, that a job gets at most. */
  #jobBytes = 0
  #historyBytes = 0
  /** Bytes of source and history after which the device suspends jobs, as far as it has said or shown. */
  #jobLimit = Infinity
  #history = new CompressHistory()
  /** The table of the block before, where the next one may be written with it. */
  #table: HuffmanTable | undefined
  /** Counts of the present block, and the table made from them. */
  readonly #counts = new Uint32Array(LZCOUNTS)
  readonly #made = new MadeTable()
  /** Where the jobs of the present block write. */
  #target = NO_TARGET
  #finished = false
  readonly #take: TakeBlock
  readonly #ignoresHints: boolean

  constructor({
    level,
    fixed = false,
    jobLimit,
    ignoresHints = false,
    take = (block) => block.slice(),
  }: CompressorOptions) {
    this.#ignoresHints = ignoresHints
    this.#level = level
    this.#fixed = fixed
    this.#take = take
    this.#jobLimit = jobLimit
    this.#shareLimit()
  }

  /** Cuts jobs so that they are not suspended. */
  #shareLimit(): void {
    // The limit counts history too (UM 6.11.5), so of a small one only half is spent on it.
    this.#historyBytes = Math.min(WINDOW_BYTES, Math.floor(this.#jobLimit / 2))
    this.#jobBytes = Math.min(JOB_SOURCE_BYTES, this.#jobLimit - this.#historyBytes)
  }

  /** The last bytes of the data so far that what follows may refer to, at most 32 KiB. */
  get history(): Uint8Array {
    return this.#history.bytes
  }

  /** Nothing that follows refers to the data so far. */
  forgetHistory(): void {
    this.#history.forget()
  }

  /** Compresses what follows at another level (0..9), or with another choice of tables. */
  change(level: number, fixed: boolean): void {
    this.#level = level
    this.#fixed = fixed
  }

  /**
   * Compresses the next bytes of the stream.
   *
   * @param final these are the last ones
   * @returns pieces of the stream, which end on a byte boundary
   */
  *compress(input: Uint8Array, final: boolean): Steps<Uint8Array[]> {
    this.#proceed(final)
    const pieces = yield* this.#blocks(input, final)
    if (!final) this.#history.add(input)
    return pieces
  }

  /**
   * The same, with the same result, but jobs of several blocks run at a time where these do not depend on each other: history
   * is input, which is known. Not where a block may be written with the table of the block before.
   */
  *compressInParallel(input: Uint8Array, final: boolean): ForkingSteps<Uint8Array[]> {
    const most = this.#jobBytes
    if (this.#reusesTables || input.length <= most) return yield* this.compress(input, final)
    this.#proceed(final)
    const parts: { compressor: Compressor; data: Uint8Array }[] = []
    for (let at = 0; at < input.length;) {
      const data = input.subarray(at, at + evenShare(input.length - at, most))
      const compressor = this.#branch(input, at)
      parts.push({ compressor, data })
      at += data.length
    }
    const last = parts[parts.length - 1]
    const pieces = yield* inParallel(
      parts.map(({ compressor, data }) => compressor.#blocks(data, final && data === last.data)),
    )
    for (const { compressor, data } of parts) {
      this.adler = combineAdler32(this.adler, compressor.adler, data.length)
      this.crc = combineCrc32(this.crc, compressor.crc, data.length)
      this.#jobLimit = Math.min(this.#jobLimit, compressor.#jobLimit)
    }
    this.endsInMarker = last.compressor.endsInMarker
    this.#shareLimit()
    if (!final) this.#history.add(input)
    return pieces.flat()
  }

  #proceed(final: boolean): void {
    if (this.#finished)
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: 'the stream is finished' })
    this.#finished = final
  }

  /** A compressor that goes on at a place in the next input; its checksums begin there. */
  #branch(input: Uint8Array, at: number): Compressor {
    const branch = new Compressor({
      level: this.#level,
      fixed: this.#fixed,
      jobLimit: this.#jobLimit,
      ignoresHints: this.#ignoresHints,
      take: this.#take,
    })
    branch.#history = this.#history.at(input, at)
    return branch
  }

  /** Compresses input, and leaves the history as it is. */
  *#blocks(input: Uint8Array, final: boolean): Steps<Uint8Array[]> {
    if (input.length === 0)
      return final ? [this.#level === 0 ? storeBlocks(input, true) : EMPTY_FIXED_BLOCK.slice()] : []
    const pieces: Uint8Array[] = []
    let most = this.#jobBytes
    for (let at = 0; at < input.length;) {
      const end = at + evenShare(input.length - at, most)
      try {
        const block = yield* this.#block(input, at, end, final)
        if (this.#target !== NO_TARGET) giveTarget(this.#target)
        pieces.push(block.output)
        at += block.bytes
        this.#shareLimit()
        most = Math.min(most, this.#jobBytes)
      } catch (error) {
        const tooMuchMemory = error instanceof NxError && error.code === 'ERR_NX_FAULT'
        if (!tooMuchMemory || most <= LEAST_JOB_BYTES) throw error
        most = Math.max(LEAST_JOB_BYTES, most >>> 1)
      } finally {
        // After an error a device may still write to it.
        this.#target = NO_TARGET
      }
    }
    return pieces
  }

  /** One block of bytes `at` to `end` of the input, or of fewer when the device suspends the job. */
  *#block(input: Uint8Array, at: number, end: number, final: boolean): Steps<Block> {
    const isLast = (bytes: number) => final && at + bytes === input.length
    const finish = (pass: Pass) => this.#finish(pass, isLast(pass.bytes))
    if (this.#level === 0) return yield* this.#stored(input.subarray(at, end), isLast(end - at))
    const source = this.#history.before(input, at, end, this.#historyBytes)
    const first = yield* this.#firstPass(source)
    // A suspended job took less than it was given; the encoding job must stop at the same byte.
    const { bytes } = first
    const { lzcount } = first.result.cpb
    if (!lzcount) {
      // CC=64 compares with the history included (UM table 6-8), so it can miss an expansion.
      if (first.result.csb.tpbc <= storedBytes(bytes)) return finish(first)
      return this.#storeInstead(first, input.subarray(at, at + bytes), isLast(bytes))
    }
    const choice = chooseBlock(lzcount, bytes, isLast(bytes), this.#made)
    if (this.#reusesTables) this.#table = makeTable(fillCounts(lzcount, 'all'))
    if (first.table && choice.kind !== 'stored') {
      const best =
        choice.kind === 'dynamic' ? dynamicBlockBits(lzcount, choice.table) : fixedBlockBits(lzcount)
      if (first.result.csb.tpbc * 8 <= best * REUSE_TOLERANCE) return finish(first)
    }
    const data = input.subarray(at, at + bytes)
    const again =
      bytes === end - at ? source : this.#history.before(input, at, at + bytes, this.#historyBytes)
    switch (choice.kind) {
      case 'stored':
        return this.#storeInstead(first, data, isLast(bytes))
      case 'fixed':
        if (first.encoded && !first.table) return finish(first)
        return finish(yield* this.#pass(again, undefined, 'encode'))
      case 'dynamic': {
        const encoded = yield* this.#encode(again, choice.table, lzcount)
        return encoded ? finish(encoded) : this.#storeInstead(first, data, isLast(bytes))
      }
    }
  }

  get #reusesTables(): boolean {
    return this.#ignoresHints && this.#level <= HIGHEST_REUSING_LEVEL
  }

  /**
   * The job whose symbols are counted: of a stream with the fixed code the only one; with an earlier table where the level
   * and the device allow it.
   */
  *#firstPass(source: BlockSource): Steps<Pass> {
    if (this.#fixed) return yield* this.#pass(source, undefined, 'encode')
    if (this.#reusesTables && this.#table) {
      const pass = yield* this.#pass(source, this.#table, 'count-and-encode')
      if (!isUnfit(pass)) return pass
    }
    const task = source.bytes < LEAST_COUNTED_BYTES ? 'count-and-encode' : 'count'
    return yield* this.#pass(source, undefined, task)
  }

  /**
   * The second job, with a table made for this block. Undefined if even then the table does not serve or the output does
   * not fit: the block is not worth compressing.
   */
  *#encode(source: BlockSource, table: HuffmanTable, lzcount: Uint32Array): Steps<Pass | undefined> {
    let pass = yield* this.#pass(source, table, 'encode')
    if (pass.result.csb.cc === CC.MISSING_CODE) {
      // The unit's hash tables start with random contents, so lengths and distances may differ from those that were
      // counted (UM 2.5.9.6); and a byte that only matches with the history held may now be a literal.
      const which = source.histlen > 0 ? 'all' : 'lengths-and-distances'
      pass = yield* this.#pass(source, makeTable(fillCounts(lzcount, which)), 'encode')
    }
    return isUnfit(pass) ? undefined : pass
  }

  *#pass({ source, histlen, bytes }: BlockSource, table: HuffmanTable | undefined, task: Task): Steps<Pass> {
    const room = roomFor(bytes)
    const { adler, crc } = this
    const cpb: CpbInput = table
      ? { adler, crc, histlen, dht: table.dht, dhtlen: table.dhtlen }
      : { adler, crc, histlen }
    const fc = FUNCTION[table ? 'dynamic' : 'fixed'][task]
    const result = yield* withOtherMemory((attempt) => {
      if (attempt > 0) this.#target = new Uint8Array(room)
      else if (this.#target.length < room) this.#target = takeTarget(room)
      const target = this.#target.subarray(0, room - MOST_FLUSH_BYTES)
      const countsOnly = task === 'count'
      return { fc, source, target, cpb, effort: this.#level, countsOnly, lzcount: this.#counts }
    })
    const { cc, ce } = result.csb
    const taken = result.cpb.spbc - histlen * QUADWORD
    // A job that was suspended before it took any data would be given again for ever.
    const suspended = cc === CC.DATA_LENGTH && (ce & CE_PARTIAL) !== 0 && taken > 0
    if (suspended) this.#jobLimit = Math.min(this.#jobLimit, result.cpb.spbc)
    const pass = { result, table, bytes: taken, encoded: task !== 'count' }
    if (cc !== CC.OK && cc !== CC.TPBC_GT_SPBC && !suspended && !isUnfit(pass)) throw jobFailure(result)
    return pass
  }

  /** Takes a pass's output as the block: sets BFINAL and makes it end on a byte boundary unless it is the last one. */
  #finish({ result, bytes }: Pass, isLast: boolean): Block {
    this.#takeChecksums(result)
    setFinal(this.#target, 0, isLast)
    const { tpbc } = result.csb
    const end = isLast ? tpbc : appendSyncFlush(this.#target, tpbc, result.cpb.tebc)
    this.endsInMarker = end > tpbc
    return { output: this.#take(this.#target.subarray(0, end)), bytes }
  }

  /** Takes only a pass's checksums: the data is not worth compressing. */
  #storeInstead({ result }: Pass, data: Uint8Array, isLast: boolean): Block {
    this.#takeChecksums(result)
    this.endsInMarker = false
    return { output: storeBlocks(data, isLast), bytes: data.length }
  }

  *#stored(data: Uint8Array, isLast: boolean): Steps<Block> {
    this.endsInMarker = false
    const { output, adler, crc } = yield* wrapBlocks(data, isLast)
    this.adler = combineAdler32(this.adler, adler, data.length)
    this.crc = combineCrc32(this.crc, crc, data.length)
    return { output, bytes: data.length }
  }

  #takeChecksums({ cpb }: JobResult): void {
    this.adler = cpb.adler
    this.crc = cpb.crc
  }
}

/** The pass made no block: its table lacks a code, or makes the output too long for its room. */
function isUnfit({ result, table }: Pass): boolean {
  const { cc } = result.csb
  return table !== undefined && (cc === CC.TARGET_SPACE || cc === CC.MISSING_CODE)
}

/** Cuts what is left into parts of about the same size, none larger than `most`: the size of the first one. */
function evenShare(left: number, most: number): number {
  return Math.ceil(left / Math.ceil(left / most))
}
