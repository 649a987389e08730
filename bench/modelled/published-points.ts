// SPDX-License-Identifier: MIT
import { FC } from '../../lib/format/function-codes.js'
import { QUADWORD } from '../../lib/format/cpb.js'
import { WINDOW_BYTES } from '../../lib/format/deflate.js'
import type { RecordedCall, RecordedJob } from './recorded-call.js'
import { simulate, type Scenario } from './simulate.js'

/** A published figure and what the model makes of the same situation. */
export interface PublishedPoint {
  readonly name: string
  readonly unit: string
  readonly published: number
  readonly source: string
  readonly modelled: number
  /** The timing rests on this figure, so that it says little that the model meets it. */
  readonly isInput: boolean
}

const MIB = 1024 * 1024

/** Figures that are replaced. */
type Figures = NonNullable<Scenario['figures']>

/** A call of jobs that each take what they are given from the start of a buffer. */
function callOf(
  bytes: number,
  jobs: readonly Omit<RecordedJob, 'source' | 'target'>[],
  source: number,
): RecordedCall {
  const target = Math.max(source, bytes) * 2
  const pieces = {
    source: [{ buffer: 0, at: 0, bytes: source }],
    target: [{ buffer: 1, at: 0, bytes: target }],
  }
  return { bytes, buffers: [source, target], jobs: jobs.map((job) => ({ ...job, ...pieces })) }
}

/** The unit alone, used as in the published measurement. */
function alone(figures: Figures, scenario: Omit<Scenario, 'platform' | 'software'>) {
  return simulate({
    platform: 'powernv',
    software: 'none',
    ...scenario,
    figures: { ...figures, ...scenario.figures },
  })
}

/** One job of the whole data. */
function oneJob(direction: 'compress' | 'decompress', bytes: number, ratio: number): RecordedCall {
  return direction === 'compress'
    ? callOf(bytes, [{ fc: FC.COMPRESS_FHT, histlen: 0 }], bytes)
    : {
        bytes,
        buffers: [Math.ceil(bytes / ratio), bytes],
        jobs: [
          {
            fc: FC.DECOMPRESS,
            histlen: 0,
            source: [{ buffer: 0, at: 0, bytes: Math.ceil(bytes / ratio) }],
            target: [{ buffer: 1, at: 0, bytes }],
          },
        ],
      }
}

function throughput(
  figures: Figures,
  direction: 'compress' | 'decompress',
  bytes: number,
  ratio: number,
  units = 1,
): number {
  const call = oneJob(direction, bytes, ratio)
  const model = { chips: units }
  return alone(figures, { direction, bytes, ratio, callers: units, model, calls: 3, call }).throughput
}

/**
 * What is left of the throughput when jobs of much data are suspended at the limit and resumed with 32 KiB of history,
 * which counts towards the limit.
 */
export function resumeEfficiency(limit: number, figures: Figures = {}): number {
  const noStart = { startUpNs: 0, fetchNs: 0, completeNs: 0 }
  const job = { fc: FC.COMPRESS_RESUME_FHT, histlen: WINDOW_BYTES / QUADWORD }
  // More than a job may take: the unit suspends it at the limit.
  const call = callOf(limit - WINDOW_BYTES, [job], 2 * limit)
  const common = { direction: 'compress', bytes: call.bytes, figures: noStart, calls: 8 } as const
  const limited = alone(figures, { ...common, call, model: { maxByteCountHigh: limit } }).throughput
  const whole = oneJob('compress', MIB, 1)
  return limited / alone(figures, { ...common, call: whole }).throughput
}

/** Nanoseconds of a job alone. */
function lone(figures: Figures, bytes: number): number {
  return alone(figures, {
    direction: 'compress',
    bytes,
    call: callOf(bytes, [{ fc: FC.WRAP, histlen: 0 }], bytes),
  }).median
}

/** Cores that decompress as fast as the unit: the middle of UM 4.4.2's 25 to 45. */
const CORES = 35

/** Bytes of plain data from which a decompress job takes less time than one core. */
function breakEven(figures: Figures): number {
  const ratio = 3
  const coreRate = throughput(figures, 'decompress', MIB, ratio) / CORES
  for (let bytes = 1; ; bytes++) {
    const call = oneJob('decompress', bytes, ratio)
    const { median } = alone(figures, { direction: 'decompress', bytes, ratio, calls: 1, call })
    if (median < bytes / coreRate) return bytes
  }
}

function openings(figures: Figures, platform: 'powernv' | 'powervm'): number {
  return (
    simulate({
      platform,
      direction: 'compress',
      bytes: 64,
      software: 'none',
      opensWindow: true,
      figures,
      calls: 1000,
    }).ns / 1e9
  )
}

const SIMPLE_API = 'libnxz samples/simpleapi/README'
const ISSUE_104 = 'power-gzip issue 104'

/**
 * All published figures that the model can be asked for.
 *
 * @param figures those that are replaced
 */
export function publishedPoints(figures: Figures = {}): PublishedPoint[] {
  const point = (
    name: string,
    unit: string,
    published: number,
    modelled: number,
    source: string,
    isInput = false,
  ): PublishedPoint => ({ name, unit, published, modelled, source, isInput })
  const generated = 128 * MIB
  const silesia = 211_957_760
  return [
    point(
      'compress, generated data',
      'GB/s',
      7.15,
      throughput(figures, 'compress', generated, 3.055),
      SIMPLE_API,
      true,
    ),
    point(
      'compress, silesia.tar',
      'GB/s',
      7.35,
      throughput(figures, 'compress', silesia, 2.4),
      SIMPLE_API,
      true,
    ),
    point(
      'decompress, generated data',
      'GB/s',
      8.58,
      throughput(figures, 'decompress', generated, 3.055),
      SIMPLE_API,
      true,
    ),
    point(
      'decompress, silesia.tar',
      'GB/s',
      7.16,
      throughput(figures, 'decompress', silesia, 2.4),
      SIMPLE_API,
      true,
    ),
    point(
      'compress, two units',
      'GB/s',
      2 * 7.15,
      throughput(figures, 'compress', generated, 3.055, 2),
      SIMPLE_API,
    ),
    point(
      'decompress, two units',
      'GB/s',
      2 * 8.58,
      throughput(figures, 'decompress', generated, 3.055, 2),
      SIMPLE_API,
    ),
    point(
      'half the rate of a z15',
      'GB/s',
      280 / 20 / 2,
      throughput(figures, 'compress', generated, 3.055),
      'Abali et al., ISCA 2020',
    ),
    point('start-up', 'ns', 370, lone(figures, 1), 'UM 4.4.2', true),
    point('move in a microsecond', 'KB', 16, MIB / lone(figures, MIB), 'UM 4.3'),
    point('break-even with one core', 'B', 100, breakEven(figures), 'UM 4.4.2; core: 1/35 of the unit'),
    point('efficiency at a limit of 64 KiB', '%', 50, 100 * resumeEfficiency(64 * 1024, figures), 'UM 4.4.1'),
    point('efficiency at a limit of 1 MiB', '%', 97, 100 * resumeEfficiency(MIB, figures), 'UM 4.4.1'),
    point('1000 windows, bare metal', 's', 0.071, openings(figures, 'powernv'), ISSUE_104, true),
    point('1000 windows, partition', 's', 33.2, openings(figures, 'powervm'), ISSUE_104, true),
  ]
}
