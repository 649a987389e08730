// SPDX-License-Identifier: MIT
import { WINDOW_BYTES } from '../../format/deflate.js'
import type { InflateState } from './inflate-state.js'

/*
 * Where the hot loop of decompression reads and writes: memory of its own, the same for all engines of the thread. The
 * compiler writes the lengths and addresses of such constants of a module into the code, while it would check those of a
 * job's memory in each round. History and output are one piece there, and what is written beyond the output harms nobody.
 */

/** Bytes of source at a time. Larger: more is copied of which a slice takes a part. Smaller: a slice takes several. */
const SOURCE_BYTES = 8 * 1024

/** Bytes that may be written beyond the output. */
const OVERRUN_BYTES = 32

/** Bytes of history and output. Larger: history is fetched less often. Smaller: more of it stays in the caches. */
const OUTPUT_BYTES = 160 * 1024

/** Bytes of it that there is room for at least: those of a slice, and a match. */
const LEAST_ROOM_BYTES = 32 * 1024

/** Most bytes that a job may have put out elsewhere in the meantime for only these to be fetched. */
const MOST_MISSED_BYTES = 4096

const sourceBytes = new Uint8Array(SOURCE_BYTES)
const outputBytes = new Uint8Array(OUTPUT_BYTES + OVERRUN_BYTES)

/** A part of the source. */
export const SOURCE = new DataView(sourceBytes.buffer)
/** The bytes up to the next one of the target, and room for more. */
export const OUTPUT = new DataView(outputBytes.buffer)

/** Whose output it is, and of which of its jobs. */
let owner: InflateState | undefined
let ownersJob = 0
/** Which byte of the target comes next, and where its place is. */
let nextByte = 0
let place = 0

/** Fetches source from byte `first` of the state's window on. @returns how many bytes */
export function fetchSource({ window }: InflateState, first: number): number {
  const bytes = Math.min(window.length - first, SOURCE_BYTES)
  sourceBytes.set(window.subarray(first, first + bytes))
  return bytes
}

/** Fetches all bytes before a state's next one that a match may reach. @returns the next one's place */
export function fetchHistory(state: InflateState): number {
  const { at, bytes, history } = state
  const missed = at - nextByte
  const isThere = owner === state && ownersJob === state.job && missed >= 0 && missed <= MOST_MISSED_BYTES
  if (isThere && place + missed + LEAST_ROOM_BYTES <= OUTPUT_BYTES) {
    if (missed > 0) outputBytes.set(bytes.subarray(nextByte, at), place)
    place += missed
  } else {
    const fromTarget = Math.min(at, WINDOW_BYTES)
    const fromHistory = Math.min(history.length, WINDOW_BYTES - fromTarget)
    outputBytes.set(history.subarray(history.length - fromHistory))
    outputBytes.set(bytes.subarray(at - fromTarget, at), fromHistory)
    place = fromHistory + fromTarget
    owner = state
    ownersJob = state.job
  }
  nextByte = at
  return place
}

/** The place up to which a state's output may be made: where its target, its slice or what the limit lets pass ends. */
export function roomEnd({ at, bytes, limit, pause }: InflateState): number {
  // The symbol that reaches the limit is not for a loop that does not look.
  return Math.min(place + Math.min(bytes.length, limit - 1, pause) - at, OUTPUT_BYTES)
}

/** Puts out what was made up to place `end`. */
export function putOut(state: InflateState, end: number): void {
  state.bytes.set(outputBytes.subarray(place, end), state.at)
  state.at += end - place
  nextByte = state.at
  place = end
}
