// SPDX-License-Identifier: MIT
import { drawXAxis, type Axis } from './axes.js'
import { FONT_SIZE, MARGIN, WIDTH } from './layout.js'
import { makeScale } from './scale.js'
import { COLOURS } from './series.js'
import { element, escape, text, textWidth } from './svg.js'

/** A horizontal bar. */
export interface Bar {
  readonly name: string
  readonly value: number
  /** As in `Series`. */
  readonly colour: number
  /** Hatched lightly: for what was modelled, not measured. */
  readonly isDashed?: boolean
}

/** Bars with a common axis. */
export interface BarChart {
  readonly title: string
  /** The axis of the values; it begins at 0. */
  readonly axis: Axis
  readonly bars: readonly Bar[]
}

const BAR_HEIGHT = 16
const ROW_HEIGHT = 24

/** Room for the figure at the end of the longest bar. */
const FIGURE_WIDTH = 40

/** The bars as an SVG element, to be put into a page that has `PLOT_STYLE`. */
export function drawBars({ title, axis, bars }: BarChart): string {
  const longest = Math.max(0, ...bars.map(({ name }) => textWidth(name, FONT_SIZE)))
  const left = MARGIN.right + Math.min(longest, WIDTH / 2)
  const area = {
    left,
    right: WIDTH - FIGURE_WIDTH,
    top: MARGIN.top,
    bottom: MARGIN.top + bars.length * ROW_HEIGHT,
  }
  const scale = makeScale({
    kind: 'linear',
    fromZero: true,
    values: [0, ...bars.map(({ value }) => value)],
    range: [area.left, area.right],
    ticks: 6,
  })
  const rows = bars.map(({ name, value, colour, isDashed }, index) => {
    const y = area.top + index * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) / 2
    const baseline = y + BAR_HEIGHT / 2 + FONT_SIZE / 3
    const width = Math.max(0, scale.at(value) - area.left)
    return element(
      'g',
      { class: `bar colour-${colour % COLOURS}` },
      text(area.left - 6, baseline, name, { class: 'name', 'text-anchor': 'end' }),
      element('rect', {
        class: isDashed ? 'marker hollow' : 'marker',
        x: area.left,
        y,
        width,
        height: BAR_HEIGHT,
      }),
      text(area.left + width + 5, baseline, axis.format(value), { class: 'figure' }),
    )
  })
  return element(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${area.bottom + MARGIN.bottom}`,
      role: 'img',
      'aria-label': title,
    },
    `<title>${escape(title)}</title>`,
    drawXAxis(axis, scale, area),
    ...rows,
  )
}
