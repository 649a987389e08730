/** Most buffers that are kept. More: more memory that nobody uses. Fewer: more of it is allocated, and cleared, anew. */
const MOST_KEPT = 4

/** Buffers larger than this are not kept. */
const MOST_KEPT_BYTES = 512 * 1024

const spare: Uint8Array<ArrayBuffer>[] = []

/** Memory of at least `bytes` bytes for a job's target, with anything in it; it may have served another stream. */
export function takeTarget(bytes: number): Uint8Array<ArrayBuffer> {
  const index = spare.findIndex(({ length }) => length >= bytes)
  return index < 0 ? new Uint8Array(bytes) : spare.splice(index, 1)[0]
}

/** Gives it back, when no job writes to it any more. */
export function giveTarget(target: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST_KEPT && target.length <= MOST_KEPT_BYTES) spare.push(target)
}
