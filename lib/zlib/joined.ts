// SPDX-License-Identifier: MIT
import { ownBuffer } from '../device/own-buffer.js'
import { nextTurn } from '../timers.js'

/** Bytes that are copied in a turn of the event loop. More: longer turns. Fewer: more of them. */
const TURN_BYTES = 4 * 1024 * 1024

/** The pieces one behind the other, in memory of their own: without a copy if there is one that fills its memory. */
export function joined(pieces: readonly Uint8Array[]): Buffer {
  const ready = inOnePiece(pieces)
  if (ready) return ready
  const all = ownBuffer(lengthOf(pieces))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** The same without blocking the event loop for long. */
export async function joinedInTurns(pieces: readonly Uint8Array[]): Promise<Buffer> {
  const bytes = lengthOf(pieces)
  if (bytes <= TURN_BYTES) return joined(pieces)
  const ready = inOnePiece(pieces)
  if (ready) return ready
  const all = ownBuffer(bytes)
  let at = 0
  let turnEnd = TURN_BYTES
  for (const piece of pieces) {
    for (let from = 0; from < piece.length;) {
      const part = piece.subarray(from, from + turnEnd - at)
      all.set(part, at)
      at += part.length
      from += part.length
      if (at < turnEnd) continue
      turnEnd += TURN_BYTES
      await nextTurn()
    }
  }
  return all
}

/** Bytes of all pieces. */
export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

function inOnePiece(pieces: readonly Uint8Array[]): Buffer | undefined {
  if (pieces.length !== 1) return undefined
  const [{ buffer, length }] = pieces
  return length === buffer.byteLength && buffer instanceof ArrayBuffer ? Buffer.from(buffer) : undefined
}
