// SPDX-License-Identifier: MIT
import { NxUsageError } from '../errors.js'
import type { Job } from './job.js'

/** A job on copies of its memory. */
export interface StagedJob {
  readonly job: Job
  /**
   * Brings the targets' bytes to where they belong.
   *
   * @throws NxUsageError ERR_NX_MEMORY_LOST when a target is not there any more
   */
  deliver(): void
}

/**
 * Puts copies in the place of a job's memory. A program may detach, transfer or shrink a buffer at any time, and its pages
 * may then belong to somebody else; nobody can take away what nobody knows of.
 */
export function stage(job: Job): StagedJob {
  const targets: { view: Uint8Array; copy: Uint8Array }[] = []
  const source = copyOf(job.source, () => undefined)
  // Also what the job will not write must be the same afterwards.
  const target = copyOf(job.target, (view, copy) => targets.push({ view, copy }))
  return {
    job: { ...job, source, target },
    deliver() {
      if (targets.some(({ view, copy }) => view.length !== copy.length)) {
        throw new NxUsageError('ERR_NX_MEMORY_LOST')
      }
      for (const { view, copy } of targets) view.set(copy)
    },
  }
}

function copyOf(memory: Job['source'], keep: (view: Uint8Array, copy: Uint8Array) => void): Job['source'] {
  const copy = (view: Uint8Array) => {
    // A buffer that was detached cannot be copied. V8's compiled code may still tell the length that a view of it had.
    const bytes = view.buffer.byteLength === 0 ? new Uint8Array(0) : new Uint8Array(view)
    keep(view, bytes)
    return bytes
  }
  return memory instanceof Uint8Array ? copy(memory) : memory.map(copy)
}
