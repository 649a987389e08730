// SPDX-License-Identifier: MIT
import { NxError } from '../errors.js'
import type { Job, JobResult } from '../job/job.js'
import type { Steps } from './steps.js'

/** How often a job is sent again: there are three devices, each of which is left for a time-out. */
const MOST_TIMEOUTS = 2

/**
 * Sends a job, and if its device does not finish it in time, sends it again with other target memory: the next device gets
 * it, while the first one may still write to its own.
 *
 * @param job makes the job, in the second and third place with memory that no job had before
 */
export function* withOtherMemory(job: (attempt: number) => Job): Steps<JobResult> {
  for (let attempt = 0; ; attempt++) {
    try {
      return yield job(attempt)
    } catch (error) {
      const timedOut = error instanceof NxError && error.code === 'ERR_NX_TIMEOUT'
      if (!timedOut || attempt === MOST_TIMEOUTS) throw error
    }
  }
}
