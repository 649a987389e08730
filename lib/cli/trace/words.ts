// SPDX-License-Identifier: MIT
import { COMPLETION_CODES } from '../../format/completion-codes.js'
import { FC_LOW_LIMIT, gzipFunction } from '../../format/function-codes.js'
import type { CloseStep, HandlerStep } from '../../model/vas/trace.js'
import { whereIs } from './job-memory.js'
import type { TracedJob } from './job-tracker.js'

/** An address as it is written in dumps. */
export const hex = (address: bigint): string => `0x${address.toString(16)}`

/** What a function code asks for. */
export function functionName(fc: number): string {
  const known = gzipFunction(fc)?.name ?? `unknown function ${fc}`
  return (fc & FC_LOW_LIMIT) === 0 ? known : `${known}, Low limit`
}

/** A completion code with its name. */
export function completion(cc: number): string {
  return `CC ${cc} (${COMPLETION_CODES[cc]?.name ?? 'reserved'})`
}

/** An address, and where in a job's memory it lies if the job is known. */
export function place(address: bigint, job: TracedJob | undefined): string {
  return job ? `${hex(address)}: ${whereIs(job.request, address)}` : hex(address)
}

/** What the fault handler does. */
export const HANDLER_STEP: Readonly<Record<HandlerStep, (entry: number) => string>> = {
  wake: () => 'hard interrupt handler wakes the thread',
  'already running': () => 'hard interrupt handler finds the thread at work',
  look: (entry) => `looks at fault FIFO entry ${entry}`,
  take: (entry) => `takes fault FIFO entry ${entry}`,
  'bad pswid': (entry) => `the entry before ${entry} has a PSWID of no open window`,
  done: (entry) => `entry ${entry} is not new: done`,
}

/** What closing a window does. */
export const CLOSE_STEP: Readonly<Record<CloseStep, string>> = {
  unmap: 'close: paste address unmapped',
  'wait busy': 'close: waits until no paste is under way',
  'clear open': 'close: window takes no paste any more',
  'wait credits': 'close: waits until all credits are back',
  remove: 'close: window leaves the table',
  release: 'close: id is free',
}
