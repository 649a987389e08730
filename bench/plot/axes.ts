// SPDX-License-Identifier: MIT
import { FONT_SIZE, MARGIN, type Area } from './layout.js'
import { makeScale, type Scale, type ScaleKind } from './scale.js'
import { element, text } from './svg.js'

/** What an axis shows, and how. */
export interface Axis {
  /** The quantity and its unit. */
  readonly label: string
  readonly kind: ScaleKind
  /** The label of a tick. */
  readonly format: (value: number) => string
  /** Whether a linear axis begins at 0. */
  readonly fromZero?: boolean
}

/** Ticks, at most: more would run into each other on a phone. */
const MOST_TICKS = { x: 7, y: 8 }

/** The scales of both axes, so that all values have a place in the area. */
export function makeScales(
  area: Area,
  x: Axis & { readonly values: readonly number[] },
  y: Axis & { readonly values: readonly number[] },
): { x: Scale; y: Scale } {
  return {
    x: makeScale({ ...x, range: [area.left, area.right], ticks: MOST_TICKS.x }),
    y: makeScale({ ...y, range: [area.bottom, area.top], ticks: MOST_TICKS.y }),
  }
}

/** The vertical lines of the grid with the ticks' labels, and the label of the axis. */
export function drawXAxis(axis: Axis, scale: Scale, area: Area): string {
  const ticks = scale.ticks.map((tick) => {
    const x = scale.at(tick)
    return (
      element('line', { class: 'grid', x1: x, x2: x, y1: area.top, y2: area.bottom }) +
      text(x, area.bottom + FONT_SIZE + 4, axis.format(tick), { class: 'tick', 'text-anchor': 'middle' })
    )
  })
  const middle = (area.left + area.right) / 2
  const label = text(middle, area.bottom + MARGIN.bottom - 8, axis.label, {
    class: 'axis-label x-label',
    'text-anchor': 'middle',
  })
  return element('g', { class: 'axis x-axis' }, ...ticks, label)
}

/** The horizontal lines of the grid with the ticks' labels, and the label of the axis, upright. */
export function drawYAxis(axis: Axis, scale: Scale, area: Area): string {
  const ticks = scale.ticks.map((tick) => {
    const y = scale.at(tick)
    return (
      element('line', { class: 'grid', x1: area.left, x2: area.right, y1: y, y2: y }) +
      text(area.left - 6, y + FONT_SIZE / 3, axis.format(tick), { class: 'tick', 'text-anchor': 'end' })
    )
  })
  const middle = (area.top + area.bottom) / 2
  const label = text(0, 0, axis.label, {
    class: 'axis-label y-label',
    'text-anchor': 'middle',
    transform: `translate(${FONT_SIZE},${middle}) rotate(-90)`,
  })
  return element('g', { class: 'axis y-axis' }, ...ticks, label)
}
