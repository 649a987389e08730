// SPDX-License-Identifier: MIT
import type { GzipFunction } from '../../format/function-codes.js'
import type { Timing } from './figures.js'

/** How far a job gets with its data, and how long the unit needs for it. */
export interface Work {
  /** Bytes of source that are taken, history included (SPBC). */
  readonly spbc: number
  /** Bytes of output (TPBC). */
  readonly tpbc: number
  /** The byte-count limit or the room stopped it. */
  readonly isPartial: boolean
}

/** What a job asks for. */
export interface WorkRequest {
  readonly operation: GzipFunction['operation']
  /** Bytes of source, history included, and of history. */
  readonly sourceBytes: number
  readonly historyBytes: number
  readonly targetBytes: number
  /** Byte-count limit; 0: none. */
  readonly limit: number
  /** Plain bytes for each compressed byte of this data. */
  readonly ratio: number
}

/**
 * How far a job gets: the limit counts source with history when compressing, output when decompressing (UM 6.11.5). The
 * timing does not decide whether output fits its room: a job ends where its room does.
 */
export function workOf({
  operation,
  sourceBytes,
  historyBytes,
  targetBytes,
  limit,
  ratio,
}: WorkRequest): Work {
  const most = limit === 0 ? Infinity : limit
  const data = sourceBytes - historyBytes
  if (operation === 'decompress') {
    const whole = Math.floor(data * ratio)
    const tpbc = Math.min(whole, targetBytes, most)
    const taken = tpbc < whole ? Math.floor(tpbc / ratio) : data
    return { spbc: historyBytes + taken, tpbc, isPartial: tpbc < whole }
  }
  const spbc = Math.min(sourceBytes, most)
  const plain = Math.max(0, spbc - historyBytes)
  const whole = operation === 'wrap' ? plain : Math.ceil(plain / ratio)
  return { spbc, tpbc: Math.min(whole, targetBytes), isPartial: spbc < sourceBytes }
}

/**
 * Nanoseconds in which the unit processes plain bytes, history included: UM 4.4.1 counts history like data. No faster
 * than the path between DMA controller and unit.
 *
 * @param ratio plain bytes for each compressed byte
 */
export function dataNs(
  operation: GzipFunction['operation'],
  plain: number,
  ratio: number,
  { compressRate, codedRate, pathBytesPerCycle, cyclesPerNs }: Timing,
): number {
  const path = pathBytesPerCycle * cyclesPerNs
  const rate = { compress: compressRate, decompress: codedRate * ratio, wrap: path }[operation]
  // Data that grows fills the path with its compressed side.
  return plain / Math.min(rate, path, path * ratio)
}
