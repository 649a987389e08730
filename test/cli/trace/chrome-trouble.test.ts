// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { ChromeTrace } from '../../../lib/cli/trace/chrome-trace.js'
import type { TracedJob } from '../../../lib/cli/trace/job-tracker.js'
import type { RecordedEvent } from '../../../lib/cli/trace/recorder.js'
import { checkFields, checkFlows, checkTracks, parseChromeFile, type ChromeEvent } from './chrome-file.js'

const VAS = 0
const WINDOW = 3
const AT = { vas: VAS, window: WINDOW } as const

const job = (number: number): TracedJob => ({
  number,
  ...AT,
  request: { fc: 0, csb: 0x100n, pieces: [], sourceBytes: 1, targetBytes: 1, pageSize: 4096 },
  attempts: 1,
})

/** The events of a Chrome trace of these records, a microsecond apart; checked to be a sound file. */
function traceOf(...records: [RecordedEvent, TracedJob?][]): ChromeEvent[] {
  let text = ''
  const writer = new ChromeTrace((piece) => {
    text += piece
  })
  const window = { vas: VAS, id: WINDOW, purpose: 'test' }
  records.forEach(([event, belongsTo], index) => {
    writer.write({ time: index + 1, event, window, job: belongsTo, stamp: undefined })
  })
  writer.end()
  const events = parseChromeFile(text)
  checkFields(events)
  checkTracks(events)
  checkFlows(events)
  return events.filter(({ ph }) => ph !== 'M')
}

/** Phases, times and names of the events of some phases, in words. */
const shown = (events: ChromeEvent[], phases: string) =>
  events
    .filter(({ ph }) => phases.includes(ph))
    .map(({ ph, ts, name = '', dur }) => `${ph} ${ts} ${name}${dur === undefined ? '' : ` ${dur}`}`.trim())

const paste = (of: TracedJob): [RecordedEvent, TracedJob?][] => [
  [{ kind: 'paste', ...AT, accepted: true }, of],
  [{ kind: 'return', call: 'paste' }],
]
const csb = (by: 'nx' | 'kernel', of: TracedJob): [RecordedEvent, TracedJob?] => [
  { kind: 'csb-write', ...AT, by, cc: by === 'nx' ? 0 : 250 },
  of,
]

describe('Chrome trace of a machine in trouble', () => {
  it('ends a job that is given up after a fault when the next one is pasted', () => {
    const [first, second] = [job(1), job(2)]
    const dispatch: RecordedEvent = { kind: 'dispatch', ...AT, fc: 0 }
    const events = traceOf(
      ...paste(first),
      [dispatch, first],
      [{ kind: 'translation-fault', ...AT, address: 1n }, first],
      csb('kernel', first),
      ...paste(second),
      [dispatch, second],
      csb('nx', second),
    )
    assert.deepEqual(
      shown(
        events.filter(({ tid }) => tid === 1001),
        'BE',
      ),
      [
        'B 1 job 1: compress with fixed Huffman table',
        'B 1 attempt 1',
        'B 1 paste',
        'E 2',
        'E 5',
        'E 6',
        'B 6 job 2: compress with fixed Huffman table',
        'B 6 attempt 1',
        'B 6 paste',
        'E 7',
        'E 9',
        'E 9',
      ],
    )
  })

  it('ends what is never completed with the recording', () => {
    const hung = job(1)
    const events = traceOf(...paste(hung), [{ kind: 'dispatch', ...AT, fc: 0 }, hung])
    const [unit] = events.filter(({ ph }) => ph === 'X')
    assert.equal(unit.args?.outcome, 'not completed')
    assert.deepEqual(shown(events, 'E'), ['E 2', 'E 3', 'E 3'])
  })

  it('shows the stall of NX until its fault is taken', () => {
    const events = traceOf([{ kind: 'nx-stall', ...AT }], [{ kind: 'fault-paste', ...AT, entry: 5 }])
    assert.deepEqual(shown(events, 'BEi'), [
      'B 1 stalled: no credit of the fault window',
      'E 2',
      'i 2 fault paste',
    ])
  })

  it('shows a pending interrupt until the handler sees it, and further triggers in it', () => {
    const trigger = (coalesced: boolean): [RecordedEvent] => [
      { kind: 'interrupt', vas: VAS, irq: 7, coalesced },
    ]
    const handler = (step: 'wake' | 'already running' | 'done'): [RecordedEvent] => [
      { kind: 'handler', vas: VAS, step, entry: 0 },
    ]
    const events = traceOf(
      trigger(false),
      trigger(true),
      handler('wake'),
      trigger(false),
      handler('already running'),
      handler('done'),
    )
    assert.deepEqual(shown(events, 'BEi'), [
      'B 1 interrupt 7',
      'i 2 triggered again',
      'E 3',
      'B 3 handle faults',
      'i 3 wake',
      'B 4 interrupt 7',
      'E 5',
      'i 5 already running',
      'i 6 done',
      'E 6',
    ])
  })

  it('shows a refused paste with its reason and without a job', () => {
    const events = traceOf(
      [{ kind: 'paste', ...AT, accepted: false, reason: 'suspended' }],
      [{ kind: 'return', call: 'paste' }],
    )
    assert.deepEqual(shown(events, 'BEs'), ['B 1 paste refused: suspended', 'E 2'])
  })

  it('shows signals and messages', () => {
    const events = traceOf([{ kind: 'signal', ...AT, pid: 42 }], [{ kind: 'message', text: 'nobody cared' }])
    assert.deepEqual(
      events.map(({ name, args }) => [name, args]),
      [
        ['SIGSEGV', { pid: 42 }],
        ['message', { text: 'nobody cared' }],
      ],
    )
  })
})
