// SPDX-License-Identifier: MIT
/** Where an event is drawn: a row ("thread") in a group of rows ("process"). */
export interface Track {
  readonly pid: number
  readonly tid: number
}

type Value = string | number | boolean

/** What an event says when it is selected. */
export type Details = Readonly<Record<string, Value | undefined>>

/**
 * Writes single events of Chrome's trace event format, as Perfetto UI and chrome://tracing read it. Within a track, slices
 * nest and times never go back, in the order of the file.
 */
export class ChromeEvents {
  readonly #groups = new Set<number>()
  #tracks = 0
  #first = true

  constructor(private readonly append: (text: string) => void) {
    append('{"traceEvents":[')
  }

  /** A new track, in a group that is named by its first track. Groups and tracks are shown in the order of their numbers. */
  track(group: { pid: number; name: string }, name: string): Track {
    const track = { pid: group.pid, tid: FIRST_TID + this.#tracks++ }
    if (!this.#groups.has(group.pid)) {
      this.#groups.add(group.pid)
      this.#put('M', track, 0, { name: 'process_name', args: { name: group.name } })
      this.#put('M', track, 0, { name: 'process_sort_index', args: { sort_index: group.pid } })
    }
    this.#put('M', track, 0, { name: 'thread_name', args: { name } })
    this.#put('M', track, 0, { name: 'thread_sort_index', args: { sort_index: track.tid } })
    return track
  }

  /** Opens a slice. */
  begin(track: Track, time: number, name: string, args: Details = {}): void {
    this.#put('B', track, time, { name, args })
  }

  /** Closes the slice that was opened last; `args` are added to its own. */
  end(track: Track, time: number, args: Details = {}): void {
    this.#put('E', track, time, { args })
  }

  /** A slice whose end is known. */
  complete(track: Track, time: number, duration: number, name: string, args: Details = {}): void {
    this.#put('X', track, time, { name, dur: microseconds(duration), args })
  }

  instant(track: Track, time: number, name: string, args: Details = {}): void {
    this.#put('i', track, time, { name, s: 't', args })
  }

  /** A new value of a counter, which is drawn in the group of the track. */
  counter(track: Track, time: number, name: string, value: number): void {
    this.#put('C', track, time, { name, args: { credits: value } })
  }

  /** A station of an arrow that goes through the slices that are open on their tracks: its first, a middle, its last one. */
  flow(phase: 's' | 't' | 'f', track: Track, time: number, id: number): void {
    this.#put(phase, track, time, { name: 'job', id, ...(phase === 'f' ? { bp: 'e' } : {}) })
  }

  /** Ends the file. */
  close(): void {
    this.append('\n],"displayTimeUnit":"ns"}\n')
  }

  #put(ph: string, { pid, tid }: Track, time: number, rest: object): void {
    const event = { ph, pid, tid, ts: microseconds(time), cat: 'nx', ...rest }
    this.append(`${this.#first ? '\n' : ',\n'}${JSON.stringify(event)}`)
    this.#first = false
  }
}

/** Numbers of tracks differ from those of groups, which viewers would take for a process's main thread. */
const FIRST_TID = 1001

/** The format counts microseconds; a nanosecond is its finest step. */
const microseconds = (time: number) => Math.round(time * 1000) / 1000
