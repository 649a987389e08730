// SPDX-License-Identifier: MIT
import { LZCOUNTS } from '../format/cpb.js'
import { STAGED_TARGET_BYTES } from '../job/slot.js'
import { MadeTable } from './huffman.js'

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

export function takeWorkspace(): Workspace {
  return idle.pop() ?? new Workspace()
}

/** Gives it back, when no job writes to it any more. */
export function giveWorkspace(space: Workspace): void {
  if (idle.length < MOST_KEPT) idle.push(space)
}
