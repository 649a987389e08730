// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { reportHtml } from '../../../bench/modelled/report-html.js'
import { reportText, type Report } from '../../../bench/modelled/report-text.js'
import { simulate, type Scenario } from '../../../bench/modelled/simulate.js'
import { timing } from '../../../lib/model/timing/figures.js'

const scenario: Scenario = { platform: 'powernv', direction: 'decompress', bytes: 1024 }

const point = {
  name: 'start-up <&>',
  unit: 'ns',
  published: 370,
  modelled: 371,
  source: 'UM 4.4.2',
  isInput: true,
}

const report: Report = {
  figures: timing({ startUpNs: 400 }),
  points: [point],
  sweeps: [
    {
      axis: 'size',
      title: 'a sweep',
      platform: 'powernv',
      direction: 'decompress',
      series: [{ name: 'one', points: [{ x: 1024, scenario, outcome: simulate(scenario) }] }],
    },
  ],
}

describe('the report of modelled throughput', () => {
  const text = reportText(report)
  const html = reportHtml(report)

  it('says in each row of a sweep that it is modelled', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('1 KiB'))
    assert.deepEqual([rows.length, rows.every((row) => row.endsWith('modelled'))], [1, true])
  })

  it('says beside each table and in each plot that nothing was measured', () => {
    assert.match(text, /a sweep: .*modelled, not measured/)
    const plots = html.match(/<svg.*?<\/svg>/gs) ?? []
    assert.equal(plots.length, 1)
    for (const plot of plots) assert.match(plot, /modelled, not measured/)
  })

  it('tells the figures that were set from those with a source', () => {
    assert.match(text, /startUpNs +400 +ns +set/)
    assert.match(text, /pathBytesPerCycle +8 +B\/cycle +published/)
  })

  it('is a page that loads nothing', () => {
    assert.doesNotMatch(html, /src=|href=|url\(|@import|<script/)
  })

  it('escapes what it shows', () => {
    assert.ok(html.includes('start-up &lt;&amp;&gt;'))
  })
})
