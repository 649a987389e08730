// SPDX-License-Identifier: MIT
import { FIGURES, type Timing } from '../../lib/model/timing/figures.js'
import { formatBytes, short } from '../plot/format.js'
import type { PublishedPoint } from './published-points.js'
import type { Axis, Sweep } from './sweeps.js'

/** What every table and plot says of itself. */
export const LABEL = 'modelled, not measured'

/** Everything that a run found. */
export interface Report {
  readonly figures: Timing
  readonly points: readonly PublishedPoint[]
  readonly sweeps: readonly Sweep[]
}

/** What the values of an axis are called. */
export const AXIS_NAME: Readonly<Record<Axis, string>> = {
  size: 'plain bytes of a call',
  threads: 'threads',
  credits: 'send credits',
}

/** What stands beside the title of a sweep. */
export const noteOf = ({ note }: Sweep) => (note === undefined ? LABEL : `${note}; ${LABEL}`)

/** A value of an axis as people read it. */
export const formatX = (axis: Axis, x: number) => (axis === 'size' ? formatBytes(x) : String(x))

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
}

/** The difference between the model and what was published, in percent. */
export const deviation = ({ modelled, published }: PublishedPoint) => (modelled / published - 1) * 100

/** Published figures beside the model's, in cells. */
export function pointRows(points: readonly PublishedPoint[]): string[][] {
  const head = ['', 'unit', 'published', 'modelled', 'difference', 'input', 'source']
  return [
    head,
    ...points.map((point) => [
      point.name,
      point.unit,
      short(point.published),
      short(point.modelled),
      `${deviation(point).toFixed(1)}%`,
      point.isInput ? 'yes' : 'no',
      point.source,
    ]),
  ]
}

/** The figures, in cells. */
export function figureRows(figures: Timing): string[][] {
  const head = ['figure', 'value', 'unit', 'basis', 'meaning', 'source']
  const rows = Object.entries(FIGURES).map(([name, figure]) => {
    const value = figures[name as keyof Timing]
    const basis = value === figure.value ? figure.basis : 'set'
    return [name, String(value), figure.unit, basis, figure.meaning, basis === 'set' ? '' : figure.source]
  })
  return [head, ...rows]
}

/** A sweep in cells: GB/s, one column a series. */
export function sweepRows({ axis, series }: Sweep): string[][] {
  const head = [AXIS_NAME[axis], ...series.map(({ name }) => name), '']
  const rows = series[0].points.map(({ x }, index) => [
    formatX(axis, x),
    ...series.map(({ points }) => short(points[index].outcome.throughput)),
    'modelled',
  ])
  return [head, ...rows]
}

/** The whole report as text. */
export function reportText({ figures, points, sweeps }: Report): string {
  const lines = [
    `POWER NX gzip, ${LABEL}: a simulation on published figures; no hardware was there.`,
    '',
    'What the timing rests on',
    ...columns(figureRows(figures)),
    '',
    'Published figures and the model (input: the timing rests on it)',
    ...columns(pointRows(points)),
  ]
  for (const sweep of sweeps) {
    lines.push('', `${sweep.title}: GB/s of plain data, ${noteOf(sweep)}`, ...columns(sweepRows(sweep)))
  }
  return lines.join('\n')
}
