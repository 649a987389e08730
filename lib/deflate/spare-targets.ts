// SPDX-License-Identifier: MIT
/** Buffers come in multiples of this many bytes. Larger: more that one serves for another. Smaller: less of each unused. */
const STEP_BYTES = 16 * 1024

/** Buffers larger than this are not kept. It is the room of a stream whose data shrank most. */
const MOST_BUFFER_BYTES = 560 * 1024

/** Bytes that are kept at most. More: more memory that nobody uses. Fewer: more of it is allocated, and cleared, anew. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024

/** Spare buffers, the one that was given back last behind the others. */
const spare: Uint8Array<ArrayBuffer>[] = []

let kept = 0

/**
 * Memory of at least `bytes` bytes for a job's target, or for what streams gather, with anything in it; it may have served
 * another stream. What is too little to be worth keeping, or too much, is made to measure.
 */
export function takeTarget(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes < STEP_BYTES || bytes > MOST_BUFFER_BYTES) return new Uint8Array(bytes)
  const size = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES
  const index = spare.findLastIndex(({ length }) => length === size)
  if (index < 0) return new Uint8Array(size)
  kept -= size
  return spare.splice(index, 1)[0]
}

/** Gives it back, when no job writes to it any more. Where there is no room, the one goes that nobody took for longest. */
export function giveTarget({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer)) return
  const { byteLength } = buffer
  if (byteLength === 0 || byteLength % STEP_BYTES !== 0 || byteLength > MOST_BUFFER_BYTES) return
  spare.push(new Uint8Array(buffer))
  kept += byteLength
  while (kept > MOST_KEPT_BYTES) kept -= spare.shift()?.length ?? 0
}
