// SPDX-License-Identifier: MIT
import { FONT_SIZE, MARGIN, WIDTH } from './layout.js'
import { COLOURS, drawMarker, type Series } from './series.js'
import { element, text, textWidth } from './svg.js'

const ROW_HEIGHT = 18
const MARKER_WIDTH = 16
const GAP = 14

/** The legend, in as many rows as its names take. */
export interface Legend {
  readonly svg: string
  /** In units of the picture. */
  readonly height: number
}

/** Places the names of the series from left to right and in rows, beginning at `top`. */
export function drawLegend(series: readonly Series[], top: number): Legend {
  const left = MARGIN.right
  let x = left
  let row = 0
  const entries = series.map((one) => {
    const width = MARKER_WIDTH + textWidth(one.name, FONT_SIZE) + GAP
    if (x > left && x + width - GAP > WIDTH - MARGIN.right) {
      x = left
      row++
    }
    const y = top + row * ROW_HEIGHT + ROW_HEIGHT / 2
    const key =
      one.style === 'plain'
        ? element('line', { class: one.isDashed ? 'line dashed' : 'line', x1: x, x2: x + 12, y1: y, y2: y })
        : drawMarker(x + 6, y, one)
    const entry = element(
      'g',
      { class: `entry colour-${one.colour % COLOURS}` },
      key,
      text(x + MARKER_WIDTH, y + FONT_SIZE / 3, one.name, { class: 'name' }),
    )
    x += width
    return entry
  })
  return { svg: element('g', { class: 'legend' }, ...entries), height: (row + 1) * ROW_HEIGHT }
}
