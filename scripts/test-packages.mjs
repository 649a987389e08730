// SPDX-License-Identifier: MIT
// Runs real packages from npm on nxzlib: on node:zlib as the control, then on nxzlib in each way that there is to put it in
// node:zlib's place, on both software devices. The last line counts the checks.
// Some scenarios only: npm run test:packages -- ws tar
import { rmSync, symlinkSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

import { installPinned } from './pinned.mjs'
import { fail, root, run } from './project.mjs'
import { counted, watch } from './suites.mjs'

const FOLDER = join(root, 'test/packages')

/** Milliseconds that all scenarios of a run may take. */
const TIMEOUT = 600_000

const SCENARIOS = ['ws', 'tar', 'minizlib', 'pngjs', 'zip', 'http-clients', 'http-servers', 'chromium']
const REPLACED = [...SCENARIOS, 'web-streams']

/** The ways to run programs: what is preloaded, and the scenarios. */
const CONTROL = { way: 'node', options: [], scenarios: [...REPLACED, 'processes'] }
const WAYS = [
  { way: 'register', options: ['--require', 'nxzlib/register'], scenarios: [...REPLACED, 'processes'] },
  { way: 'install', options: [], scenarios: REPLACED },
  { way: 'alias', options: ['--import', './test/packages/alias.mjs'], scenarios: SCENARIOS },
  { way: 'direct', options: [], scenarios: ['direct'] },
]

const ENGINES = ['native', 'model']

/** Lets the programs find the packages by their names. */
function linkPackages() {
  const link = join(FOLDER, 'node_modules')
  const folder = installPinned(join(FOLDER, 'pinned'), 'packages', ['--ignore-scripts'])
  if (!folder) fail('the packages cannot be installed')
  rmSync(link, { force: true })
  symlinkSync(join(folder, 'node_modules'), link)
}

/** Runs scenarios one after the other in a process of their own; returns how many checks passed and failed. */
async function perform({ way, options, scenarios, engine }) {
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--require',
    './test/packages/node-zlib.cjs',
    ...options,
    'test/packages/run.mjs',
    way,
    ...scenarios,
  ]
  const { output, succeeded } = await watch(process.execPath, args, {
    cwd: root,
    // Small inputs are jobs too.
    env: { ...process.env, NXZLIB_ENGINE: engine, NXZLIB_THRESHOLD: '0' },
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  })
  const number = (pattern) => output.match(pattern)?.length ?? 0
  const failed = number(/^not ok /gm)
  if (failed === 0 && !succeeded) console.log(`not ok (${way}, ${engine}): broke off`)
  return counted(number(/^ok /gm), failed, succeeded)
}

run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])
linkPackages()

const known = [...new Set([CONTROL, ...WAYS].flatMap(({ scenarios }) => scenarios))]
const chosen = process.argv.length > 2 ? process.argv.slice(2) : known
const unknown = chosen.filter((scenario) => !known.includes(scenario))
if (unknown.length > 0) fail(`no scenario ${unknown.join(', ')}; there are ${known.join(', ')}`)

const runs = [
  { ...CONTROL, engine: '' },
  ...WAYS.flatMap((way) => ENGINES.map((engine) => ({ ...way, engine }))),
]
  .map((each) => ({ ...each, scenarios: each.scenarios.filter((scenario) => chosen.includes(scenario)) }))
  .filter(({ scenarios }) => scenarios.length > 0)

const total = { passed: 0, failed: 0 }
async function worker() {
  for (let next = runs.shift(); next; next = runs.shift()) {
    const { passed, failed } = await perform(next)
    total.passed += passed
    total.failed += failed
  }
}
// One more than there are processors: programs often wait for their peers.
await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker))
console.log(`packages: ${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
