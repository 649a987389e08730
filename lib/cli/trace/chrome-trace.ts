// SPDX-License-Identifier: MIT
import { ChromeEvents, type Details, type Track } from './chrome-events.js'
import type { TracedJob } from './job-tracker.js'
import type { RecordedEvent, TraceRecord, TraceWriter, TracedWindow } from './recorder.js'
import { CLOSE_STEP, completion, functionName, hex, place } from './words.js'

/** Groups of tracks from top to bottom; those of a chip are 2 more for each further one. */
const PROGRAM = { pid: 1, name: 'program' }
const KERNEL = { pid: 2, name: 'kernel' }
const vasGroup = (vas: number) => ({ pid: 3 + 2 * vas, name: `VAS ${vas}` })
const nxGroup = (vas: number) => ({ pid: 4 + 2 * vas, name: `NX ${vas}` })

/** A send window's track. Its jobs come one after the other. */
interface WindowRow {
  readonly track: Track
  job: TracedJob | undefined
  isAway: boolean
}

/** A track whose slices do not nest. */
interface SimpleRow {
  readonly track: Track
  isOpen: boolean
}

/** What an NX executes. */
interface Execution {
  readonly time: number
  readonly job: TracedJob | undefined
  readonly fc: number
}

type EventOf<K> = Extract<RecordedEvent, { kind: K }>

/**
 * Writes the records as a Chrome trace event file: a track for each send window (its jobs, in them the pastes, page
 * touches and the time that the CRB is away), each switchboard with its credits, each NX, the interrupts and the fault
 * handler, and an arrow along each job's way. For windows that run one job at a time: jobs that overlap do not nest.
 */
export class ChromeTrace implements TraceWriter {
  readonly #events: ChromeEvents
  readonly #windows = new Map<string, WindowRow>()
  readonly #rows = new Map<string, SimpleRow>()
  readonly #executions = new Map<number, Execution>()
  #time = 0

  /** @param append takes the file's text, piece by piece */
  constructor(append: (text: string) => void) {
    this.#events = new ChromeEvents(append)
  }

  write(record: TraceRecord): void {
    this.#time = record.time
    const { event, job, window } = record
    switch (event.kind) {
      case 'window-open':
        if (window)
          this.#events.instant(this.#windowRow(window).track, this.#time, 'window opened', { pid: event.pid })
        return
      case 'paste':
        this.#paste(event, job, window)
        return
      case 'touch':
        if (window) this.#beginCall(window, 'touch', touchDetails(event, job))
        return
      case 'return':
        if (window) this.#events.end(this.#windowRow(window).track, this.#time)
        return
      case 'stamp':
        this.#events.instant(this.#vas(event.vas).track, this.#time, 'stamp', {
          receive_window: event.receiveWindow,
          ...jobDetails(job),
        })
        return
      case 'credit':
        this.#events.counter(this.#vas(event.vas).track, this.#time, counterName(event), event.credits)
        return
      case 'dispatch':
        this.#endExecution(event.vas, { outcome: 'not completed' })
        this.#executions.set(event.vas, { time: this.#time, job, fc: event.fc })
        return
      case 'translation-fault':
        this.#endExecution(event.vas, { outcome: 'page fault', address: place(event.address, job) })
        return
      case 'nx-stall':
        this.#open(this.#stalls(event.vas), 'stalled: no credit of the fault window', jobDetails(job))
        return
      case 'fault-paste':
        this.#shut(this.#stalls(event.vas))
        this.#events.instant(this.#vas(event.vas).track, this.#time, 'fault paste', {
          entry: event.entry,
          ...jobDetails(job),
        })
        return
      case 'interrupt':
        this.#interrupt(event)
        return
      case 'handler':
        this.#handler(event, job)
        return
      case 'csb-write':
        this.#csb(event, job, window)
        return
      case 'signal':
        if (window)
          this.#events.instant(this.#windowRow(window).track, this.#time, 'SIGSEGV', { pid: event.pid })
        return
      case 'close':
        this.#close(event, window)
        return
      case 'message':
        this.#events.instant(this.#row('messages', KERNEL).track, this.#time, 'message', { text: event.text })
        return
    }
  }

  end(): void {
    for (const vas of [...this.#executions.keys()]) this.#endExecution(vas, { outcome: 'not completed' })
    for (const row of this.#windows.values()) this.#endJob(row, { outcome: 'not completed' })
    for (const row of this.#rows.values()) this.#shut(row)
    this.#events.close()
  }

  // The program and its windows.

  #paste(event: EventOf<'paste'>, job: TracedJob | undefined, window: TracedWindow | undefined): void {
    if (!window) return
    if (!event.accepted) {
      this.#beginCall(window, `paste refused: ${event.reason ?? ''}`, {})
      return
    }
    const row = this.#windowRow(window)
    if (job) this.#beginAttempt(row, job)
    this.#beginCall(window, 'paste', {})
    if (job) this.#events.flow(job.attempts === 1 ? 's' : 't', row.track, this.#time, job.number)
  }

  #beginAttempt(row: WindowRow, job: TracedJob): void {
    const { request, number, attempts } = job
    if (row.job !== job) {
      this.#endJob(row, { outcome: 'given up' })
      this.#events.begin(row.track, this.#time, `job ${number}: ${functionName(request.fc)}`, {
        job: number,
        source_bytes: request.sourceBytes,
        target_bytes: request.targetBytes,
        csb: hex(request.csb),
      })
      row.job = job
    }
    this.#events.begin(row.track, this.#time, attempts === 1 ? 'attempt 1' : `retry: attempt ${attempts}`, {
      attempt: attempts,
    })
    row.isAway = true
  }

  #beginCall(window: TracedWindow, name: string, args: Details): void {
    this.#events.begin(this.#windowRow(window).track, this.#time, name, args)
  }

  /** The CSB that a program waits for: the end of an attempt, and unless it tells of a page fault, of the job. */
  #csb(event: EventOf<'csb-write'>, job: TracedJob | undefined, window: TracedWindow | undefined): void {
    const args = { by: event.by, cc: completion(event.cc) }
    if (event.by === 'nx') this.#endExecution(event.vas, { outcome: args.cc })
    if (!window) return
    const row = this.#windowRow(window)
    if (job && event.by === 'kernel') this.#events.flow('t', row.track, this.#time, job.number)
    this.#events.instant(row.track, this.#time, 'CSB write', args)
    if (event.by === 'nx') this.#endJob(row, args)
    else this.#endAttempt(row, args)
  }

  #endAttempt(row: WindowRow, args: Details): void {
    if (row.isAway) this.#events.end(row.track, this.#time, args)
    row.isAway = false
  }

  #endJob(row: WindowRow, args: Details): void {
    if (!row.job) return
    this.#events.flow('f', row.track, this.#time, row.job.number)
    this.#endAttempt(row, args)
    this.#events.end(row.track, this.#time, { attempts: row.job.attempts, ...args })
    row.job = undefined
  }

  #close(event: EventOf<'close'>, window: TracedWindow | undefined): void {
    if (!window) return
    const row = this.#windowRow(window)
    const { track } = row
    if (event.step === 'unmap') {
      this.#endJob(row, { outcome: 'given up' })
      this.#events.begin(track, this.#time, 'close')
    }
    this.#events.instant(track, this.#time, CLOSE_STEP[event.step])
    if (event.step === 'release') this.#events.end(track, this.#time)
  }

  // The NX.

  #endExecution(vas: number, args: Details): void {
    const execution = this.#executions.get(vas)
    if (!execution) return
    this.#executions.delete(vas)
    const { time, job, fc } = execution
    const { track } = this.#row('gzip unit', nxGroup(vas))
    this.#events.complete(track, time, this.#time - time, functionName(fc), { ...jobDetails(job), ...args })
    if (job) this.#events.flow('t', track, time, job.number)
  }

  // Interrupts and the fault handler.

  /** A slice from the write to the trigger page until the handler has seen it. */
  #interrupt({ vas, irq, coalesced }: EventOf<'interrupt'>): void {
    const row = this.#pending(vas)
    if (coalesced || row.isOpen) this.#events.instant(row.track, this.#time, 'triggered again', { irq })
    else this.#open(row, `interrupt ${irq}`, { irq })
  }

  /** A slice from the wake-up until the thread is done. V5 has no hard handler: there the thread's first look opens it. */
  #handler(event: EventOf<'handler'>, job: TracedJob | undefined): void {
    const { vas, step, entry } = event
    const row = this.#row(`fault handler ${vas}`, KERNEL)
    if (!row.isOpen || step === 'already running') this.#shut(this.#pending(vas))
    if (!row.isOpen) this.#open(row, 'handle faults', {})
    if (job) this.#events.flow('t', row.track, this.#time, job.number)
    this.#events.instant(row.track, this.#time, step, { entry, ...jobDetails(job) })
    if (step === 'done') this.#shut(row)
  }

  // Tracks.

  #windowRow({ vas, id, purpose }: TracedWindow): WindowRow {
    const key = `${vas}/${id}`
    let row = this.#windows.get(key)
    if (!row) {
      const track = this.#events.track(PROGRAM, `window ${id} of VAS ${vas}: ${purpose}`)
      this.#windows.set(key, (row = { track, job: undefined, isAway: false }))
    }
    return row
  }

  #vas = (vas: number) => this.#row('switchboard', vasGroup(vas))
  #stalls = (vas: number) => this.#row('gzip unit', nxGroup(vas))
  #pending = (vas: number) => this.#row(`XIVE, VAS ${vas}`, KERNEL)

  #row(name: string, group: { pid: number; name: string }): SimpleRow {
    const key = `${group.pid}/${name}`
    let row = this.#rows.get(key)
    if (!row) this.#rows.set(key, (row = { track: this.#events.track(group, name), isOpen: false }))
    return row
  }

  #open(row: SimpleRow, name: string, args: Details): void {
    this.#events.begin(row.track, this.#time, name, args)
    row.isOpen = true
  }

  #shut(row: SimpleRow): void {
    if (row.isOpen) this.#events.end(row.track, this.#time)
    row.isOpen = false
  }
}

const jobDetails = (job: TracedJob | undefined): Details =>
  job ? { job: job.number, attempt: job.attempts, window: job.window } : {}

const touchDetails = ({ address, bytes, write }: EventOf<'touch'>, job: TracedJob | undefined): Details => ({
  from: place(address, job),
  bytes,
  access: write ? 'write' : 'read',
})

const COUNTERS = {
  send: 'send credits',
  receive: 'receive FIFO credits',
  fault: 'fault FIFO credits',
} as const

const counterName = ({ side, window }: EventOf<'credit'>) => `${COUNTERS[side]}, window ${window}`
