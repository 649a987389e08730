// SPDX-License-Identifier: MIT
import type { DeviceWindow } from '../../device/device.js'
import type { ModelDevice } from '../../device/model.js'
import { FAULT_STAMP, STAMP_OFFSET } from '../../format/stamps.js'
import { Window } from '../../job/window.js'
import type { TraceEvent } from '../../model/vas/trace.js'
import { readRequest } from './job-memory.js'
import { JobTracker, type TracedJob } from './job-tracker.js'

/** A send window that is traced. */
export interface TracedWindow {
  readonly vas: number
  readonly id: number
  /** What it was opened for. */
  readonly purpose: string
}

/** The fields of the stamp in a fault FIFO entry. */
export type FaultStamp = ReturnType<typeof FAULT_STAMP.read>

/** What is recorded: the machine's events, and the return of the program's calls to its window. */
export type RecordedEvent = TraceEvent | { readonly kind: 'return'; readonly call: 'paste' | 'touch' }

/** An event with what is known about it. */
export interface TraceRecord {
  /** Microseconds since the recording began. Never less than that of the record before. */
  readonly time: number
  readonly event: RecordedEvent
  /** The send window that it belongs to. */
  readonly window: TracedWindow | undefined
  readonly job: TracedJob | undefined
  /** The stamp that NX wrote into the CRB; for the paste of a fault. */
  readonly stamp: FaultStamp | undefined
}

/** Takes records as they come and writes them somewhere. */
export interface TraceWriter {
  write(record: TraceRecord): void
  /** The recording is over: closes what is still open. */
  end(): void
}

/** Records what happens in a software machine (bare metal), each event with its time, window and job. */
export class Recorder {
  readonly #jobs = new JobTracker()
  readonly #windows = new Map<string, TracedWindow>()
  readonly #start: number
  #purpose = ''
  #opened: TracedWindow | undefined
  /** The window whose paste or touch is being called. */
  #caller: TracedWindow | undefined

  /**
   * @param now a clock in milliseconds that never goes back
   */
  constructor(
    private readonly device: ModelDevice,
    private readonly writers: readonly TraceWriter[],
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#start = now()
    device.tracer = (event) => {
      this.#take(event)
    }
  }

  /** Opens a window whose jobs are followed. */
  openWindow(purpose: string): Window {
    this.#purpose = purpose
    const inner = this.device.openWindow()
    const opened = this.#opened
    if (!opened) throw new Error('the machine did not say which window it opened')
    return new Window(this.#watched(inner, opened))
  }

  /** Ends the recording. */
  end(): void {
    this.device.tracer = undefined
    for (const writer of this.writers) writer.end()
  }

  /** A window whose calls tell the tracker what they are about. */
  #watched(inner: DeviceWindow, window: TracedWindow): DeviceWindow {
    const { space } = this.device
    const { vas, id } = window
    const call = (name: 'paste' | 'touch', work: () => boolean) => {
      this.#caller = window
      const result = work()
      this.#take({ kind: 'return', call: name })
      this.#caller = undefined
      return result
    }
    return {
      credits: inner.credits,
      jobLimit: inner.jobLimit,
      pageSize: inner.pageSize,
      needsOwnMemory: inner.needsOwnMemory,
      signalsCompletion: inner.signalsCompletion,
      paste: (crb, submission) => {
        const request = readRequest(crb, (address, bytes) => space.view(address, bytes), inner.pageSize)
        this.#jobs.beforePaste(vas, id, request)
        return call('paste', () => inner.paste(crb, submission))
      },
      touch: (address, length, write) => {
        this.#jobs.beforeTouch(vas, id, address, length)
        return call('touch', () => inner.touch(address, length, write))
      },
      advance: () => {
        inner.advance()
      },
      map: (view) => inner.map(view),
      unmap: (view) => {
        inner.unmap(view)
      },
      close: (isIdle) => inner.close(isIdle),
    }
  }

  #take(event: RecordedEvent): void {
    const time = (this.now() - this.#start) * 1000
    if (event.kind === 'window-open') this.#addWindow(event.vas, event.window)
    const job = event.kind === 'return' ? undefined : this.#jobs.follow(event)
    const record = { time, event, window: this.#windowOf(event), job, stamp: this.#stampOf(event) }
    for (const writer of this.writers) writer.write(record)
  }

  #addWindow(vas: number, id: number): void {
    this.#opened = { vas, id, purpose: this.#purpose }
    this.#windows.set(`${vas}/${id}`, this.#opened)
  }

  #windowOf(event: RecordedEvent): TracedWindow | undefined {
    if ('window' in event) return this.#windows.get(`${event.vas}/${event.window}`)
    return event.kind === 'touch' || event.kind === 'return' ? this.#caller : undefined
  }

  #stampOf(event: RecordedEvent): FaultStamp | undefined {
    if (event.kind !== 'fault-paste') return undefined
    const { fifo } = this.device.machine.instance(event.vas).faultWindow
    return FAULT_STAMP.read(fifo.entry(event.entry), STAMP_OFFSET)
  }
}
