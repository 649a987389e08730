// SPDX-License-Identifier: MIT
import type { ContenderId, Subject, Work } from './results.js'

/** Speed in terms of another contender's. */
export interface SpeedBound {
  readonly against: ContenderId
  /** At least so many times as fast. */
  readonly factor: number
}

/** What a device must do, by its name; none where nothing is asked of it. */
interface PerDevice<T> {
  readonly native?: T
  readonly model?: T
}

/** Speed over all inputs of a selection. */
export interface SpeedDemand extends PerDevice<readonly SpeedBound[]> {
  readonly type: 'speed'
  readonly what: string
  /** Which measurements count. Sizes and calls in flight that are not given: all. */
  readonly select: {
    readonly work: Work
    readonly level: number
    readonly kinds: 'corpus' | 'mixed' | 'random'
    readonly sizes?: (size: Subject['size']) => boolean
    readonly inFlight?: number
  }
  /** `cpu`: the time of all threads of the process, which others on the machine do not change; `wall`: elapsed time. */
  readonly clock: 'cpu' | 'wall'
  /** The compression ratio must be at least this share of node:zlib's at the same level. */
  readonly ratio?: number
}

/** Memory of a stream beyond what node:zlib takes, in bytes. */
export interface MemoryDemand extends PerDevice<number> {
  readonly type: 'memory'
  readonly what: string
  readonly work: 'memory-compress' | 'memory-decompress'
}

/** Speed at a large size, as a share of that at 1 MiB. */
export interface LinearDemand extends PerDevice<number> {
  readonly type: 'linear'
  readonly what: string
  readonly work: 'compress' | 'decompress'
}

export type Demand = SpeedDemand | MemoryDemand | LinearDemand

const KiB = 1024

const against =
  (...ids: ContenderId[]) =>
  (factor: number): SpeedBound[] =>
    ids.map((id) => ({ against: id, factor }))
const node = against('node')

const corpus = { level: 6, kinds: 'corpus' } as const
const wholeFiles = (size: Subject['size']) => size === 'whole'
const largeFiles = (size: Subject['size']) => size === 'whole' || size >= 64 * KiB
const stream = { level: 6, kinds: 'mixed' } as const
const inFlight64 = { ...corpus, inFlight: 64 }

/** What the devices are to reach: judged in each run, never asserted by a test. */
export const DEMANDS: readonly Demand[] = [
  {
    type: 'speed',
    what: 'gunzip, 64 KiB and up',
    select: { ...corpus, work: 'decompress', sizes: largeFiles },
    clock: 'cpu',
    native: node(2.3),
    model: [...node(0.7), ...against('fflate', 'pako')(2)],
  },
  {
    type: 'speed',
    what: 'gzip level 1, whole files',
    select: { ...corpus, work: 'compress', level: 1, sizes: wholeFiles },
    clock: 'cpu',
    ratio: 1,
    native: node(3),
    model: [...node(0.8), ...against('pako')(2.8)],
  },
  {
    type: 'speed',
    what: 'gzip default level, whole files',
    select: { ...corpus, work: 'compress', sizes: wholeFiles },
    clock: 'cpu',
    ratio: 0.99,
    native: node(1.5),
    model: against('pako')(2),
  },
  {
    type: 'speed',
    what: 'gzipSync of 1 KiB',
    select: { ...corpus, work: 'call-compress' },
    clock: 'cpu',
    ratio: 1,
    native: node(2.5),
    model: node(1),
  },
  {
    type: 'speed',
    what: 'gunzipSync of 1 KiB',
    select: { ...corpus, work: 'call-decompress' },
    clock: 'cpu',
    native: node(2),
    model: node(1),
  },
  {
    type: 'speed',
    what: 'gzip with a callback, 16 KiB, 64 in flight',
    select: { ...inFlight64, work: 'callback-compress' },
    clock: 'wall',
    native: node(2),
  },
  {
    type: 'speed',
    what: 'gunzip with a callback, 16 KiB, 64 in flight',
    select: { ...inFlight64, work: 'callback-decompress' },
    clock: 'wall',
    native: node(2),
  },
  {
    type: 'speed',
    what: 'gzip stream of 64 KiB chunks, default level',
    select: { ...stream, work: 'stream-compress' },
    clock: 'cpu',
    native: node(1.4),
    model: node(0.5),
  },
  {
    type: 'speed',
    what: 'gunzip stream of 64 KiB chunks',
    select: { ...stream, work: 'stream-decompress' },
    clock: 'cpu',
    native: node(2),
    model: node(0.5),
  },
  {
    type: 'speed',
    what: 'gzip of random data, default level',
    select: { work: 'compress', level: 6, kinds: 'random' },
    clock: 'cpu',
    native: node(5),
    model: node(1),
  },
  {
    type: 'memory',
    what: 'peak memory of a gzip stream',
    work: 'memory-compress',
    native: 512 * KiB,
    model: 1024 * KiB,
  },
  {
    type: 'memory',
    what: 'peak memory of a gunzip stream',
    work: 'memory-decompress',
    native: 512 * KiB,
    model: 1024 * KiB,
  },
  { type: 'linear', what: 'gzip at a large size', work: 'compress', native: 0.9, model: 0.9 },
  { type: 'linear', what: 'gunzip at a large size', work: 'decompress', native: 0.9, model: 0.9 },
]
