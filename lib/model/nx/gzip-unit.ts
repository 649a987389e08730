// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import {
  CPB,
  CPB_OUTPUT_OFFSET,
  DHT_BYTES,
  IN_DHT_OFFSET,
  LZCOUNT_OFFSET,
  LZCOUNTS,
  OUT_DHT_OFFSET,
  QUADWORD,
} from '../../format/cpb.js'
import {
  CCB,
  CM_INTERRUPT,
  CRB,
  CRB_CCB,
  CRB_HINT,
  CRB_SOURCE_DDE,
  CRB_TARGET_DDE,
  ONLY_CHECKSUM,
} from '../../format/crb.js'
import { CE_PARTIAL, CE_TERMINATE, CE_TPBC, CSB } from '../../format/csb.js'
import { DDE } from '../../format/dde.js'
import { gzipFunction, type GzipFunction } from '../../format/function-codes.js'
import { isInDynamicBlock, isInStoredBlock } from '../../format/sfbt.js'
import type { AddressSpace } from '../address-space.js'
import { adler32, crc32 } from '../../format/checksums.js'
import { CompressEngine } from './compress.js'
import { Dma, Scratch, Termination, TranslationFault, type Source, type TargetSpace } from './dma.js'
import { InflateEngine } from './inflate.js'
import type { Slices } from './slices.js'
import type { CachedTokens } from './token-cache.js'

/** Bytes of plain data whose checksums are made in one slice. More: longer slices. Fewer: more of them, to no use. */
const CHECKSUM_SLICE_BYTES = 64 * 1024

const NO_BYTES: Uint8Array = new Uint8Array(0)

/** First quadword of the CPB output: checksums, TEBC or SUBC, SFBT, RemByteCnt or DHTlen. */
const OUTPUT_QUADWORD_BYTES = 16

/** The unit's byte-count limit registers in bytes (UM 6.11.5); 0: no limit. */
export interface ByteCountLimits {
  readonly maxByteCountHigh: number
  readonly maxByteCountLow: number
}

const CSB_BYTES = BigInt(CSB.size)

/** How a job came out: what NX writes to the CSB. */
interface Completion {
  readonly cc: number
  readonly ce: number
  readonly tpbc: number
  readonly fsa: bigint
}

/** A job as the engines see it. */
interface Work {
  readonly row: GzipFunction
  readonly cpb: DataView
  readonly source: Source
  readonly space: TargetSpace
  readonly histlen: number
  readonly effort: number
  readonly countsOnly: boolean
  /** Which checksums are to be made. */
  readonly makesAdler: boolean
  readonly makesCrc: boolean
  /** Byte-count limit of this job; 0: none. */
  readonly limit: number
}

const complete = (cc: number, tpbc: number): Completion => ({ cc, ce: CE_TPBC, tpbc, fsa: 0n })
const suspend = (tpbc: number): Completion => ({
  cc: CC.DATA_LENGTH,
  ce: CE_PARTIAL | CE_TPBC,
  tpbc,
  fsa: 0n,
})
const terminate = (cc: number, tpbc = 0, fsa = 0n): Completion => ({
  cc,
  ce: CE_TERMINATE | CE_TPBC,
  tpbc,
  fsa,
})

/** What executes CRBs: the gzip unit, or what stands in its place. */
export interface JobUnit {
  /**
   * The slices in which one CRB is executed in the address space of the window that sent it, one CRB at a time. Ends with
   * the address that could not be translated, if there is one.
   *
   * @param useLowLimit the Low byte-count limit applies to this job instead of the High one
   */
  execute(crb: DataView, space: AddressSpace, useLowLimit: boolean): Slices<TranslationFault | undefined>
}

/**
 * The NX's gzip unit: takes a CRB, checks it, runs the function it names and writes CPB output and CSB (UM 6.3 to 6.12).
 */
export class GzipUnit implements JobUnit {
  readonly #scratch = new Scratch()
  readonly #compressEngine = new CompressEngine()
  readonly #inflateEngine = new InflateEngine()

  constructor(private readonly limits: ByteCountLimits) {}

  /**
   * Afterwards the CSB is valid, unless an address could not be translated: then nothing was completed and the fault is
   * returned for system software (UM 6.10).
   */
  *execute(crb: DataView, space: AddressSpace, useLowLimit: boolean): Slices<TranslationFault | undefined> {
    const dma = new Dma(space, this.#scratch)
    const limit = useLowLimit ? this.limits.maxByteCountLow : this.limits.maxByteCountHigh
    let csb: DataView | undefined
    try {
      const csbAddress = CRB.field.csb_address.get(crb, 0)
      csb = dma.structure(csbAddress, CSB.size, true)
      writeCsb(csb, yield* this.#dispatch(this.#fetch(crb, csbAddress, dma, limit)))
      return undefined
    } catch (stop) {
      if (stop instanceof TranslationFault) return stop
      if (!csb || !(stop instanceof Termination)) throw stop
      writeCsb(csb, terminate(stop.cc, 0, stop.fsa))
      return undefined
    }
  }

  /** Checks the CRB and fetches what it names, in the order CPB, source list, source, target list. */
  #fetch(crb: DataView, csbAddress: bigint, dma: Dma, limit: number): Work {
    if (!isWellFormed(crb)) throw new Termination(CC.INVALID_CRB)
    const row = gzipFunction(CRB.field.fc.get(crb, 0))
    if (!row) throw new Termination(CC.UNRECOGNIZED_SUBFUNCTION)
    const cpbAddress = csbAddress + CSB_BYTES
    if (row.inputQuadwords > 0) dma.translate(cpbAddress, row.inputQuadwords * QUADWORD, false)
    // SPBC is the last field that any function writes.
    const cpb = dma.structure(cpbAddress, CPB.field[row.spbc].firstBit / 8 + 4, true)
    const checksum = row.operation === 'decompress' ? CRB_HINT.field.checksum.get(crb, 0) : 0
    return {
      row,
      cpb,
      source: dma.source(crb, CRB_SOURCE_DDE),
      space: dma.target(crb, CRB_TARGET_DDE),
      histlen: row.resume ? CPB.field.in_histlen.get(cpb, 0) * QUADWORD : 0,
      effort: CRB_HINT.field.effort.get(crb, 0),
      countsOnly: row.count && CRB_HINT.field.counts_only.get(crb, 0) === 1,
      makesAdler: checksum !== ONLY_CHECKSUM.crc && checksum !== ONLY_CHECKSUM.none,
      makesCrc: checksum !== ONLY_CHECKSUM.adler && checksum !== ONLY_CHECKSUM.none,
      limit,
    }
  }

  #dispatch(work: Work): Slices<Completion> {
    switch (work.row.operation) {
      case 'compress':
        return this.#compress(work)
      case 'decompress':
        return this.#decompress(work)
      case 'wrap':
        return this.#wrap(work)
    }
  }

  // The loops over slices are written out: a generator more for each would take longer than a small job.
  *#compress(work: Work): Slices<Completion> {
    const { row, cpb, source, space, histlen } = work
    if (histlen >= source.length) return terminate(CC.DATA_LENGTH)
    const spbc = withinLimit(work)
    const bytes = source.slice(0, spbc)
    const engine = this.#compressEngine
    const { result } = engine
    try {
      engine.begin(
        {
          source: bytes,
          historyBytes: histlen,
          dht: row.dht ? bytesAt(cpb, IN_DHT_OFFSET, DHT_BYTES) : null,
          dhtlen: row.dht ? CPB.field.in_dhtlen.get(cpb, 0) : 0,
          effort: work.effort,
          count: row.count,
          countsOnly: work.countsOnly,
        },
        space.target,
      )
      while (!engine.step()) {
        yield
        checkThere(work)
      }
    } finally {
      engine.end()
    }
    if (!work.countsOnly) space.store(result.tpbc)
    if (result.cc === CC.TARGET_SPACE) return terminate(space.ccWhenFull, result.tpbc)
    if (result.cc !== CC.OK) return terminate(result.cc, result.tpbc)

    const { kept } = result
    const sums = new Checksums(work, kept)
    while (!sums.add(kept?.data ?? bytes.subarray(histlen))) {
      yield
      checkThere(work)
    }
    sums.write(kept)
    CPB.field.out_tebc.set(cpb, 0, result.tebc)
    if (row.count) writeCounts(cpb, result.counts)
    CPB.field[row.spbc].set(cpb, 0, spbc)
    if (spbc < source.length) return suspend(result.tpbc)
    return complete(result.tpbc > spbc ? CC.TPBC_GT_SPBC : CC.OK, result.tpbc)
  }

  *#decompress(work: Work): Slices<Completion> {
    const { row, cpb, source, space, histlen } = work
    if (histlen > source.length) return terminate(CC.DATA_LENGTH)
    const engine = this.#inflateEngine
    const { result } = engine
    try {
      engine.begin(
        {
          source: source.slice(histlen, source.length),
          history: histlen > 0 ? source.slice(0, histlen) : NO_BYTES,
          subc: CPB.field.in_subc.get(cpb, 0),
          sfbt: CPB.field.in_sfbt.get(cpb, 0),
          rembytecnt: CPB.field.in_rembytecnt.get(cpb, 0),
          dht: row.resume ? bytesAt(cpb, IN_DHT_OFFSET, DHT_BYTES) : NO_BYTES,
          dhtlen: CPB.field.in_dhtlen.get(cpb, 0),
          resume: row.resume,
          singleBlock: row.singleBlock,
          byteLimit: work.limit,
        },
        space.target,
      )
      while (!engine.step()) {
        yield
        checkThere(work)
      }
    } finally {
      engine.end()
    }
    space.store(result.tpbc)
    if (result.cc === CC.TARGET_SPACE) return terminate(space.ccWhenFull, result.tpbc)
    if (result.cc !== CC.OK && !result.partial) return terminate(result.cc, result.tpbc)

    const sums = new Checksums(work)
    while (!sums.add(space.target.bytes, result.tpbc)) {
      yield
      checkThere(work)
    }
    sums.write()
    CPB.field.out_subc.set(cpb, 0, result.subc)
    CPB.field.out_sfbt.set(cpb, 0, result.sfbt)
    if (isInStoredBlock(result.sfbt)) CPB.field.out_rembytecnt.set(cpb, 0, result.rembytecnt)
    if (isInDynamicBlock(result.sfbt)) {
      CPB.field.out_dhtlen.set(cpb, 0, result.dhtlen)
      const written = Math.ceil(result.dhtlen / (8 * QUADWORD)) * QUADWORD
      bytesAt(cpb, OUT_DHT_OFFSET, DHT_BYTES).set(result.dht.subarray(0, written))
    }
    CPB.field[row.spbc].set(cpb, 0, histlen + result.spbc)
    return result.partial ? suspend(result.tpbc) : complete(result.cc, result.tpbc)
  }

  *#wrap(work: Work): Slices<Completion> {
    const { row, cpb, source, space } = work
    const bytes = source.slice(0, withinLimit(work))
    const { target } = space
    while (target.bytes.length < bytes.length && target.grow(0));
    const stored = Math.min(bytes.length, target.bytes.length)
    target.bytes.set(bytes.subarray(0, stored))
    space.store(stored)
    if (stored < bytes.length) return terminate(space.ccWhenFull, stored)

    const sums = new Checksums(work)
    while (!sums.add(bytes)) {
      yield
      checkThere(work)
    }
    sums.write()
    CPB.field[row.spbc].set(cpb, 0, stored)
    return stored < source.length ? suspend(stored) : complete(CC.OK, stored)
  }
}

/** No reserved bit is set, and a CCB that is defined asks for the one valid completion method (UM figures 6-3, 6-4). */
function isWellFormed(crb: DataView): boolean {
  if (CRB.hasReservedBits(crb)) return false
  if (DDE.hasReservedBits(crb, CRB_SOURCE_DDE) || DDE.hasReservedBits(crb, CRB_TARGET_DDE)) return false
  if (CCB.hasReservedBits(crb, CRB_CCB)) return false
  return CCB.field.cm.get(crb, CRB_CCB) === (CRB.field.c.get(crb, 0) ? CM_INTERRUPT : 0)
}

/**
 * Source bytes that a compress or wrap job is given before the DMA controller suspends it (UM 6.11.5): up to the limit,
 * but at least a quadword behind the history, so that every job makes progress.
 */
function withinLimit({ source, histlen, limit }: Work): number {
  return limit === 0 ? source.length : Math.min(source.length, Math.max(limit, histlen + QUADWORD))
}

/** @throws TranslationFault if memory of the job went away since it began */
function checkThere({ source, space }: Work): void {
  source.checkThere()
  space.checkThere()
}

/** The checksums of a job's plain data, made in slices. */
class Checksums {
  readonly #cpb: DataView
  readonly #makesAdler: boolean
  readonly #makesCrc: boolean
  readonly #adlerSeed: number
  readonly #crcSeed: number
  readonly #isKnown: boolean
  #adler: number
  #crc: number
  #at = 0

  /** @param kept where the checksums of the same data may be known from an earlier job */
  constructor({ row, cpb, makesAdler, makesCrc }: Work, kept: CachedTokens | null = null) {
    this.#cpb = cpb
    this.#makesAdler = makesAdler
    this.#makesCrc = makesCrc
    this.#adlerSeed = row.resume ? CPB.field.in_adler.get(cpb, 0) : 1
    this.#crcSeed = row.resume ? CPB.field.in_crc.get(cpb, 0) : 0
    const known = kept?.checksums
    this.#isKnown = known?.adlerSeed === this.#adlerSeed && known.crcSeed === this.#crcSeed
    this.#adler = known && this.#isKnown ? known.adler : this.#adlerSeed
    this.#crc = known && this.#isKnown ? known.crc : this.#crcSeed
  }

  /** Takes the next slice of the first `length` bytes of the data. @returns whether it was the last one */
  add(plain: Uint8Array, length = plain.length): boolean {
    if (this.#isKnown) return true
    const end = Math.min(length, this.#at + CHECKSUM_SLICE_BYTES)
    const isAll = this.#at === 0 && end === plain.length
    const slice = isAll ? plain : plain.subarray(this.#at, end)
    if (this.#makesAdler) this.#adler = adler32(slice, this.#adler)
    if (this.#makesCrc) this.#crc = crc32(slice, this.#crc)
    this.#at = end
    return end === length
  }

  /**
   * Begins the output quadword of the CPB with them; its other fields are 0 so far.
   *
   * @param kept where they are kept for the next job
   */
  write(kept: CachedTokens | null = null): void {
    const cpb = this.#cpb
    const adler = this.#adler
    const crc = this.#crc
    if (kept) kept.checksums = { adlerSeed: this.#adlerSeed, crcSeed: this.#crcSeed, adler, crc }
    for (let at = 0; at < OUTPUT_QUADWORD_BYTES; at += 4) cpb.setUint32(CPB_OUTPUT_OFFSET + at, 0)
    CPB.field.out_adler.set(cpb, 0, adler)
    CPB.field.out_crc.set(cpb, 0, crc)
  }
}

function writeCounts(cpb: DataView, counts: Uint32Array): void {
  for (let symbol = 0; symbol < LZCOUNTS; symbol++) {
    cpb.setUint32(LZCOUNT_OFFSET + 4 * symbol, counts[symbol])
  }
}

/** Completion order: the body of the CSB first, V last (UM 6.9). */
function writeCsb(csb: DataView, { cc, ce, tpbc, fsa }: Completion): void {
  csb.setUint32(0, 0)
  CSB.field.cc.set(csb, 0, cc)
  CSB.field.ce.set(csb, 0, ce)
  CSB.field.tpbc.set(csb, 0, tpbc)
  CSB.field.address.set(csb, 0, fsa)
  CSB.field.v.set(csb, 0, 1)
}

function bytesAt(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length)
}
