// Runs real packages from npm on nxzlib: each scenario of test/packages in a process of its own, on node:zlib as the control
// and on nxzlib in each way that there is to put it in node:zlib's place. The last line counts the checks.
// Some scenarios only: npm run test:packages -- ws tar
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'

import { fail, root, run, runNpm } from './project.mjs'

const FOLDER = join(root, 'test/packages')

/** Milliseconds that a scenario may take. */
const TIMEOUT = 600_000

const ENGINES = ['native', 'model']

/** The ways to run a program: their options for Node, and the engines on which they run. */
const NODE = { name: 'node', options: [], engines: [''] }
const REGISTER = { name: 'register', options: ['--require', 'nxzlib/register'], engines: ENGINES }
const INSTALL = { name: 'install', options: [], engines: ENGINES }
const DIRECT = { name: 'direct', options: [], engines: ENGINES }

/** Scenarios, and in which ways each runs. */
const EVERYWHERE = [NODE, REGISTER, INSTALL]
const SCENARIOS = {
  ws: EVERYWHERE,
  tar: EVERYWHERE,
  minizlib: EVERYWHERE,
  pngjs: EVERYWHERE,
  zip: EVERYWHERE,
  'http-clients': EVERYWHERE,
  'http-servers': EVERYWHERE,
  'web-streams': EVERYWHERE,
  chromium: EVERYWHERE,
  processes: [NODE, REGISTER],
  direct: [DIRECT],
}

/** The folder with the packages, outside of the tree; npm installs them when it is first asked for, and checks their integrity. */
function installedPackages() {
  const pinned = join(FOLDER, 'pinned')
  const lock = readFileSync(join(pinned, 'package-lock.json'))
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nxzlib')
  const folder = join(cache, `packages-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`)
  if (existsSync(folder)) return folder

  console.error(`nxzlib: installing packages from npm into ${cache}`)
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(join(cache, 'unfinished-'))
  cpSync(pinned, unfinished, { recursive: true })
  runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: unfinished })
  renameSync(unfinished, folder)
  return folder
}

/** Lets the programs find the packages by their names. */
function linkPackages() {
  const link = join(FOLDER, 'node_modules')
  rmSync(link, { force: true })
  symlinkSync(join(installedPackages(), 'node_modules'), link)
}

/** Runs a scenario; returns the lines of its checks. */
function perform({ scenario, way, engine }) {
  const args = [
    '--require',
    './test/packages/node-zlib.cjs',
    ...way.options,
    'test/packages/run.mjs',
    scenario,
    way.name,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NXZLIB_ENGINE: engine },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (status, signal) => {
      // A run that broke off without a failure of its own is one; so is one that tested nothing.
      const failed = /^not ok /m.test(output)
      if (!failed && (status !== 0 || !/^(ok|SKIPPED)/m.test(output))) {
        output += `not ok ${scenario} (${way.name}, ${engine}): ended with ${signal ?? status}\n`
      }
      process.stdout.write(output)
      resolve(output)
    })
  })
}

run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])
linkPackages()

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SCENARIOS)
const unknown = chosen.filter((scenario) => !(scenario in SCENARIOS))
if (unknown.length > 0)
  fail(`no scenario ${unknown.join(', ')}; there are ${Object.keys(SCENARIOS).join(', ')}`)
const runs = chosen.flatMap((scenario) =>
  SCENARIOS[scenario].flatMap((way) => way.engines.map((engine) => ({ scenario, way, engine }))),
)

const total = { passed: 0, failed: 0 }
async function worker() {
  for (let next = runs.shift(); next; next = runs.shift()) {
    const output = await perform(next)
    total.passed += output.match(/^ok /gm)?.length ?? 0
    total.failed += output.match(/^not ok /gm)?.length ?? 0
  }
}
await Promise.all(cpus().map(worker))
console.log(`packages: ${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
