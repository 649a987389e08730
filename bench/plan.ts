// SPDX-License-Identifier: MIT
import { MIXED, RANDOM } from './kinds.js'
import type { Limits } from './measure.js'
import type { ContenderId, Subject } from './results.js'

/** Calls that return their result: of each kind of data and each size. */
export interface CallsJob {
  readonly type: 'calls'
  readonly work: 'compress' | 'decompress'
  /** `corpus`: all its kinds. */
  readonly kinds: 'corpus' | readonly string[]
  readonly sizes: readonly Subject['size'][]
  readonly level: number
  readonly limits: Limits
}

/** Calls of little data, by benchmark.js. */
export interface PerCallJob {
  readonly type: 'per-call'
  readonly size: number
  /** Of CPU, before benchmark.js counts. */
  readonly warmUpSeconds: number
  /** Elapsed, that benchmark.js takes for each direction at least. */
  readonly seconds: number
}

/** Calls with a callback, so many in flight. */
export interface CallbacksJob {
  readonly type: 'callbacks'
  readonly size: number
  readonly inFlight: readonly number[]
  readonly limits: Limits
}

/** One stream, from memory to nowhere. */
export interface StreamsJob {
  readonly type: 'streams'
  readonly bytes: number
  /** Of CPU, for each direction, before a stream is measured. */
  readonly warmUpSeconds: number
}

/** Memory that some streams take, which work at a time. */
export interface MemoryJob {
  readonly type: 'memory'
  readonly work: 'compress' | 'decompress'
  readonly streams: number
  readonly bytes: number
}

export type JobSettings = CallsJob | PerCallJob | CallbacksJob | StreamsJob | MemoryJob

/** Something to measure: in each round by each contender once, in a process of its own. */
export type Job = JobSettings & {
  readonly name: string
  readonly contenders: readonly ContenderId[]
  readonly rounds: number
}

const DEVICES: readonly ContenderId[] = ['native', 'model', 'hardware']
const STREAMERS: readonly ContenderId[] = ['node', ...DEVICES]

const KiB = 1024
const MiB = 1024 * KiB

/** What the two modes differ by. */
interface Mode {
  /** The peers beside node:zlib: the quick mode has those that the demands name. */
  readonly compressors: readonly ContenderId[]
  readonly decompressors: readonly ContenderId[]
  readonly perCall: readonly ContenderId[]
  readonly rounds: number
  /** The quick mode has those that the demands name. */
  readonly sizes: Readonly<Record<CallsJob['work'], readonly Subject['size'][]>>
  /** Limits of a kind of data at a size, within a trial that has all of them. */
  readonly limits: Limits
  /** Seconds of CPU before streams are measured; half of them before callbacks. */
  readonly asyncWarmUpSeconds: number
  readonly inFlight: readonly number[]
  readonly streamBytes: number
  readonly memoryBytes: number
  /** The size whose speed is compared with that of 1 MiB. */
  readonly largeBytes: number
}

const ALL_SIZES = [1, 2, 4, 8, 16, 32, 64, 128].map((size): Subject['size'] => size * KiB).concat('whole')

const MODES: Readonly<Record<'full' | 'quick', Mode>> = {
  full: {
    compressors: ['pako', 'fflate'],
    decompressors: ['pako', 'fflate', 'zlib-sync'],
    perCall: ['pako', 'fflate', 'zlib-sync'],
    rounds: 7,
    sizes: { compress: ALL_SIZES, decompress: ALL_SIZES },
    limits: { warmUpSeconds: 4, seconds: 0.05, calls: 3 },
    asyncWarmUpSeconds: 2,
    inFlight: [1, 2, 4, 8, 16, 32, 64],
    streamBytes: 64 * MiB,
    memoryBytes: 8 * MiB,
    largeBytes: 256 * MiB,
  },
  quick: {
    compressors: ['pako'],
    decompressors: ['pako', 'fflate'],
    perCall: [],
    rounds: 3,
    sizes: { compress: ['whole'], decompress: [64 * KiB, 'whole'] },
    limits: { warmUpSeconds: 1.4, seconds: 0.02, calls: 1 },
    asyncWarmUpSeconds: 1,
    inFlight: [1, 64],
    streamBytes: 12 * MiB,
    memoryBytes: 2 * MiB,
    largeBytes: 16 * MiB,
  },
}

/** The bytes of a large input, and of the one that it is compared with. */
export function linearSizes(mode: 'full' | 'quick'): readonly [small: number, large: number] {
  return [MiB, MODES[mode].largeBytes]
}

/** All that a run measures. */
export function planOf(mode: 'full' | 'quick'): Job[] {
  const { rounds, sizes, limits, inFlight, streamBytes, memoryBytes, largeBytes, asyncWarmUpSeconds } =
    MODES[mode]
  const compressors = [...STREAMERS, ...MODES[mode].compressors]
  const decompressors = [...STREAMERS, ...MODES[mode].decompressors]
  const corpus = { kinds: 'corpus', limits } as const
  const compress = { ...corpus, type: 'calls', work: 'compress' } as const
  const few = mode === 'quick' ? 2 : 3
  const memory = {
    type: 'memory',
    contenders: STREAMERS,
    rounds: few,
    streams: 16,
    bytes: memoryBytes,
  } as const
  const linear = {
    type: 'calls',
    kinds: [MIXED],
    sizes: linearSizes(mode),
    level: 6,
    limits: { ...limits, warmUpSeconds: limits.warmUpSeconds / 2, calls: 3 },
    contenders: DEVICES,
    rounds: few,
  } as const
  return [
    {
      ...compress,
      name: 'gzip, default level',
      sizes: sizes.compress,
      level: 6,
      contenders: compressors,
      rounds,
    },
    { ...compress, name: 'gzip, level 1', sizes: ['whole'], level: 1, contenders: compressors, rounds },
    {
      ...corpus,
      type: 'calls',
      work: 'decompress',
      name: 'gunzip',
      sizes: sizes.decompress,
      level: 6,
      contenders: decompressors,
      rounds,
    },
    {
      ...compress,
      limits: { ...limits, warmUpSeconds: limits.warmUpSeconds / 2 },
      name: 'gzip of random data',
      kinds: [RANDOM],
      sizes: ['whole'],
      level: 6,
      contenders: STREAMERS,
      rounds: few,
    },
    {
      type: 'per-call',
      name: 'calls of 1 KiB',
      size: KiB,
      warmUpSeconds: limits.warmUpSeconds / 3,
      seconds: mode === 'quick' ? 0.2 : 3,
      contenders: [...STREAMERS, ...MODES[mode].perCall],
      rounds,
    },
    {
      type: 'callbacks',
      name: 'calls with a callback',
      size: 16 * KiB,
      inFlight,
      limits: { warmUpSeconds: asyncWarmUpSeconds / 2, seconds: mode === 'quick' ? 0.1 : 1, calls: 128 },
      contenders: STREAMERS,
      rounds,
    },
    {
      type: 'streams',
      name: 'streams',
      bytes: streamBytes,
      warmUpSeconds: asyncWarmUpSeconds,
      contenders: STREAMERS,
      rounds,
    },
    { ...memory, name: 'memory of gzip streams', work: 'compress' },
    { ...memory, name: 'memory of gunzip streams', work: 'decompress' },
    { ...linear, name: `gzip of ${largeBytes / MiB} MiB`, work: 'compress' },
    { ...linear, name: `gunzip of ${largeBytes / MiB} MiB`, work: 'decompress' },
  ]
}
