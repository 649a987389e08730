// SPDX-License-Identifier: MIT
// Tests on a machine with the NX unit: what compresses and decompresses, against node:zlib, with the engine `hardware`. Fails
// unless the unit itself executed jobs: at the doctor's, and in the tests. The last line counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { root, run } from './project.mjs'
import { runMocha } from './suites.mjs'

const FILES = [
  'zlib/differential-*',
  'zlib/round-trip',
  'zlib/streams-*',
  'zlib/forms',
  'zlib/truncation',
  'zlib/large',
].map((name) => `dist/test/${name}.test.js`)

/** Milliseconds that a test may take. */
const TIMEOUT = 300_000

run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])
run(process.execPath, [join(root, 'dist/lib/cli/nxzlib.js'), 'doctor', '--require', 'hardware'])

const folder = mkdtempSync(join(tmpdir(), 'nxzlib-hardware-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const report = join(folder, 'jobs')
const { passed, failed } = await runMocha(FILES, {
  options: ['--require', './test/packages/report-jobs.cjs', '--timeout', String(TIMEOUT)],
  // The unit may be slow for others' jobs; it is to be tested all the same.
  env: {
    NXZLIB_ENGINE: 'hardware',
    NXZLIB_MOST_DELAY: String(TIMEOUT),
    NXZLIB_PASTE_TIMEOUT: String(TIMEOUT),
    NXZLIB_JOB_REPORT: report,
  },
})

const jobs = readFileSync(report, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const byHardware = jobs.reduce((sum, { hardware }) => sum + hardware, 0)
console.log(`jobs on hardware: ${byHardware}`)
const lacking = byHardware > 0 ? 0 : 1
console.log(`hardware: ${passed} passed, ${failed + lacking} failed`)
process.exitCode = failed + lacking === 0 ? 0 : 1
