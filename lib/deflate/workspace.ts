import { NxError } from '../errors.js'
import { LZCOUNTS } from '../format/cpb.js'
import { STAGED_TARGET_BYTES } from '../job/slot.js'
import { MadeTable } from './huffman.js'
import type { Steps } from './steps.js'

/** Workspaces that are kept. More: more memory that nobody uses. Fewer: more of it is allocated, and cleared, anew. */
const MOST_KEPT = 64

/** Memory that the jobs of a small call write to. */
export class Workspace {
  readonly target = new Uint8Array(STAGED_TARGET_BYTES)
  readonly lzcount = new Uint32Array(LZCOUNTS)
  readonly table = new MadeTable()
}

/** Those that no job writes to. */
const idle: Workspace[] = []

/**
 * Goes through steps that need a workspace. Undefined if a job cannot be had or is not finished: whoever has more means
 * may try. What the steps return may lie in the workspace until other steps get it.
 */
export function* inWorkspace<T>(steps: (space: Workspace) => Steps<T>): Steps<T | undefined> {
  const space = idle.pop() ?? new Workspace()
  try {
    const result = yield* steps(space)
    if (idle.length < MOST_KEPT) idle.push(space)
    return result
  } catch (error) {
    // A device may still write to it: it is not used again.
    if (error instanceof NxError) return undefined
    throw error
  }
}
