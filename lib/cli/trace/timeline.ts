// SPDX-License-Identifier: MIT
import type { TracedJob } from './job-tracker.js'
import type { FaultStamp, TraceRecord, TraceWriter } from './recorder.js'
import { CLOSE_STEP, completion, functionName, HANDLER_STEP, hex, place } from './words.js'

/** Columns before the text: microseconds, who, window, job with the number of its paste. */
const WIDTH = { time: 12, who: 9, window: 7, job: 7 } as const

/** The fault status of a translation whose page is absent. */
const FAULT_STATUS: Readonly<Record<number, string>> = { 0: 'no fault', 2: 'page not in memory' }

type EventOf<K> = Extract<TraceRecord['event'], { kind: K }>

/** Who does something, and what; further lines explain it. */
interface Said {
  readonly who: string
  readonly text: string
  readonly notes?: readonly string[]
}

/** Writes the records as a text, one line each, with fault stamps in plain words. */
export class Timeline implements TraceWriter {
  constructor(private readonly append: (text: string) => void) {
    append(line('time (us)', 'who', 'window', 'job', 'what'))
  }

  write(record: TraceRecord): void {
    const said = say(record)
    if (!said) return
    const { event, job } = record
    const window = 'window' in event ? String(event.window) : (record.window?.id.toString() ?? '')
    const attempt = job ? `${job.number}.${job.attempts}` : ''
    this.append(line(record.time.toFixed(3), said.who, window, attempt, said.text))
    for (const note of said.notes ?? []) this.append(line('', '', '', '', `  ${note}`))
  }

  end(): void {
    // A text needs no end.
  }
}

function line(time: string, who: string, window: string, job: string, text: string): string {
  const columns = [
    time.padStart(WIDTH.time),
    who.padEnd(WIDTH.who),
    window.padStart(WIDTH.window),
    job.padStart(WIDTH.job),
  ]
  return `${columns.join(' ')}  ${text}`.trimEnd() + '\n'
}

function say(record: TraceRecord): Said | undefined {
  const { event, job, window } = record
  switch (event.kind) {
    case 'window-open':
      return {
        who: vas(event),
        text: `send window opened for pid ${event.pid}${window ? `: ${window.purpose}` : ''}`,
      }
    case 'paste':
      return sayPaste(event, job)
    case 'stamp':
      return { who: vas(event), text: `stamped, put into the FIFO of receive window ${event.receiveWindow}` }
    case 'dispatch':
      return { who: nx(event), text: `begins: ${functionName(event.fc)}` }
    case 'translation-fault':
      return { who: nx(event), text: `page fault at ${place(event.address, job)}` }
    case 'nx-stall':
      return { who: nx(event), text: 'stalls: the fault window has no credit' }
    case 'fault-paste':
      return sayFaultPaste(event, record)
    case 'interrupt':
      return {
        who: 'XIVE',
        text: `interrupt ${event.irq} of VAS ${event.vas}${event.coalesced ? ' again: becomes one with the last' : ''}`,
      }
    case 'handler':
      return { who: `handler ${event.vas}`, text: HANDLER_STEP[event.step](event.entry) }
    case 'csb-write':
      return {
        who: event.by === 'nx' ? nx(event) : `handler ${event.vas}`,
        text: `writes the CSB: ${completion(event.cc)}`,
      }
    case 'signal':
      return {
        who: `handler ${event.vas}`,
        text: `cannot write the CSB: SIGSEGV to pid ${event.pid}`,
      }
    case 'credit':
      return { who: vas(event), text: `${event.side} credits: ${event.credits}` }
    case 'touch':
      return { who: 'program', text: sayTouch(event, job) }
    case 'close':
      return { who: 'kernel', text: CLOSE_STEP[event.step] }
    case 'message': {
      const [text, ...notes] = event.text.split('\n')
      return { who: 'kernel', text, notes }
    }
    case 'return':
      return undefined
  }
}

const vas = ({ vas: id }: { vas: number }) => `VAS ${id}`
const nx = ({ vas: id }: { vas: number }) => `NX ${id}`

function sayPaste(event: EventOf<'paste'>, job: TracedJob | undefined): Said {
  const who = 'program'
  if (!event.accepted) return { who, text: `paste refused: ${event.reason ?? 'no reason given'}` }
  if (!job) return { who, text: 'pastes' }
  const { fc, csb, sourceBytes, targetBytes } = job.request
  if (job.attempts > 1) return { who, text: 'pastes again' }
  return {
    who,
    text: `pastes: ${functionName(fc)}`,
    notes: [`source ${sourceBytes} bytes, target ${targetBytes} bytes, CSB at ${hex(csb)}`],
  }
}

function sayTouch({ address, bytes, write }: EventOf<'touch'>, job: TracedJob | undefined): string {
  const amount = bytes === 1 ? '1 byte at' : `${bytes} bytes from`
  return `touches, by a ${write ? 'write' : 'read'}, ${amount} ${place(address, job)}`
}

function sayFaultPaste(event: EventOf<'fault-paste'>, { stamp, job }: TraceRecord): Said {
  const text = `pastes the CRB to the fault window: FIFO entry ${event.entry}`
  return { who: nx(event), text, notes: stamp ? stampLines(stamp, job) : [] }
}

/** A fault stamp in words, one line a field. */
function stampLines(stamp: FaultStamp, job: TracedJob | undefined): string[] {
  const { fault_storage_addr: address, fault_status: status, flags, pswid } = stamp
  return [
    `FSA    ${place(address, job)}`,
    `FS     0x${status.toString(16).padStart(2, '0')}: ${FAULT_STATUS[status] ?? 'a fault'}`,
    `flags  0x${flags.toString(16).padStart(2, '0')}`,
    `PSWID  0x${pswid.toString(16).padStart(8, '0')}: VAS ${pswid >>> 24}, window ${pswid & 0xffff}`,
  ]
}
