// SPDX-License-Identifier: MIT
import type { TraceEvent } from '../../model/vas/trace.js'
import { pieceAt, type JobRequest } from './job-memory.js'

/** A job that is followed from its first paste to its last CSB. */
export interface TracedJob {
  /** Counted from 1 over all windows, in the order of the first pastes. */
  readonly number: number
  readonly vas: number
  readonly window: number
  readonly request: JobRequest
  /** Accepted pastes so far. */
  attempts: number
}

/** A job between two events. */
interface Followed {
  readonly vas: number
  readonly window: number
  readonly request: JobRequest
  /** Undefined until its first paste is accepted. */
  job: TracedJob | undefined
  /** After a fault: the kernel wrote the CSB; the program brought pages in and is about to paste again. */
  state: 'under way' | 'faulted' | 'touched'
}

/**
 * Tells which job an event belongs to. The machine's events name windows, not jobs; but a window's CRBs go through the
 * FIFO in the order of their pastes, a unit executes one at a time, and the handler names the FIFO entry that it takes.
 */
export class JobTracker {
  #jobs = 0
  /** By window and CSB address: the latest job there. */
  readonly #followed = new Map<string, Followed>()
  /** The job whose paste, or page touch, is being made. */
  #calling: Followed | undefined
  /** By window: pasted and not yet stamped, stamped and not yet dispatched. */
  readonly #inTransit = new Map<string, Followed[]>()
  readonly #inFifo = new Map<string, Followed[]>()
  /** By VAS: in the unit; taken by the fault handler. */
  readonly #inUnit = new Map<number, Followed>()
  readonly #inHandler = new Map<number, Followed>()
  /** By VAS and FIFO entry. */
  readonly #inFaultFifo = new Map<string, Followed>()

  /** The program is about to paste. */
  beforePaste(vas: number, window: number, request: JobRequest): void {
    const key = `${vas}/${window}/${request.csb}`
    const last = this.#followed.get(key)
    // The next job in the same place has the same CSB address; only a job whose pages were touched is pasted again.
    this.#calling =
      last?.state === 'touched' ? last : { vas, window, request, job: undefined, state: 'under way' }
    this.#followed.set(key, this.#calling)
  }

  /** The program is about to touch `bytes` bytes. */
  beforeTouch(vas: number, window: number, address: bigint, bytes: number): void {
    this.#calling = undefined
    for (const followed of this.#followed.values()) {
      if (followed.vas !== vas || followed.window !== window || followed.state === 'under way') continue
      if (!pieceAt(followed.request, address, bytes)) continue
      followed.state = 'touched'
      this.#calling = followed
      return
    }
  }

  /** The job that an event belongs to. Every event has to be shown, in order. */
  follow(event: TraceEvent): TracedJob | undefined {
    return this.#step(event)?.job
  }

  #step(event: TraceEvent): Followed | undefined {
    switch (event.kind) {
      case 'touch':
        return this.#calling
      case 'paste':
        return event.accepted ? this.#accepted() : this.#calling
      case 'stamp':
        return move(keyOf(event), this.#inTransit, this.#inFifo)
      case 'dispatch':
        return this.#dispatched(event.vas, keyOf(event))
      case 'translation-fault':
      case 'nx-stall':
        return this.#inUnit.get(event.vas)
      case 'fault-paste':
        return this.#putInto(this.#inFaultFifo, `${event.vas}/${event.entry}`, this.#inUnit.get(event.vas))
      case 'handler':
        return event.step === 'take' ? this.#taken(event.vas, event.entry) : undefined
      case 'csb-write':
        return event.by === 'nx' ? this.#completed(event.vas) : this.#faulted(event.vas)
      case 'signal':
        return this.#inHandler.get(event.vas)
      default:
        return undefined
    }
  }

  #accepted(): Followed | undefined {
    const followed = this.#calling
    if (!followed) return undefined
    const { vas, window, request } = followed
    followed.job ??= { number: ++this.#jobs, vas, window, request, attempts: 0 }
    followed.job.attempts++
    followed.state = 'under way'
    queueOf(this.#inTransit, keyOf(followed)).push(followed)
    return followed
  }

  #dispatched(vas: number, key: string): Followed | undefined {
    return this.#putInto(this.#inUnit, vas, queueOf(this.#inFifo, key).shift())
  }

  #taken(vas: number, entry: number): Followed | undefined {
    const key = `${vas}/${entry}`
    const followed = this.#inFaultFifo.get(key)
    this.#inFaultFifo.delete(key)
    return this.#putInto(this.#inHandler, vas, followed)
  }

  #completed(vas: number): Followed | undefined {
    const followed = this.#inUnit.get(vas)
    if (followed) this.#followed.delete(`${keyOf(followed)}/${followed.request.csb}`)
    return followed
  }

  #faulted(vas: number): Followed | undefined {
    const followed = this.#inHandler.get(vas)
    if (followed) followed.state = 'faulted'
    return followed
  }

  #putInto<K>(place: Map<K, Followed>, key: K, followed: Followed | undefined): Followed | undefined {
    if (followed) place.set(key, followed)
    else place.delete(key)
    return followed
  }
}

const keyOf = ({ vas, window }: { vas: number; window: number }) => `${vas}/${window}`

function queueOf(queues: Map<string, Followed[]>, key: string): Followed[] {
  let queue = queues.get(key)
  if (!queue) queues.set(key, (queue = []))
  return queue
}

function move(key: string, from: Map<string, Followed[]>, to: Map<string, Followed[]>): Followed | undefined {
  const followed = queueOf(from, key).shift()
  if (followed) queueOf(to, key).push(followed)
  return followed
}
