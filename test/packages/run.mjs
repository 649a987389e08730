// SPDX-License-Identifier: MIT
// Runs scenarios in this process: node run.mjs WAY SCENARIO... Prints a line for each check.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { nodeWrites } from './node-zlib.cjs'

/** Milliseconds that a check may take. */
const TIMEOUT = 120_000

const [, , way, ...scenarios] = process.argv
const { NXZLIB_ENGINE: engine, CI } = process.env
const require = createRequire(import.meta.url)

if (way === 'install') require('nxzlib/install').install()
const stats = way === 'node' ? undefined : require('nxzlib').stats
const label = stats ? `${way}, ${engine}` : 'node:zlib'

async function tooLate() {
  await setTimeout(TIMEOUT)
  throw new Error(`not finished after ${TIMEOUT / 1000} s`)
}

/**
 * Runs a check, and sees to it that jobs of this process served it, all on the one device.
 *
 * @param leftToNode why Node's own engine has to serve the streams of the check
 * @param elsewhere the check looks after that itself, for other processes
 */
async function perform({ run, leftToNode, elsewhere }, context) {
  const before = { jobs: stats?.().jobs, writes: nodeWrites() }
  await run(context)
  if (!stats || elsewhere) return
  const { [engine]: jobs, ...others } = stats().jobs
  for (const other in others) assert.equal(others[other], 0, `jobs on ${other}`)
  const writes = nodeWrites() - before.writes
  if (leftToNode) {
    assert.ok(writes > 0, `jobs served it, but are said not to for ${leftToNode}`)
    return
  }
  assert.ok(jobs > before.jobs[engine], 'no jobs served it')
  assert.equal(writes, 0, `${writes} writes went to Node's own engine`)
}

/** Runs a check with a folder of its own, and prints what became of it. */
async function report(title, check) {
  const folder = await mkdtemp(join(tmpdir(), 'nxzlib-packages-'))
  try {
    await Promise.race([perform(check, { folder, way }), tooLate()])
    console.log(`ok ${title} (${label})`)
  } catch (error) {
    console.log(`not ok ${title} (${label}): ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}`)
    process.exitCode = 1
  } finally {
    // Processes of a browser may still be leaving.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

const missing = {}
/** Whether a program is not installed here. Where everything is installed for the checks, they shall fail instead. */
function lacks(tool) {
  if (CI || !tool) return false
  missing[tool] ??= spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0
  return missing[tool]
}

for (const scenario of scenarios) {
  const { default: checks } = await import(`./scenarios/${scenario}.mjs`)
  for (const [title, given] of Object.entries(checks)) {
    const check = typeof given === 'function' ? { run: given } : given
    // What Node itself contains uses node:zlib, whatever is given to the program.
    if (check.builtIn && way === 'alias') continue
    const { tool } = check
    if (lacks(tool))
      console.log(`SKIPPED ${title} (${label}): ${tool} is not installed: apt-get install ${tool}`)
    else await report(title, check)
  }
}
// Also where a check left something open.
process.exit()
