// SPDX-License-Identifier: MIT
/** What nxzlib tells those who ask: its diagnostics channels, and the dumps of NODE_DEBUG=nxzlib. */
import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'

import type { Engine, Submission } from './device/device.js'
import type { InjectedEvent } from './device/injection/plan.js'
import type { NxError } from './errors.js'

/** What all messages about a job begin with. */
interface JobMessage {
  /** Number of the job in this thread: the messages of a job have the same. */
  readonly job: number
  /** What executes it; undefined in a window that was opened without saying. */
  readonly engine: Engine | undefined
}

/** `nxzlib:job:start`: a job is about to be pasted for the first time. */
export interface JobStartMessage extends JobMessage {
  /** Function code. */
  readonly fc: number
  /** Bytes, history included. */
  readonly sourceBytes: number
  readonly targetBytes: number
  readonly submission: Submission
}

/** `nxzlib:job:fault`: a job met a page that was not resident. */
export interface JobFaultMessage extends JobMessage {
  readonly address: bigint
}

/** `nxzlib:job:retry`: a job is about to be pasted again. */
export interface JobRetryMessage extends JobMessage {
  /** 2 for the second paste. */
  readonly attempt: number
}

/** `nxzlib:job:end`: a job has a completion code, or an error instead. */
export interface JobEndMessage extends JobMessage {
  readonly cc?: number
  readonly ce?: number
  readonly tpbc?: number
  readonly spbc?: number
  /** Pastes that were accepted, and page faults. */
  readonly attempts: number
  readonly faults: number
  /** Milliseconds since the start, as the thread saw it. */
  readonly ms: number
  readonly error?: unknown
}

/** `nxzlib:fallback`: what should have served did not, and something else does. */
export interface FallbackMessage {
  readonly from: Engine
  /** Undefined: whoever sent the job decides. `node`: Node's own zlib. */
  readonly to: Engine | 'node' | undefined
  readonly reason: string
}

/** `nxzlib:breaker`: a device is left, probed or taken again. */
export interface BreakerMessage {
  readonly engine: Engine
  readonly state: 'closed' | 'open' | 'half-open'
  /** Why it was left, if it is. */
  readonly reason: string | undefined
  /** Milliseconds until it is probed; undefined: it is not open, or stays so. */
  readonly probeInMs: number | undefined
}

/** `nxzlib:inject`: trouble was made that `inject` asks for. */
export type InjectedMessage = InjectedEvent

/** `nxzlib:verify`: a block that a device compressed does not restore the data. */
export interface VerifyMessage {
  readonly engine: Engine
  readonly error: NxError
}

/** A channel whose messages are made only when somebody listens. */
class Announcements<Message extends object> {
  readonly #channel

  constructor(name: string) {
    this.#channel = channel(name)
  }

  get isHeard(): boolean {
    return this.#channel.hasSubscribers
  }

  announce(make: () => Message): void {
    if (this.isHeard) this.#channel.publish(make())
  }
}

export const JOB_START = new Announcements<JobStartMessage>('nxzlib:job:start')
export const JOB_FAULT = new Announcements<JobFaultMessage>('nxzlib:job:fault')
export const JOB_RETRY = new Announcements<JobRetryMessage>('nxzlib:job:retry')
export const JOB_END = new Announcements<JobEndMessage>('nxzlib:job:end')
export const FALLBACK = new Announcements<FallbackMessage>('nxzlib:fallback')
export const BREAKER = new Announcements<BreakerMessage>('nxzlib:breaker')
export const INJECTED = new Announcements<InjectedMessage>('nxzlib:inject')
export const VERIFY = new Announcements<VerifyMessage>('nxzlib:verify')

const log = debuglog('nxzlib')

/** Node looks at NODE_DEBUG when it starts. Asked once: each job would ask several times. */
const isDebugging = log.enabled

/** Prints to stderr with NODE_DEBUG=nxzlib; otherwise the text is not made. */
export function debug(text: () => string): void {
  if (isDebugging) log(text())
}
