// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { drawBars } from '../../../bench/plot/bars.js'
import { drawChart, type Chart } from '../../../bench/plot/chart.js'
import { formatBytes, formatSeconds, short } from '../../../bench/plot/format.js'
import { WIDTH } from '../../../bench/plot/layout.js'
import { drawLegend } from '../../../bench/plot/legend.js'

const CHART: Chart = {
  title: 'Throughput <by size>',
  x: { label: 'bytes of input', kind: 'log2', format: formatBytes },
  y: { label: 'MB/s', kind: 'log10', format: short },
  series: [
    {
      name: 'a & b',
      colour: 0,
      points: [
        { x: 1024, y: 10, spread: [9, 12] },
        { x: 65536, y: 100, title: '64 KiB: 100 MB/s' },
      ],
    },
    { name: 'modelled', colour: 1, isDashed: true, points: [{ x: 1024, y: NaN }] },
  ],
  marks: [{ x: 4096, label: 'break-even' }],
}

const count = (svg: string, what: string) => svg.split(what).length - 1

describe('plots', () => {
  it('have labelled axes, a line, markers, spreads, marks and a legend', () => {
    const svg = drawChart(CHART)
    for (const part of [
      '>bytes of input<',
      '>MB/s<',
      '>64 KiB<',
      '>break-even<',
      '<polyline',
      'class="spread"',
    ])
      assert.ok(svg.includes(part), part)
    assert.equal(count(svg, 'class="entry'), 2)
  })

  it('escape every text', () => {
    const svg = drawChart(CHART)
    assert.ok(svg.includes('Throughput &lt;by size&gt;'))
    assert.ok(svg.includes('a &amp; b'))
    assert.ok(!svg.includes('a & b'))
  })

  it('leave out points that are no numbers', () => {
    assert.ok(!drawChart(CHART).includes('NaN'))
  })

  it('draw what was modelled dashed and hollow', () => {
    const modelled = { ...CHART.series[0], isDashed: true }
    const svg = drawChart({ ...CHART, series: [modelled] })
    assert.equal(count(svg, 'marker hollow'), 3)
    assert.equal(count(svg, 'line dashed'), 1)
  })

  it('break the legend into rows that fit', () => {
    const series = Array.from({ length: 6 }, (_, colour) => ({
      name: `a contender with a name ${colour}`,
      colour,
      points: [],
    }))
    const { svg, height } = drawLegend(series, 0)
    assert.equal(height, 3 * 18)
    for (const [, x] of svg.matchAll(/<text x="([\d.]+)"/g)) assert.ok(Number(x) < WIDTH / 2 + 60)
  })

  it('draw bars from 0 with their figures', () => {
    const svg = drawBars({
      title: 'CPU',
      axis: { label: 's/GB', kind: 'linear', format: short },
      bars: [
        { name: 'node:zlib', value: 40, colour: 0 },
        { name: 'hardware', value: 1.5, colour: 1, isDashed: true },
      ],
    })
    const widths = [...svg.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width))
    assert.ok(Math.abs(widths[0] / widths[1] - 40 / 1.5) < 0.1)
    for (const part of ['>1.5<', '>s/GB<', 'marker hollow']) assert.ok(svg.includes(part), part)
  })

  it('name sizes and times in units that people read', () => {
    assert.deepEqual([512, 1024, 98304, 1 << 20].map(formatBytes), ['512 B', '1 KiB', '96 KiB', '1 MiB'])
    assert.deepEqual([1.23e-5, 0.0045, 1.2].map(formatSeconds), ['12.3 µs', '4.5 ms', '1.2 s'])
  })
})
