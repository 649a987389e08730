// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { CPB, QUADWORD } from '../../format/cpb.js'
import { CRB, CRB_SOURCE_DDE, CRB_TARGET_DDE } from '../../format/crb.js'
import { CE_PARTIAL, CE_TPBC, CSB } from '../../format/csb.js'
import { DDE } from '../../format/dde.js'
import { gzipFunction, type GzipFunction } from '../../format/function-codes.js'
import type { AddressSpace } from '../address-space.js'
import { TranslationFault } from '../nx/dma.js'
import type { ByteCountLimits, JobUnit } from '../nx/gzip-unit.js'
import type { Slices } from '../nx/slices.js'
import type { Timing } from './figures.js'
import { dataNs, workOf, type Work } from './work.js'

/** A piece of a job's memory. */
interface Piece {
  readonly address: bigint
  readonly bytes: number
}

/** Where a job meets a page that is not there: the address, and the plain bytes that were processed until then. */
interface Fault {
  readonly fsa: bigint
  readonly plain: number
}

/**
 * Stands in the place of the gzip unit: reads the same CRBs, translates the same addresses, and says how long each job
 * takes instead of doing it. Data is not looked at, only its ratio is known. It yields once, while the job runs.
 */
export class TimedUnit implements JobUnit {
  /** The next job was prefetched while another one ran (UM 6.1). */
  isPrefetched = false
  /** Nanoseconds that the unit is held by the job that was begun last. */
  heldNs = 0

  /** @param ratio plain bytes for each compressed byte */
  constructor(
    private readonly limits: ByteCountLimits,
    private readonly timing: Timing,
    private readonly ratio: number,
  ) {}

  *execute(crb: DataView, space: AddressSpace, useLowLimit: boolean): Slices<TranslationFault | undefined> {
    const row = gzipFunction(CRB.field.fc.get(crb, 0))
    const csbAddress = CRB.field.csb_address.get(crb, 0)
    const csb = space.view(csbAddress, CSB.size)
    const cpb = space.view(csbAddress + BigInt(CSB.size), CPB.size)
    if (!row || !csb || !cpb) throw new RangeError('the timed unit only takes valid jobs')
    const source = piecesOf(crb, CRB_SOURCE_DDE, space)
    const target = piecesOf(crb, CRB_TARGET_DDE, space)
    const historyBytes = row.resume ? CPB.field.in_histlen.get(cpb, 0) * QUADWORD : 0
    const work = workOf({
      operation: row.operation,
      sourceBytes: total(source),
      historyBytes,
      targetBytes: total(target),
      limit: useLowLimit ? this.limits.maxByteCountLow : this.limits.maxByteCountHigh,
      ratio: this.ratio,
    })
    const { fetchNs, faultDetectNs, completeNs } = this.timing
    const startNs = this.isPrefetched ? 0 : fetchNs
    const fault = this.#fault(row, historyBytes, work, source, target, space)
    if (fault) {
      // What was done until then is lost: the job is run again from its start (UM 6.10).
      this.heldNs = startNs + dataNs(row.operation, fault.plain, this.ratio, this.timing) + faultDetectNs
      yield
      return new TranslationFault(fault.fsa)
    }
    const plain = row.operation === 'decompress' ? historyBytes + work.tpbc : work.spbc
    this.heldNs = startNs + dataNs(row.operation, plain, this.ratio, this.timing) + completeNs
    yield
    complete(csb, cpb, row, work)
    return undefined
  }

  /** The page that the job misses first, if one is not there. */
  #fault(
    { operation }: GzipFunction,
    historyBytes: number,
    { spbc, tpbc }: Work,
    source: readonly Piece[],
    target: readonly Piece[],
    space: AddressSpace,
  ): Fault | undefined {
    if (space.alwaysResident) return undefined
    const expansion = operation === 'decompress' ? this.ratio : 1
    const shrinkage = operation === 'compress' ? this.ratio : 1
    const read = firstFault(source, spbc, false, space)
    const written = firstFault(target, tpbc, true, space)
    const faults: Fault[] = []
    if (read) {
      const data = Math.max(0, read.at - historyBytes)
      faults.push({ fsa: read.fsa, plain: Math.min(read.at, historyBytes) + data * expansion })
    }
    if (written) faults.push({ fsa: written.fsa, plain: historyBytes + written.at * shrinkage })
    return faults.sort((a, b) => a.plain - b.plain).at(0)
  }
}

function piecesOf(crb: DataView, at: number, space: AddressSpace): Piece[] {
  const count = DDE.field.count.get(crb, at)
  const address = DDE.field.address.get(crb, at)
  if (count === 0) return [{ address, bytes: DDE.field.bytecount.get(crb, at) }]
  const list = space.view(address, count * DDE.size)
  if (!list) throw new RangeError('the timed unit only takes valid lists')
  return Array.from({ length: count }, (_, index) => ({
    address: DDE.field.address.get(list, index * DDE.size),
    bytes: DDE.field.bytecount.get(list, index * DDE.size),
  }))
}

const total = (pieces: readonly Piece[]) => pieces.reduce((sum, { bytes }) => sum + bytes, 0)

/** The first address of the pieces' first `bytes` bytes that is not there, and how many bytes are before it. */
function firstFault(
  pieces: readonly Piece[],
  bytes: number,
  write: boolean,
  space: AddressSpace,
): { fsa: bigint; at: number } | undefined {
  let before = 0
  for (const piece of pieces) {
    const length = Math.min(piece.bytes, bytes - before)
    if (length <= 0) return undefined
    const fsa = space.firstFault(piece.address, length, write)
    if (fsa !== undefined) return { fsa, at: before + Number(fsa - piece.address) }
    before += piece.bytes
  }
  return undefined
}

function complete(csb: DataView, cpb: DataView, row: GzipFunction, work: Work): void {
  CPB.field[row.spbc].set(cpb, 0, work.spbc)
  CSB.field.cc.set(csb, 0, work.isPartial ? CC.DATA_LENGTH : CC.OK)
  CSB.field.ce.set(csb, 0, work.isPartial ? CE_PARTIAL | CE_TPBC : CE_TPBC)
  CSB.field.tpbc.set(csb, 0, work.tpbc)
  CSB.field.v.set(csb, 0, 1)
}
