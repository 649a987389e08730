// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import { QUADWORD } from '../format/cpb.js'
import type { OnlyChecksum } from '../format/crb.js'
import { MAX_RATIO } from '../format/deflate.js'
import { CE_PARTIAL } from '../format/csb.js'
import { FC } from '../format/function-codes.js'
import { bytesOf, type CpbInput, type Job, type JobResult } from '../job/job.js'
import { jobFailure } from './job-failure.js'
import { withOtherMemory } from './other-memory.js'
import type { Output } from './output-window.js'
import type { Steps } from './steps.js'

/** Hints to the jobs. */
type Hints = Pick<Job, 'mayOverrun' | 'checksum'>

/** Hints to jobs whose output is compared by its checksum, whichever is wanted. */
const COMPARED: Hints = { mayOverrun: true }

/** Two contents of memory that fills the first quadword of the history, different in every byte. */
const PADDINGS = [new Uint8Array(QUADWORD), new Uint8Array(QUADWORD).fill(0xff)] as const

/** Bytes of source that a job is cut to when its output does not fit, or its pages keep going out of memory. */
const LEAST_SOURCE_BYTES = 256

/** Most bytes that a job leaves undecoded at the end of its source: a whole block header less one bit (UM table 5-3). */
const MOST_CARRY_BYTES = 286

/** Room in which all that the least source makes fits. */
const SAFE_ROOM_BYTES = (LEAST_SOURCE_BYTES + MOST_CARRY_BYTES) * MAX_RATIO

/**
 * Room that a job has, unless all of its output fits in less, or more turned out to be needed. Larger: more memory for each
 * small call. Smaller: more jobs whose output does not fit.
 */
const LEAST_ROOM_BYTES = 64 * 1024

/** Most bytes of source that a job gets: with history and carry they must stay below 4 GiB. */
const MOST_SOURCE_BYTES = 1024 * 1024 * 1024

/** Bytes of output per byte of source that are expected before anything is known about the data. */
const FIRST_RATIO = 4

/**
 * Part of the room that the expected output may fill. A job whose output does not fit is lost work (CC=13 cannot be
 * resumed), a job that fills little of the room is overhead. Lower: safer. Higher: fewer jobs.
 */
const EXPECTED_FILL = 0.6

/** Settings of a decompressor. */
export interface DecompressorOptions {
  /** Where the output goes. What is in it already counts as history: a preset dictionary. */
  readonly window: Output
  /** The window has room for exactly the output, so all of it can be given to every job. */
  readonly roomIsExact?: boolean
  /**
   * Bytes of output that a job should make. Larger: fewer jobs. Smaller: shorter stalls of the event loop with the
   * software engine.
   */
  readonly jobBytes: number
  /** The only checksum that is wanted; the other one, or both, are not valid then. Default: both. */
  readonly checksum?: OnlyChecksum | undefined
  /** Bytes of room that a job has if its output may need them. Default 64 KiB. */
  readonly roomBytes?: number
}

/** What became of some of the input. */
export interface Decompressed {
  /** The next piece of plain data. */
  readonly output: Uint8Array
  /** Bytes of the input that are dealt with: the next call starts behind them. */
  readonly consumed: number
  /** The stream is complete; what follows in the input is not part of it. */
  readonly finished: boolean
}

/** Where in a block the source ended, as the next job needs to know it (UM table 5-3). */
export type Suspended = Required<Pick<CpbInput, 'subc' | 'sfbt' | 'rembytecnt' | 'dhtlen' | 'dht'>>

/** Where a stream stands between two jobs: all that any inflater needs to go on from there. */
export interface Position {
  readonly suspended: Suspended
  /** Bytes that are consumed but not decoded yet: they precede the next input. */
  readonly carry: Uint8Array
  /** The last 32 KiB of output; the memory is used again by the next job. */
  readonly history: Uint8Array
}

/** Block header next, at a byte boundary. */
const AT_HEADER: Suspended = { subc: 0, sfbt: 0b1110, rembytecnt: 0, dhtlen: 0, dht: new Uint8Array(0) }

/**
 * Inflates a DEFLATE stream by decompress jobs, each resumed where the one before was suspended (UM 2.9, 2.10, 5.2.5.4).
 */
export class Decompressor {
  /** Checksums of the plain data so far, those that are wanted. */
  adler = 1
  crc = 0
  readonly #window: Output
  #suspended: Suspended = AT_HEADER
  #started: boolean
  /** Bytes of history, padding included, that the last job was given. */
  #historyBytes = 0
  /** Bytes that a job left undecoded at the end of the input, to go before the next input. */
  #carry: Uint8Array = new Uint8Array(0)
  #ratio = FIRST_RATIO
  /** Bytes of source that the next job gets at most: fewer than there are after one that failed. */
  #mostSource = Infinity
  /** And at least, if there are so many: more after one that could not decode anything. */
  #leastSource = LEAST_SOURCE_BYTES
  #roomIsExact: boolean
  readonly #jobBytes: number
  readonly #hints: Hints
  #roomBytes: number

  constructor({
    window,
    roomIsExact = false,
    jobBytes,
    checksum,
    roomBytes = LEAST_ROOM_BYTES,
  }: DecompressorOptions) {
    this.#window = window
    this.#roomIsExact = roomIsExact
    this.#jobBytes = jobBytes
    this.#hints = { mayOverrun: true, checksum }
    this.#roomBytes = roomBytes
    this.#started = window.history.length > 0
  }

  /** Where the stream stands. */
  get position(): Position {
    return { suspended: this.#suspended, carry: this.#carry, history: this.#window.history }
  }

  /**
   * Runs one job, or what it takes until one gives a result, over the next input. Call it again with what it has not
   * consumed. When it has consumed all and the stream is not finished, it needs more input.
   *
   * @throws DataError for data that breaks the rules of DEFLATE
   */
  *decompress(input: Uint8Array): Steps<Decompressed> {
    while (input.length > 0) {
      const taken = this.#plan(input.length)
      const part = taken < input.length ? input.subarray(0, taken) : input
      const result = yield* this.#started ? this.#run(part) : this.#send(withoutHistory, part)
      const { cc, ce, tpbc } = result.csb
      if (cc === CC.TARGET_SPACE || cc === CC.TRANSLATION_FAULT) {
        if (this.#roomIsExact) this.#roomIsExact = false
        else if (taken <= this.#leastSource) this.#enlargeRoom(result)
        else this.#mostSource = Math.max(this.#leastSource, taken >>> 2)
        continue
      }
      const suspended = cc === CC.DATA_LENGTH && (ce & CE_PARTIAL) !== 0
      if (cc !== CC.OK && !suspended) throw jobFailure(result)

      const finished = result.cpb.sfbt === 0
      const used = this.#usedBytes(result)
      const tookAll = result.cpb.spbc === this.#historyBytes + this.#carry.length + taken
      if (!finished && used <= 0 && tpbc === 0) {
        if (taken < input.length) {
          // Too little to decode anything, such as part of a long block header (UM 5.2.5.6): give more.
          this.#mostSource = this.#leastSource = taken * 2
          continue
        }
        // The same job again would come to the same.
        if (!tookAll) throw jobFailure(result)
      }
      return this.#accept(result, input, used, finished, tookAll && taken === input.length)
    }
    return { output: new Uint8Array(0), consumed: 0, finished: false }
  }

  /** Makes room for the next job. Returns how many bytes of source it gets. */
  #plan(available: number): number {
    this.#roomIsExact &&= this.#window.roomBytes > 0
    if (!this.#roomIsExact) {
      this.#window.makeRoom(Math.min(this.#roomBytes, (available + this.#carry.length) * MAX_RATIO))
    }
    const room = this.#window.roomBytes
    const wanted = this.#roomIsExact ? this.#jobBytes : Math.min(this.#jobBytes, room * EXPECTED_FILL)
    const fitting = Math.max(this.#leastSource, Math.floor(wanted / this.#ratio))
    return Math.min(available, this.#mostSource, fitting, MOST_SOURCE_BYTES)
  }

  /** The output of the least source does not fit. @throws when it should have, or when it is not the room that lacks */
  #enlargeRoom(result: JobResult): void {
    const isSafe = this.#window.roomBytes >= SAFE_ROOM_BYTES
    if (isSafe || result.csb.cc !== CC.TARGET_SPACE) throw jobFailure(result)
    this.#roomBytes = SAFE_ROOM_BYTES
  }

  /**
   * Runs a job behind others. History comes in quadwords, so until there are 32 KiB of output some bytes of it may not fill one. Without
   * them a distance that reaches them is refused, and with padding before them one that reaches too far is not. Hence the
   * one first, and if it fails the other, with two paddings: valid data gives the same output with both.
   */
  *#run(input: Uint8Array): Steps<JobResult> {
    const odd = this.#window.history.length % QUADWORD
    const result = yield* this.#send((history) => [history.subarray(odd)], input)
    if (odd === 0 || result.csb.cc !== CC.INVALID_DISTANCE) return result
    const padded: JobResult[] = []
    for (const padding of PADDINGS) {
      const again = yield* this.#send((history) => [padding.subarray(odd), history], input, COMPARED)
      if (again.csb.cc !== CC.OK && again.csb.cc !== CC.DATA_LENGTH) return again
      padded.push(again)
    }
    return padded[0].cpb.crc === padded[1].cpb.crc ? padded[1] : result
  }

  #send(
    historyOf: (history: Uint8Array) => Uint8Array[],
    input: Uint8Array,
    hints: Hints = this.#hints,
  ): Steps<JobResult> {
    return withOtherMemory((attempt) => {
      if (attempt > 0) {
        this.#window.renew()
        this.#roomIsExact = false
      }
      const { history, room } = this.#window
      return this.#job(historyOf(history), input, room, hints)
    })
  }

  #job(
    history: Uint8Array[],
    input: Uint8Array,
    target: Uint8Array,
    { mayOverrun = false, checksum }: Hints,
  ): Job {
    if (!this.#started) return { fc: FC.DECOMPRESS, source: input, target, mayOverrun, checksum }
    const pieces: Uint8Array[] = []
    for (const piece of history) if (piece.length > 0) pieces.push(piece)
    this.#historyBytes = bytesOf(pieces)
    if (this.#carry.length > 0) pieces.push(this.#carry)
    pieces.push(input)
    const source = pieces.length === 1 ? input : pieces
    const { adler, crc } = this
    const { subc, sfbt, rembytecnt, dhtlen, dht } = this.#suspended
    const cpb: CpbInput = {
      adler,
      crc,
      histlen: this.#historyBytes / QUADWORD,
      subc,
      sfbt,
      rembytecnt,
      dhtlen,
      dht,
    }
    return { fc: FC.DECOMPRESS_RESUME, source, target, cpb, mayOverrun, checksum }
  }

  /** Bytes of carry and input that the job has dealt with: a byte of which a bit is left is not (UM 5.2.5.4). */
  #usedBytes({ cpb }: JobResult): number {
    const unused = cpb.sfbt === 0 ? cpb.subc >>> 3 : (cpb.subc + 7) >>> 3
    return cpb.spbc - this.#historyBytes - unused
  }

  #accept(
    result: JobResult,
    input: Uint8Array,
    used: number,
    finished: boolean,
    inputEnded: boolean,
  ): Decompressed {
    const { cpb, csb } = result
    this.#started = true
    this.adler = cpb.adler
    this.crc = cpb.crc
    this.#suspended = {
      subc: cpb.subc & 7,
      sfbt: cpb.sfbt,
      rembytecnt: cpb.rembytecnt,
      dhtlen: cpb.dhtlen,
      dht: cpb.dht,
    }
    this.#ratio = Math.max(1, used > 0 ? csb.tpbc / used : this.#ratio)
    this.#mostSource = Infinity
    this.#leastSource = LEAST_SOURCE_BYTES
    const output = this.#window.commit(csb.tpbc)
    const fromInput = used - this.#carry.length
    if (this.#carry.length > 0) this.#carry = this.#carry.subarray(Math.min(used, this.#carry.length))
    const consumed = Math.max(0, fromInput)
    // Where the source ended, its undecoded bytes go before the next input. Where the device stopped by itself, they are
    // simply not consumed yet.
    if (finished || !inputEnded) return { output, consumed, finished }
    this.#carry = joined(this.#carry, input.subarray(consumed))
    return { output, consumed: input.length, finished }
  }
}

const withoutHistory = (): Uint8Array[] => []

/** One behind the other. Not by Buffer.concat: minizlib puts something else in its place while its streams write. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}
