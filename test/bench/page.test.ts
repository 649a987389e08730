// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { htmlReport } from '../../bench/report-html.js'
import type { Results } from '../../bench/results.js'
import { madeUpResults } from './made-up.js'

/** What the browser finds on the page. */
interface Found {
  errors: string[]
  requests: number
  plots: {
    title: string
    width: number
    lines: number
    markers: number
    labels: string[]
    overflowing: string[]
  }[]
  results: Results
  widths: { page: number; window: number }
  verdicts: number
}

/** Runs in the browser, after the page. */
const PROBE = `
const inside = (box, outer) => box.left >= outer.left - 1 && box.right <= outer.right + 1 && box.bottom <= outer.bottom + 1
const plots = [...document.querySelectorAll('svg.plot')].map((svg) => {
  const outer = svg.getBoundingClientRect()
  return {
    title: svg.getAttribute('aria-label'),
    width: outer.width,
    lines: svg.querySelectorAll('polyline').length,
    markers: svg.querySelectorAll('.marker').length,
    labels: [...svg.querySelectorAll('.axis-label')].map((label) => label.textContent),
    overflowing: [...svg.querySelectorAll('text')]
      .filter((label) => !inside(label.getBoundingClientRect(), outer))
      .map((label) => label.textContent),
  }
})
const found = document.createElement('pre')
found.id = 'found'
found.textContent = btoa(encodeURIComponent(JSON.stringify({
  errors,
  requests: performance.getEntriesByType('resource').length,
  plots,
  results: JSON.parse(document.getElementById('results').textContent),
  widths: { page: document.documentElement.scrollWidth, window: document.documentElement.clientWidth },
  verdicts: document.querySelectorAll('.met,.not-met').length,
})))
document.body.append(found)
`

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Opens the page in a window of a width and asks what is on it. */
function look(html: string, width: number, folder: string): Found {
  const file = join(folder, 'page.html')
  const errors = `<script>const errors = []; addEventListener('error', (event) => errors.push(event.message))</script>`
  writeFileSync(file, html.replace('<title>', `${errors}<title>`) + `<script>${PROBE}</script>`)
  const profile = `--user-data-dir=${join(folder, 'profile')}`
  const url = pathToFileURL(file).href
  const args = [...FLAGS.split(' '), profile, `--window-size=${width},900`, '--dump-dom', url]
  const { stdout } = spawnSync('chromium', args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  const [, found] = /<pre id="found">([^<]+)/.exec(stdout) ?? []
  assert.ok(found, `the page did not get to its end: ${stdout.slice(0, 500)}`)
  return JSON.parse(decodeURIComponent(Buffer.from(found, 'base64').toString())) as Found
}

describe('the page of the benchmark, in Chromium', function () {
  let folder = ''
  let wide: Found
  let narrow: Found

  before(function () {
    if (spawnSync('chromium', ['--version']).status !== 0) {
      console.error('nxzlib: THE PAGE OF THE BENCHMARK IS NOT TESTED, for want of chromium')
      // Where everything is installed for it, that is a failure.
      if (process.env.CI) throw new Error('chromium is missing')
      this.skip()
    }
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-page-'))
    const html = htmlReport(madeUpResults())
    wide = look(html, 1200, folder)
    narrow = look(html, 500, folder)
  })

  after(() => {
    if (folder) rmSync(folder, { recursive: true })
  })

  it('has no script error and asks for no other file', () => {
    assert.deepEqual(wide.errors, [])
    assert.equal(wide.requests, 0)
  })

  it('has the plots, with lines and markers', () => {
    const titles = wide.plots.map(({ title }) => title).join('\n')
    for (const part of ['throughput by size', 'Compression ratio against speed', 'latency, 99th percentile'])
      assert.ok(titles.includes(part), part)
    assert.equal(wide.plots.length, 11)
    for (const plot of wide.plots) assert.ok(plot.markers >= 4, plot.title)
    for (const plot of wide.plots.filter(({ title }) => /by size|latency/.test(title)))
      assert.equal(plot.lines, 4)
  })

  it('labels every axis', () => {
    for (const { title, labels } of wide.plots) {
      assert.equal(labels.length, /stream|whole files/.test(title) ? 1 : 2, title)
      for (const label of labels) assert.ok(label.length > 1, title)
    }
  })

  it('cuts off no text of a plot, wide or narrow', () => {
    for (const { title, overflowing } of [...wide.plots, ...narrow.plots])
      assert.deepEqual(overflowing, [], title)
  })

  it('is no wider than its window', () => {
    for (const { widths } of [wide, narrow]) assert.ok(widths.page <= widths.window, JSON.stringify(widths))
  })

  it('carries the results as JSON, whatever text is in them', () => {
    assert.deepEqual(wide.results, madeUpResults())
  })

  it('shows the verdicts', () => {
    assert.ok(wide.verdicts > 5)
  })
})
