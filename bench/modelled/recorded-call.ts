// SPDX-License-Identifier: MIT
import { CC } from '../../lib/format/completion-codes.js'
import { LZCOUNTS, QUADWORD } from '../../lib/format/cpb.js'
import { CE_PARTIAL, CE_TERMINATE, CE_TPBC } from '../../lib/format/csb.js'
import { gzipFunction, type GzipFunction } from '../../lib/format/function-codes.js'
import { runStepsSync, type JobRunner } from '../../lib/deflate/steps.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { bytesOf } from '../../lib/job/job.js'
import { workOf } from '../../lib/model/timing/work.js'
import { compressAll, decompressAll } from '../../lib/zlib/one-shot.js'

/** A piece of a job's memory: bytes of one of the call's buffers. */
export interface RecordedPiece {
  readonly buffer: number
  readonly at: number
  readonly bytes: number
}

/** A job that a call makes. */
export interface RecordedJob {
  readonly fc: number
  readonly source: readonly RecordedPiece[]
  readonly target: readonly RecordedPiece[]
  readonly histlen: number
}

/** The jobs of a call, one after the other, and the memory they work on. */
export interface RecordedCall {
  /** Plain bytes that the call is about. */
  readonly bytes: number
  /** Bytes of each buffer. */
  readonly buffers: readonly number[]
  readonly jobs: readonly RecordedJob[]
}

/** What kind of call. */
export interface CallKind {
  readonly direction: 'compress' | 'decompress'
  /** Plain bytes. */
  readonly bytes: number
  /** Level of the compression. */
  readonly level: number
  /** Plain bytes for each compressed byte. */
  readonly ratio: number
  /** Bytes after which the unit suspends a job; 0: never. */
  readonly limit: number
  /** Bytes of output that a decompress job should make. */
  readonly jobBytes: number
}

/** CRC of the plain data that the made-up stream names, and that the answers give. */
const CRC = 0x12345678

const GZIP_HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
const GZIP_TRAILER_BYTES = 8

/** SFBT where the source of a made-up stream ends: in a fixed block, which has the least to carry on. */
const IN_FIXED_BLOCK = 0b1010

/**
 * The jobs that a call of this project makes. It is the driver itself that makes them, against a runner that answers as
 * the unit would for data of such a ratio, so that they cannot differ from what the driver does.
 */
export function recordCall(kind: CallKind): RecordedCall {
  const recorder = new Recorder(kind)
  const { direction, level, bytes } = kind
  if (direction === 'compress') {
    const { jobLimit } = recorder
    // Hardware does not look at hints.
    const options = { level, fixed: false, jobLimit, ignoresHints: true }
    runStepsSync(recorder, compressAll('gzip', new Uint8Array(bytes), options))
  } else {
    const options = { maxOutputLength: Infinity, headerWindow: false, jobBytes: kind.jobBytes }
    runStepsSync(recorder, decompressAll('gzip', madeUpStream(kind), options))
  }
  return recorder.call
}

/** A gzip member that has only head and trailer. */
function madeUpStream({ bytes, ratio }: CallKind): Uint8Array {
  const coded = Math.ceil(bytes / ratio)
  const stream = new Uint8Array(GZIP_HEADER.length + coded + GZIP_TRAILER_BYTES)
  stream.set(GZIP_HEADER)
  const trailer = new DataView(stream.buffer, GZIP_HEADER.length + coded)
  trailer.setUint32(0, CRC, true)
  trailer.setUint32(4, bytes, true)
  return stream
}

class Recorder implements JobRunner {
  readonly jobLimit: number
  readonly #buffers: ArrayBufferLike[] = []
  readonly #jobs: RecordedJob[] = []
  /** Plain bytes that the decompression has still to make. */
  #left: number

  constructor(private readonly kind: CallKind) {
    this.jobLimit = kind.limit === 0 ? Infinity : kind.limit
    this.#left = kind.bytes
  }

  get call(): RecordedCall {
    const buffers = this.#buffers.map(({ byteLength }) => byteLength)
    return { bytes: this.kind.bytes, buffers, jobs: this.#jobs }
  }

  runSync(job: Job): JobResult {
    const { fc, cpb } = job
    const row = gzipFunction(fc)
    if (!row) throw new RangeError(`no function ${fc}`)
    const histlen = cpb?.histlen ?? 0
    this.#jobs.push({ fc, source: this.#pieces(job.source), target: this.#pieces(job.target), histlen })
    return row.operation === 'decompress'
      ? this.#decompress(job, histlen * QUADWORD)
      : this.#compress(job, row, histlen * QUADWORD)
  }

  runOwned(job: Job): Promise<JobResult> {
    return Promise.resolve(this.runSync(job))
  }

  #pieces(memory: Job['source']): RecordedPiece[] {
    const views = memory instanceof Uint8Array ? [memory] : memory
    return views.map(({ buffer, byteOffset, length }) => {
      if (!this.#buffers.includes(buffer)) this.#buffers.push(buffer)
      return { buffer: this.#buffers.indexOf(buffer), at: byteOffset, bytes: length }
    })
  }

  #compress(job: Job, { operation, count }: GzipFunction, historyBytes: number): JobResult {
    const { limit, ratio } = this.kind
    const work = workOf({
      operation,
      sourceBytes: bytesOf(job.source),
      historyBytes,
      targetBytes: bytesOf(job.target),
      limit,
      ratio,
    })
    const result = answer(work.isPartial ? CC.DATA_LENGTH : CC.OK, work.isPartial, work.tpbc)
    result.cpb.spbc = work.spbc
    if (count) result.cpb.lzcount = madeUpCounts(work.tpbc)
    return result
  }

  #decompress(job: Job, historyBytes: number): JobResult {
    const { limit, ratio } = this.kind
    const sourceBytes = bytesOf(job.source)
    const room = bytesOf(job.target)
    const request = { operation: 'decompress' as const, sourceBytes, historyBytes, limit, ratio }
    const { spbc, tpbc } = workOf({ ...request, targetBytes: this.#left })
    if (tpbc > room) return answer(CC.TARGET_SPACE, false, room)
    this.#left -= tpbc
    // Where the limit stops a job right behind the last byte, the end of the block is left for one more.
    const isFinished = this.#left === 0 && tpbc !== limit
    const result = answer(CC.DATA_LENGTH, true, tpbc)
    Object.assign(result.cpb, {
      spbc: isFinished ? sourceBytes : spbc,
      sfbt: isFinished ? 0 : IN_FIXED_BLOCK,
      subc: isFinished ? GZIP_TRAILER_BYTES * 8 : 0,
      crc: CRC,
    })
    return result
  }
}

function answer(cc: number, isPartial: boolean, tpbc: number): JobResult {
  const isGood = cc === CC.OK || isPartial
  const ce = CE_TPBC | (isPartial ? CE_PARTIAL : 0) | (isGood ? 0 : CE_TERMINATE)
  const cpb = { adler: 1, crc: 0, tebc: 1, subc: 0, sfbt: 0, rembytecnt: 0, dhtlen: 0, spbc: 0 }
  return {
    csb: { v: 1, cc, ce, tpbc, address: 0n },
    cpb: { ...cpb, dht: new Uint8Array(0) },
    attempts: 1,
    faults: [],
  }
}

/**
 * Counts of symbols that take about as many bits with a table of their own as the output had, and more without: data that
 * is worth a table, and like the block before it. Sixteen groups of sixteen literals, each half as frequent as the one
 * before it: 6 bits a literal.
 */
function madeUpCounts(codedBytes: number): Uint32Array {
  const counts = new Uint32Array(LZCOUNTS)
  const literals = (codedBytes * 8) / 6
  for (let symbol = 0; symbol < 256; symbol++) {
    counts[symbol] = Math.ceil(literals / 16 / 2 ** (1 + (symbol % 16)))
  }
  return counts
}
