// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

/** An event of a Chrome trace file, as the format names its fields. */
export interface ChromeEvent {
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly name?: string
  readonly dur?: number
  readonly id?: number
  readonly bp?: string
  readonly args?: Readonly<Record<string, unknown>>
}

export function parseChromeFile(text: string): ChromeEvent[] {
  const file = JSON.parse(text) as { traceEvents: ChromeEvent[]; displayTimeUnit: string }
  assert.equal(file.displayTimeUnit, 'ns')
  return file.traceEvents
}

const isMetadata = ({ ph }: ChromeEvent) => ph === 'M'

/** Every event has what every event must have, and no phase is unknown. */
export function checkFields(events: ChromeEvent[]): void {
  for (const event of events) {
    const text = JSON.stringify(event)
    assert.match(event.ph, /^[BEXiCMstf]$/, text)
    for (const field of ['pid', 'tid', 'ts'] as const) {
      assert.ok(Number.isFinite(event[field]) && event[field] >= 0, `${field} of ${text}`)
    }
    if (event.ph !== 'E') assert.equal(typeof event.name, 'string', text)
    if (event.ph === 'X') assert.ok((event.dur ?? -1) >= 0, text)
    if (event.ph === 'C') assert.equal(typeof event.args?.credits, 'number', text)
  }
}

/** Times of a track never go back, and its slices nest and are all closed. */
export function checkTracks(events: ChromeEvent[]): void {
  for (const [track, own] of byTrack(events)) {
    let last = 0
    const open: { name: string; end: number }[] = []
    for (const { ph, ts, name = '', dur = 0 } of own) {
      assert.ok(ts >= last, `${name} at ${ts} on track ${track} comes after ${last}`)
      last = ts
      while (open.length > 0 && open[open.length - 1].end <= ts) open.pop()
      const around = open.at(-1)
      if (ph === 'B') open.push({ name, end: Infinity })
      else if (ph === 'E') {
        assert.equal(around?.end, Infinity, `a slice ends at ${ts} on track ${track} that did not begin`)
        open.pop()
      } else if (ph === 'X') {
        assert.ok(
          !around || ts + dur <= around.end,
          `${name} at ${ts} does not nest in ${around?.name ?? ''}`,
        )
        open.push({ name, end: ts + dur })
      }
    }
    const unfinished = open.filter(({ end }) => end === Infinity)
    assert.deepEqual(unfinished, [], `open slices of track ${track}`)
  }
}

/** Every flow starts, goes on and ends, in this order, each time within a slice that is open on its track. */
export function checkFlows(events: ChromeEvent[]): Map<number, ChromeEvent[]> {
  const flows = new Map<number, ChromeEvent[]>()
  const open = new Map<string, { end: number }[]>()
  for (const event of events) {
    const key = `${event.pid}/${event.tid}`
    const stack = open.get(key) ?? []
    open.set(key, stack)
    while (stack.length > 0 && stack[stack.length - 1].end < event.ts) stack.pop()
    if (event.ph === 'B') stack.push({ end: Infinity })
    else if (event.ph === 'X') stack.push({ end: event.ts + (event.dur ?? 0) })
    else if (event.ph === 'E') stack.pop()
    if (!/^[stf]$/.test(event.ph)) continue
    assert.ok(stack.length > 0, `no slice around the flow ${JSON.stringify(event)}`)
    const id = event.id!
    flows.set(id, [...(flows.get(id) ?? []), event])
  }
  for (const [id, stations] of flows) {
    assert.match(stations.map(({ ph }) => ph).join(''), /^st+f$/, `flow ${id}`)
  }
  return flows
}

/** The name of each process and thread, by its number. */
export function trackNames(events: ChromeEvent[]): { processes: string[]; threads: Map<number, string> } {
  const named = (name: string) => events.filter((event) => isMetadata(event) && event.name === name)
  const nameOf = ({ args }: ChromeEvent) => String(args?.name)
  const processes = new Map(named('process_name').map((event) => [event.pid, nameOf(event)]))
  const threads = new Map(named('thread_name').map((event) => [event.tid, nameOf(event)]))
  for (const event of events) {
    assert.ok(processes.has(event.pid), `process ${event.pid} has no name`)
    assert.ok(threads.has(event.tid), `thread ${event.tid} has no name`)
  }
  return { processes: [...processes.values()], threads }
}

function byTrack(events: ChromeEvent[]): Map<string, ChromeEvent[]> {
  const tracks = new Map<string, ChromeEvent[]>()
  for (const event of events.filter((candidate) => !isMetadata(candidate))) {
    const key = `${event.pid}/${event.tid}`
    tracks.set(key, [...(tracks.get(key) ?? []), event])
  }
  return tracks
}
