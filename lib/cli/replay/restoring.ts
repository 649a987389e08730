// SPDX-License-Identifier: MIT
import type { Job, JobResult } from '../../job/job.js'
import { verificationOf } from '../../job/verification.js'
import type { Window } from '../../job/window.js'

/**
 * Whether what a compress job put out restores the data, found in software.
 *
 * @returns undefined if it does; otherwise what is wrong, or that there is nothing to inflate
 */
export function faultOfOutput(job: Job, result: JobResult, software: Window): string | undefined {
  const verification = verificationOf(job, result)
  if (!verification) return 'no output'
  const inflated = verification.job && software.runSync(verification.job)
  return verification.judge(inflated)?.detail
}
