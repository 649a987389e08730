// SPDX-License-Identifier: MIT
/** The benchmark: node dist/bench/main.js [--quick] [--only TEXT] [--json FILE] [--csv FILE] [--html FILE]. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { gatherCorpus } from './corpus.js'
import { runJobs } from './driver.js'
import { Inputs } from './inputs.js'
import { describeMachine, takeRoll } from './machine.js'
import { planOf } from './plan.js'
import { csvReport } from './report-csv.js'
import { htmlReport } from './report-html.js'
import { terminalReport } from './report-terminal.js'
import type { Results } from './results.js'

const HELP = `Measures nxzlib's devices beside node:zlib, pako, fflate and zlib-sync.

  --quick        under three minutes, with shorter streams and fewer rounds
  --only TEXT    only the jobs whose name has the text (with --list: their names)
  --list         lists the jobs
  --json FILE    all results
  --csv FILE     a line for each figure
  --html FILE    a page with plots, all results in it
`

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
    csv: { type: 'string' },
    html: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** Tells on stderr what goes on: on a terminal in one line, elsewhere a line for each job. */
function progress(): (line: string) => void {
  let last = ''
  return (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
    const [job] = line.split(':')
    if (!process.stderr.isTTY && job !== last) console.error(job)
    last = job
  }
}

async function measureAll(mode: 'full' | 'quick', only: string): Promise<Results> {
  const machine = describeMachine()
  const roll = takeRoll()
  const corpus = gatherCorpus()
  const folder = mkdtempSync(join(tmpdir(), 'nxzlib-bench-'))
  try {
    new Inputs(folder).prepare(corpus)
    const jobs = planOf(mode).filter(({ name }) => name.includes(only))
    const run = await runJobs(jobs, roll.present, folder, progress())
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    const { packages, devices } = roll
    return {
      head: { ...machine, mode, only, packages, devices, corpusSha256: corpus.sha256 },
      corpus: corpus.files.map(({ kind, source, bytes, sha256 }) => ({ kind, source, bytes, sha256 })),
      omissions: [...roll.omissions, ...corpus.omissions, ...run.omissions],
      failures: run.failures,
      figures: run.figures,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function main(): Promise<void> {
  const mode = options.quick ? 'quick' : 'full'
  if (options.help) {
    process.stdout.write(HELP)
    return
  }
  if (options.list) {
    for (const { name, contenders } of planOf(mode)) console.log(`${name}: ${contenders.join(', ')}`)
    return
  }
  const results = await measureAll(mode, options.only ?? '')
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, undefined, 1)}\n`)
  if (options.csv) writeFileSync(options.csv, csvReport(results.figures))
  if (options.html) writeFileSync(options.html, htmlReport(results))
  console.log(terminalReport(results))
  if (results.failures.length > 0) process.exitCode = 1
}

void main()
