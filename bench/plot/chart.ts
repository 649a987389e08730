// SPDX-License-Identifier: MIT
import { drawXAxis, drawYAxis, makeScales, type Axis } from './axes.js'
import { AREA_HEIGHT, FONT_SIZE, MARGIN, WIDTH } from './layout.js'
import { drawLegend } from './legend.js'
import type { Scale } from './scale.js'
import { drawSeries, type Series } from './series.js'
import { element, escape, text, textWidth } from './svg.js'

/** A vertical line at a value of x, with a word on it. */
export interface Mark {
  readonly x: number
  readonly label: string
}

/** A plot of two axes. */
export interface Chart {
  /** What the plot shows, for those who cannot see it. */
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  readonly marks?: readonly Mark[]
}

/** Marks stand one below the other, so that their labels do not touch. */
const MARK_STEP = 15

function drawMark(mark: Mark, index: number, scale: Scale, top: number, bottom: number): string {
  const x = scale.at(mark.x)
  const y = top + 12 + index * MARK_STEP
  const isRight = x + 4 + textWidth(mark.label, FONT_SIZE) < WIDTH - MARGIN.right
  return element(
    'g',
    { class: 'mark' },
    element('line', { x1: x, x2: x, y1: top, y2: bottom }),
    text(isRight ? x + 4 : x - 4, y, mark.label, { 'text-anchor': isRight ? 'start' : 'end' }),
  )
}

/** The plot as an SVG element, to be put into a page that has `PLOT_STYLE`. */
export function drawChart(chart: Chart): string {
  const area = {
    left: MARGIN.left,
    right: WIDTH - MARGIN.right,
    top: MARGIN.top,
    bottom: MARGIN.top + AREA_HEIGHT,
  }
  const points = chart.series.flatMap((one) => one.points)
  const { x, y } = makeScales(
    area,
    { ...chart.x, values: [...points.map((point) => point.x), ...(chart.marks ?? []).map((mark) => mark.x)] },
    { ...chart.y, values: points.flatMap((point) => [point.y, ...(point.spread ?? [])]) },
  )
  const legend = drawLegend(chart.series, area.bottom + MARGIN.bottom)
  return element(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${area.bottom + MARGIN.bottom + legend.height + 4}`,
      role: 'img',
      'aria-label': chart.title,
    },
    `<title>${escape(chart.title)}</title>`,
    drawXAxis(chart.x, x, area),
    drawYAxis(chart.y, y, area),
    element('path', { class: 'frame', d: `M${area.left},${area.top}V${area.bottom}H${area.right}` }),
    ...(chart.marks ?? []).map((mark, index) => drawMark(mark, index, x, area.top, area.bottom)),
    ...chart.series.map((one) => drawSeries(one, x, y)),
    legend.svg,
  )
}
