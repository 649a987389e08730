// SPDX-License-Identifier: MIT
/**
 * Predicts throughput on hardware by simulation: the model's switchboard and this project's driver in simulated time, on
 * published figures. All that it prints is modelled, not measured.
 *
 *   node dist/bench/modelled.js [--json FILE] [--html FILE] [--set FIGURE=VALUE]... [--ratio R] [--seed N]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { timing } from '../lib/model/timing/figures.js'
import { publishedPoints } from './modelled/published-points.js'
import { reportHtml } from './modelled/report-html.js'
import { LABEL, reportText, type Report } from './modelled/report-text.js'
import { allSweeps } from './modelled/sweeps.js'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    html: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    ratio: { type: 'string', default: '3' },
    seed: { type: 'string', default: '0' },
  },
})

/** Says what is wrong with the arguments, and ends. */
function refuse(message: string): never {
  console.error(`modelled: ${message}`)
  process.exit(2)
}

function numberOf(name: string, text: string | undefined, least: number): number {
  const value = Number(text)
  if (text === undefined || text === '' || !Number.isFinite(value) || value < least) {
    refuse(`${name} must be a number from ${least} on, not ${text ?? 'nothing'}`)
  }
  return value
}

const changes = Object.fromEntries(
  values.set.map((setting) => {
    const [name, value] = setting.split('=')
    return [name, numberOf(name, value, 0)]
  }),
)
const ratio = numberOf('--ratio', values.ratio, 1)
const seed = numberOf('--seed', values.seed, 0)
let figures
try {
  figures = timing(changes)
} catch (error) {
  refuse((error as Error).message)
}
const report: Report = {
  figures,
  points: publishedPoints(changes),
  sweeps: allSweeps({ figures: changes, ratio, seed }),
}
console.log(reportText(report))
if (values.json !== undefined) {
  // The figures are the same for all scenarios, and stand at the top.
  const replacer = (key: string, value: unknown) =>
    (key === 'scenario' ? { ...Object(value), figures: undefined } : value) as unknown
  writeFileSync(values.json, `${JSON.stringify({ label: LABEL, ratio, seed, ...report }, replacer, 1)}\n`)
}
if (values.html !== undefined) writeFileSync(values.html, reportHtml(report))
