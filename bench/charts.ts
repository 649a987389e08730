// SPDX-License-Identifier: MIT
import { breakEven } from './break-even.js'
import { Figures, speedRatio } from './compare.js'
import { CONTENDERS } from './contenders.js'
import { paretoFront } from './pareto.js'
import type { BarChart } from './plot/bars.js'
import type { Chart, Mark } from './plot/chart.js'
import { formatBytes, short } from './plot/format.js'
import type { Series } from './plot/series.js'
import type { ContenderId, Figure, Work } from './results.js'
import { geometricMean, median, spread } from './statistics.js'
import { ratioOf, select, throughput, type Selection } from './summary.js'

/** The colour of what is drawn to compare with, beyond those of the contenders. */
const REFERENCE_COLOUR = CONTENDERS.length - 1

const colourOf = (id: ContenderId) => CONTENDERS.findIndex((one) => one.id === id)
const labelOf = (id: ContenderId) => CONTENDERS[colourOf(id)].label

const MB_PER_SECOND = { label: 'MB/s of CPU time', kind: 'log10', format: short } as const

/** A plot with a line of text below it, where there is something to add. */
export interface Captioned {
  readonly chart: Chart
  readonly caption: string
}

/** Figures of one contender by their number of bytes, in order. */
function bySize(figures: readonly Figure[]): (readonly [bytes: number, figures: Figure[]])[] {
  const sizes = new Map<Figure['size'], Figure[]>()
  for (const figure of figures) sizes.set(figure.size, [...(sizes.get(figure.size) ?? []), figure])
  return [...sizes.values()]
    .map((group) => [Math.round(geometricMean(group.map(({ bytes }) => bytes))), group] as const)
    .sort(([a], [b]) => a - b)
}

/** The rounds' slowest and fastest, as the geometric mean over the inputs. */
function speedSpread(figures: readonly Figure[]): [low: number, high: number] {
  const [low, high] = [1, 0].map((end) =>
    geometricMean(figures.map((one) => one.bytes / 1e6 / spread(one.cpuSeconds)[end])),
  )
  return [low, high]
}

/** Throughput by size over the corpus, with the sizes from which devices are faster than node:zlib. */
export function throughputChart(all: readonly Figure[], work: 'compress' | 'decompress'): Captioned {
  const figures = new Figures(all)
  const selection: Selection = { work, level: 6, kinds: 'corpus' }
  const selected = [...select(all, selection)]
  const series: Series[] = selected.map(([id, own]) => ({
    name: labelOf(id),
    colour: colourOf(id),
    points: bySize(own).map(([bytes, group]) => {
      const speed = throughput(group, 'cpu')
      return {
        x: bytes,
        y: speed,
        spread: speedSpread(group),
        title: `${labelOf(id)}, ${formatBytes(bytes)}: ${short(speed)} MB/s`,
      }
    }),
  }))
  const marks: Mark[] = []
  const captions: string[] = []
  for (const [id, own] of selected) {
    const { engine } = CONTENDERS[colourOf(id)]
    if (!engine) continue
    const ratios = bySize(own).map(([bytes, group]) => ({
      bytes,
      ratio: speedRatio(figures.pairs(group, 'node'), 'cpu'),
    }))
    const from = breakEven(ratios)
    if (from === 0) captions.push(`${engine}: faster than node:zlib at all these sizes`)
    else if (from === Infinity) captions.push(`${engine}: not faster than node:zlib up to these sizes`)
    else {
      marks.push({ x: from, label: `${engine}: break-even` })
      captions.push(`${engine}: as fast as node:zlib from ${formatBytes(Math.round(from))} on`)
    }
  }
  const what = work === 'compress' ? 'gzip, default level' : 'gunzip'
  return {
    chart: {
      title: `${what}: throughput by size`,
      x: { label: 'bytes of a call, uncompressed', kind: 'log2', format: formatBytes },
      y: MB_PER_SECOND,
      series,
      marks,
    },
    caption: captions.join('; '),
  }
}

/** Compression ratio against speed, for whole files at each level, and the line of those that none beats in both. */
export function ratioChart(all: readonly Figure[]): Chart {
  const points = [...select(all, { work: 'compress', kinds: 'corpus', size: 'whole' })].flatMap(([id, own]) =>
    [...new Set(own.map(({ level }) => level))].map((level) => {
      const group = own.filter((one) => one.level === level)
      const [x, y] = [throughput(group, 'cpu'), ratioOf(group)]
      const title = `${labelOf(id)}, level ${level}: ${short(x)} MB/s, ratio ${y.toFixed(3)}`
      return { id, x, y, title }
    }),
  )
  const series = [...new Set(points.map(({ id }) => id))].map((id) => ({
    name: labelOf(id),
    colour: colourOf(id),
    style: 'points' as const,
    points: points.filter((point) => point.id === id),
  }))
  const front: Series = {
    name: 'Pareto line',
    colour: REFERENCE_COLOUR,
    style: 'plain',
    isDashed: true,
    points: paretoFront(points).map(({ x, y }) => ({ x, y })),
  }
  return {
    title: 'Compression ratio against speed, levels 1 and 6',
    x: MB_PER_SECOND,
    y: { label: 'compression ratio', kind: 'linear', format: short },
    series: [front, ...series],
  }
}

/** A percentile of the latency by the number of calls in flight. */
export function latencyChart(
  all: readonly Figure[],
  work: 'callback-compress' | 'callback-decompress',
  percentile: 50 | 99,
): Chart {
  const index = percentile === 50 ? 0 : 2
  const series = [...select(all, { work, kinds: 'corpus' })].map(([id, own]) => ({
    name: labelOf(id),
    colour: colourOf(id),
    points: own.map((one) => {
      const values = (one.latencies ?? []).map((latency) => latency[index])
      const y = median(values)
      const title = `${labelOf(id)}, ${one.inFlight} in flight: ${short(y)} ms`
      return { x: one.inFlight, y, spread: spread(values), title }
    }),
  }))
  const what = work === 'callback-compress' ? 'gzip' : 'gunzip'
  return {
    title: `${what} with a callback, 16 KiB: latency, ${percentile}th percentile`,
    x: { label: 'calls in flight', kind: 'log2', format: short },
    y: { label: 'ms', kind: 'log10', format: short },
    series,
  }
}

/** CPU seconds that a gigabyte takes. */
export function cpuChart(
  all: readonly Figure[],
  title: string,
  work: Work,
  kinds: 'corpus' | 'mixed',
): BarChart {
  const size = kinds === 'corpus' ? { size: 'whole' as const, level: 6 } : {}
  return {
    title,
    axis: { label: 'CPU seconds per GB', kind: 'linear', format: short, fromZero: true },
    bars: [...select(all, { work, kinds, ...size })].map(([id, own]) => ({
      name: labelOf(id),
      value: 1000 / throughput(own, 'cpu'),
      colour: colourOf(id),
    })),
  }
}
