import type { DeviceWindow, Submission } from '../device/device.js'
import { NxTimeoutError } from '../errors.js'
import { faultAddress } from './fault-report.js'
import type { Job, JobResult } from './job.js'
import { JobReport, type JobAudience } from './job-report.js'
import type { Wait } from './poll.js'
import { armSlot, buildRequest, type MappedPiece } from './request.js'
import { readResult } from './result.js'
import type { Slot, SlotPool } from './slot.js'
import { answerFault } from './touch.js'

/**
 * Pastes that one job gets because of page faults. The first fault brings its page in, the second all of the job's
 * pages; only pages that go out again in the meantime need more. More: jobs survive heavier memory pressure. Fewer: the
 * caller sooner gets the chance to make a smaller job.
 */
const MAX_FAULTS = 32

/** How long the steps of a job may take, in milliseconds. */
export interface Timeouts {
  /** From the paste to the completion. */
  readonly completion: number
  /** Until a paste is accepted. */
  readonly paste: number
}

/** Memory that the device may still write although nobody waits for the job any more. */
export interface Quarantined {
  readonly slot: Slot
  readonly pieces: readonly MappedPiece[]
}

/**
 * One job from request to outcome, as UM chapter 6 has it: build, paste, poll, and for a page fault touch and paste
 * again. A generator that yields what it waits for and is told whether it came in time, so that the same steps serve the
 * blocking and the non-blocking way. The caller holds a credit for it.
 *
 * @throws NxTimeoutError when the device takes no paste, or does not finish; the job's memory then goes to `quarantine`
 */
export function* execute(
  device: DeviceWindow,
  slots: SlotPool,
  job: Job,
  submission: Submission,
  timeouts: Timeouts,
  audience: JobAudience,
  quarantine: (memory: Quarantined) => void,
): Generator<Wait, JobResult, boolean> {
  const slot = slots.take()
  const pieces: MappedPiece[] = []
  const faults: bigint[] = []
  const report = new JobReport(audience, job)
  let attempts = 0
  let deviceOwnsMemory = false
  const paste: Wait = {
    attempt: () => device.paste(slot.crb, submission),
    timeout: timeouts.paste,
    inOrder: true,
  }
  const completion: Wait = {
    attempt: () => slot.isDone || report.isUnfinished(),
    timeout: timeouts.completion,
    isSignalled: device.signalsCompletion,
  }
  try {
    report.started(submission)
    buildRequest(device, slot, job, pieces)
    for (;;) {
      armSlot(slot)
      report.pasting(slot, attempts + 1)
      if (!(yield paste)) throw new NxTimeoutError('ERR_NX_BUSY', { dump: slot.dump() })
      attempts++
      if (!(yield completion)) {
        deviceOwnsMemory = true
        quarantine({ slot, pieces })
        throw new NxTimeoutError('ERR_NX_TIMEOUT', { dump: slot.dump() })
      }
      const address = faultAddress(slot)
      if (address === undefined) break
      faults.push(address)
      report.faulted(address)
      if (faults.length > MAX_FAULTS) break
      if (!answerFault(device, slot, pieces, address, faults.length === 1)) break
    }
    const result = readResult(slot, job.fc, attempts, faults)
    report.ended(slot, result)
    return result
  } catch (error) {
    report.failed(slot, error, attempts, faults)
    throw error
  } finally {
    if (!deviceOwnsMemory) releaseMemory(device, slots, { slot, pieces })
  }
}

/** Gives back the memory of a job with which the device has finished. */
export function releaseMemory(device: DeviceWindow, slots: SlotPool, { slot, pieces }: Quarantined): void {
  for (const piece of pieces) device.unmap(piece.view)
  slots.release(slot)
}
