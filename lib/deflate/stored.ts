// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import { MAX_STORED_BYTES } from '../format/deflate.js'
import { FC } from '../format/function-codes.js'
import { storedBytes } from './huffman.js'
import { writeStoredHeader } from './block-joining.js'
import { jobFailure } from './job-failure.js'
import { withOtherMemory } from './other-memory.js'
import type { Steps } from './steps.js'

/** Stored blocks that hold `data`, starting and ending on a byte boundary: 5 bytes more for each begun 65535. */
export function storeBlocks(data: Uint8Array, final: boolean): Uint8Array {
  const output = new Uint8Array(storedBytes(data.length))
  for (const { from, to, room } of layOut(output, data.length, final)) {
    room.set(data.subarray(from, to))
  }
  return output
}

/** What a wrap job makes of data: stored blocks, and the checksums of the data alone. */
export interface Wrapped {
  readonly output: Uint8Array
  readonly adler: number
  readonly crc: number
}

/**
 * The same, with the copy and the checksums made by one wrap job that scatters the data between the headers
 * (UM 5.2.5.7).
 *
 * @param data at least one byte, and no more than the device's limit
 */
export function* wrapBlocks(data: Uint8Array, final: boolean): Steps<Wrapped> {
  let output = new Uint8Array(0)
  const result = yield* withOtherMemory(() => {
    output = new Uint8Array(storedBytes(data.length))
    const target = layOut(output, data.length, final).map(({ room }) => room)
    return { fc: FC.WRAP, source: data, target }
  })
  if (result.csb.cc !== CC.OK) throw jobFailure(result)
  return { output, adler: result.cpb.adler, crc: result.cpb.crc }
}

/** One stored block: which bytes of the data it holds, and where in the output they go. */
interface StoredBlock {
  readonly from: number
  readonly to: number
  readonly room: Uint8Array
}

/** Writes the headers and finds the places between them. */
function layOut(output: Uint8Array, length: number, final: boolean): StoredBlock[] {
  const blocks: StoredBlock[] = []
  let at = 0
  let from = 0
  do {
    const to = Math.min(from + MAX_STORED_BYTES, length)
    at = writeStoredHeader(output, at, to - from, final && to === length)
    blocks.push({ from, to, room: output.subarray(at, at + to - from) })
    at += to - from
    from = to
  } while (from < length)
  return blocks
}
