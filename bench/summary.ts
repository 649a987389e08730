// SPDX-License-Identifier: MIT
import { Figures, packRatio, speedRatio, type Pair } from './compare.js'
import { CONTENDERS } from './contenders.js'
import { DEMANDS } from './demands.js'
import { MIXED, RANDOM } from './kinds.js'
import { formatBytes, short } from './plot/format.js'
import type { ContenderId, Figure, Head, Results, Subject, Work } from './results.js'
import { geometricMean, median, spread } from './statistics.js'
import type { Table } from './table.js'
import { judge, verdictWord } from './verdicts.js'

/** The order of rows. */
const rank = (id: ContenderId) => CONTENDERS.findIndex((one) => one.id === id)

/** Which measurements make a table. */
export interface Selection {
  readonly work: Work
  readonly level?: number
  readonly kinds: 'corpus' | 'mixed' | 'random'
  readonly size?: Subject['size']
  readonly inFlight?: number
}

/** The figures of a selection, of each contender that has any. */
export function select(all: readonly Figure[], selection: Selection): Map<ContenderId, Figure[]> {
  const { work, level, kinds, size, inFlight } = selection
  const isKind = (kind: string) => (kinds === 'corpus' ? kind !== MIXED && kind !== RANDOM : kind === kinds)
  const groups = new Map<ContenderId, Figure[]>()
  for (const { id } of CONTENDERS) {
    const own = all.filter(
      (one) =>
        one.contender === id &&
        one.work === work &&
        isKind(one.kind) &&
        (level === undefined || one.level === level) &&
        (size === undefined || one.size === size) &&
        (inFlight === undefined || one.inFlight === inFlight),
    )
    if (own.length > 0) groups.set(id, own)
  }
  return groups
}

/** Megabytes (10^6 bytes) a second: the geometric mean over the inputs of the medians over the rounds. */
export function throughput(figures: readonly Figure[], clock: 'cpu' | 'wall'): number {
  const times = (one: Figure) => (clock === 'cpu' ? one.cpuSeconds : one.seconds)
  return geometricMean(figures.map((one) => one.bytes / 1e6 / median(times(one))))
}

/** How many bytes become one: the geometric mean over the inputs. */
export function ratioOf(figures: readonly Figure[]): number {
  return geometricMean(figures.map((one) => one.bytes / one.packedBytes))
}

/** By how much the rounds differ, as the geometric mean over the inputs of the highest to the lowest time. */
function scatter(figures: readonly Figure[]): string {
  const factor = geometricMean(
    figures.map((one) => {
      const [low, high] = spread(one.cpuSeconds)
      return high / low
    }),
  )
  return `${((factor - 1) * 100).toFixed(0)}%`
}

const label = (id: ContenderId) => CONTENDERS[rank(id)].label

function relative(
  figures: Figures,
  own: readonly Figure[],
  ratio: (pairs: readonly Pair[]) => number,
): string {
  const pairs = figures.pairs(own, 'node')
  return pairs.length > 0 ? ratio(pairs).toFixed(2) : ''
}

function speedTable(all: readonly Figure[], title: string, selection: Selection): Table {
  const figures = new Figures(all)
  return {
    title,
    columns: [
      '',
      'MB/s of CPU',
      'MB/s elapsed',
      'x node:zlib',
      'ratio',
      'ratio x node',
      'CPU s/GB',
      'scatter',
    ],
    rows: [...select(all, selection)].map(([id, own]) => [
      label(id),
      short(throughput(own, 'cpu')),
      short(throughput(own, 'wall')),
      relative(figures, own, (pairs) => speedRatio(pairs, 'cpu')),
      ratioOf(own).toFixed(3),
      relative(figures, own, packRatio),
      short(1000 / throughput(own, 'cpu')),
      scatter(own),
    ]),
  }
}

function perCallTable(all: readonly Figure[], title: string, work: Work): Table {
  const figures = new Figures(all)
  return {
    title,
    columns: ['', 'calls/s', 'margin', 'samples', 'µs of CPU', 'x node:zlib', 'ratio'],
    rows: [...select(all, { work, kinds: 'corpus' })].map(([id, own]) => {
      const [one] = own
      const margins = one.margin ?? []
      return [
        label(id),
        short(1 / median(one.seconds)),
        `±${median(margins.map(([rme]) => rme)).toFixed(1)}%`,
        String(margins.reduce((sum, [, samples]) => sum + samples, 0)),
        short(median(one.cpuSeconds) * 1e6),
        relative(figures, own, (pairs) => speedRatio(pairs, 'cpu')),
        ratioOf(own).toFixed(3),
      ]
    }),
  }
}

function callbackTable(all: readonly Figure[], title: string, work: Work): Table {
  const figures = new Figures(all)
  return {
    title,
    columns: ['', 'in flight', 'MB/s elapsed', 'x node:zlib', 'MB/s of CPU', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows: [...select(all, { work, kinds: 'corpus' })].flatMap(([id, own]) =>
      own.map((one) => [
        label(id),
        String(one.inFlight),
        short(throughput([one], 'wall')),
        relative(figures, [one], (pairs) => speedRatio(pairs, 'wall')),
        short(throughput([one], 'cpu')),
        ...[0, 1, 2].map((index) => short(median((one.latencies ?? []).map((values) => values[index])))),
      ]),
    ),
  }
}

function memoryTable(all: readonly Figure[], title: string, work: Work): Table {
  return {
    title,
    columns: ['', 'median', 'least', 'most', 'streams at a time'],
    rows: [...select(all, { work, kinds: 'mixed' })].map(([id, [one]]) => {
      const values = one.peakBytes ?? []
      return [label(id), ...[median(values), ...spread(values)].map(formatBytes), String(one.inFlight)]
    }),
  }
}

/** The tables of what was measured; those without rows are left out. */
export function summaryTables({ figures }: Results): Table[] {
  const calls = { kinds: 'corpus', size: 'whole' } as const
  const gzip = { ...calls, work: 'compress' } as const
  return [
    speedTable(figures, 'gzip of whole files, default level', { ...gzip, level: 6 }),
    speedTable(figures, 'gzip of whole files, level 1', { ...gzip, level: 1 }),
    speedTable(figures, 'gunzip of whole files', { ...calls, work: 'decompress' }),
    speedTable(figures, 'gzip of random data, default level', { work: 'compress', kinds: 'random' }),
    perCallTable(figures, 'gzipSync of 1 KiB (benchmark.js)', 'call-compress'),
    perCallTable(figures, 'gunzipSync of 1 KiB (benchmark.js)', 'call-decompress'),
    callbackTable(figures, 'gzip with a callback, 16 KiB', 'callback-compress'),
    callbackTable(figures, 'gunzip with a callback, 16 KiB', 'callback-decompress'),
    speedTable(figures, 'gzip stream', { work: 'stream-compress', kinds: 'mixed' }),
    speedTable(figures, 'gunzip stream', { work: 'stream-decompress', kinds: 'mixed' }),
    memoryTable(figures, 'Peak memory of a gzip stream', 'memory-compress'),
    memoryTable(figures, 'Peak memory of a gunzip stream', 'memory-decompress'),
  ].filter(({ rows }) => rows.length > 0)
}

/** The table of demands with the verdict on each. */
export function verdictTable({ head, figures }: Results): Table {
  const verdicts = judge(figures, DEMANDS)
  // In a run of everything, a device that does not open shows; in one of a few jobs, the others are not missed.
  const shown = head.only === '' ? verdicts : verdicts.filter(({ isMet }) => isMet !== undefined)
  return {
    title: 'Demands',
    columns: ['what', 'device', 'demand', 'measured', 'verdict'],
    rows: shown.map((verdict) => [
      verdict.what,
      `${verdict.device}, software`,
      verdict.demand,
      verdict.measured,
      verdictWord(verdict),
    ]),
    words: [1, 2, 3, 4],
  }
}

/** What the figures are figures of, as names and values. */
export function headLines(head: Head): (readonly [name: string, value: string])[] {
  const packages = Object.entries(head.packages).map(([name, version]) => `${name} ${version}`)
  const devices = head.devices.map(({ engine, available, reason }) =>
    available ? `${engine}: opens` : `${engine}: does not open (${reason ?? 'no reason given'})`,
  )
  return [
    ['machine', head.machine],
    ['CPU', `${head.cpu}, ${head.cores} cores, governor ${head.governor}, load ${head.load}`],
    ['Node', `${head.node}, zlib ${head.zlib}`],
    ['peers', packages.join(', ')],
    ['devices', devices.join('; ')],
    ['revision', head.revision],
    ['corpus', `SHA-256 ${head.corpusSha256}`],
    ['run', `${head.mode}${head.only && `, only "${head.only}"`}, ${head.date}`],
  ]
}

/** What to keep in mind when reading the figures. */
export const NOTES = [
  'native and model are software on the CPU: none of their figures is one of the NX unit.',
  'Ratios are medians over rounds in which all contenders took part, geometric means over the inputs. CPU: the time of all threads.',
]
