// SPDX-License-Identifier: MIT
import type { Scale } from './scale.js'
import { element, escape } from './svg.js'

/** A point of a plot. */
export interface Point {
  readonly x: number
  readonly y: number
  /** What pointing at it shows. */
  readonly title?: string
  /** The spread of y, drawn as a bar. */
  readonly spread?: readonly [low: number, high: number]
}

/** Points that belong together. */
export interface Series {
  readonly name: string
  /** Which colour and which shape of marker: the same number means the same thing in all plots of a page. */
  readonly colour: number
  readonly points: readonly Point[]
  /** `line`: points joined in the given order; `points`: markers alone; `plain`: the line without markers. */
  readonly style?: 'line' | 'points' | 'plain'
  /** A dashed line with hollow markers: for what was modelled or is drawn to compare with, not measured. */
  readonly isDashed?: boolean
}

/** Half the width of a marker. */
const RADIUS = 3.6

/** Colours that there are; a higher number starts again with another shape. */
export const COLOURS = 8

/** A marker; shapes differ too, for those who cannot tell the colours apart. */
export function drawMarker(
  x: number,
  y: number,
  series: Pick<Series, 'colour' | 'isDashed'>,
  title = '',
): string {
  const r = RADIUS
  const children = title ? [`<title>${escape(title)}</title>`] : []
  const attributes = { class: series.isDashed ? 'marker hollow' : 'marker' }
  const shapes = [
    () => element('circle', { ...attributes, cx: x, cy: y, r }, ...children),
    () => element('rect', { ...attributes, x: x - r, y: y - r, width: 2 * r, height: 2 * r }, ...children),
    () =>
      element(
        'path',
        { ...attributes, d: `M${x},${y - r * 1.3}L${x + r * 1.2},${y + r}H${x - r * 1.2}Z` },
        ...children,
      ),
    () =>
      element(
        'path',
        {
          ...attributes,
          d: `M${x},${y - r * 1.4}L${x + r * 1.4},${y}L${x},${y + r * 1.4}L${x - r * 1.4},${y}Z`,
        },
        ...children,
      ),
  ]
  return shapes[series.colour % shapes.length]()
}

/** Line, spreads and markers of a series. Points whose coordinates are no finite numbers are left out. */
export function drawSeries(series: Series, x: Scale, y: Scale): string {
  const places = series.points
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y))
    .map((point) => ({ ...point, atX: x.at(point.x), atY: y.at(point.y) }))
  const style = series.style ?? 'line'
  const children: string[] = []
  if (style !== 'points' && places.length > 1) {
    const points = places.map(({ atX, atY }) => `${atX.toFixed(2)},${atY.toFixed(2)}`).join(' ')
    children.push(element('polyline', { class: series.isDashed ? 'line dashed' : 'line', points }))
  }
  for (const { atX, atY, spread, title } of places) {
    if (spread)
      children.push(
        element('line', { class: 'spread', x1: atX, x2: atX, y1: y.at(spread[0]), y2: y.at(spread[1]) }),
      )
    if (style !== 'plain') children.push(drawMarker(atX, atY, series, title))
  }
  return element(
    'g',
    { class: `series colour-${series.colour % COLOURS}`, 'data-series': series.name },
    ...children,
  )
}
