import { CC } from '../format/completion-codes.js'
import { FC } from '../format/function-codes.js'
import type { AtOnce } from './one-block.js'
import type { Steps } from './steps.js'
import type { Workspace } from './workspace.js'

/**
 * Decompresses a stream by one job, if its output fits into the workspace.
 *
 * @param source the stream and nothing behind it
 * @returns undefined where it does not, or where the stream is not complete or not valid
 */
export function* inflateInOneJob(source: Uint8Array, { target }: Workspace): Steps<AtOnce | undefined> {
  const { csb, cpb } = yield { fc: FC.DECOMPRESS, source, target }
  // SFBT 0: the final block has ended. SUBC counts the bits that are left behind it (UM table 6-4).
  const isAll = csb.cc === CC.OK && cpb.sfbt === 0 && cpb.subc >>> 3 === 0
  return isAll ? { bytes: target.subarray(0, csb.tpbc), adler: cpb.adler, crc: cpb.crc } : undefined
}
