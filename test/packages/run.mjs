// Runs one scenario in this process: node run.mjs SCENARIO WAY. Prints a line for each check.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { nodeWrites } from './node-zlib.cjs'

/** Milliseconds that a check may take. */
const TIMEOUT = 120_000

const [, , scenario, way] = process.argv
const require = createRequire(import.meta.url)

if (way === 'install') require('nxzlib/install').install()
const counter = way === 'node' ? undefined : require('./jobs.cjs')
if (counter) assert.equal(counter.engine, process.env.NXZLIB_ENGINE)
const label = counter ? `${way}, ${counter.engine}` : 'node:zlib'

async function tooLate() {
  await setTimeout(TIMEOUT)
  throw new Error(`not finished after ${TIMEOUT / 1000} s`)
}

/**
 * Runs a check, and sees to it that jobs of this process served it. Otherwise the check is an object: `leftToNode` is why jobs
 * cannot, `elsewhere` that it looks after that itself, for other processes.
 */
async function perform(check, context) {
  const { run, leftToNode, elsewhere } = typeof check === 'function' ? { run: check } : check
  const before = { jobs: counter?.jobs(), writes: nodeWrites() }
  await run(context)
  if (!counter || elsewhere) return
  const jobs = counter.jobs() - before.jobs
  const writes = nodeWrites() - before.writes
  if (leftToNode) {
    assert.ok(writes > 0, `jobs served it, but are said not to for ${leftToNode}`)
    return
  }
  assert.ok(jobs > 0, 'no jobs served it')
  assert.equal(writes, 0, `${writes} writes went to Node's own engine`)
}

const { default: checks, skip } = await import(`./scenarios/${scenario}.mjs`)
if (skip) {
  console.log(`SKIPPED: ${skip}`)
  process.exit()
}
for (const [title, check] of Object.entries(checks)) {
  const folder = mkdtempSync(join(tmpdir(), 'nxzlib-packages-'))
  try {
    await Promise.race([perform(check, { folder, way }), tooLate()])
    console.log(`ok ${title} (${label})`)
  } catch (error) {
    console.log(`not ok ${title} (${label}): ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}`)
    process.exitCode = 1
  } finally {
    // A browser may still be leaving.
    rmSync(folder, { recursive: true, maxRetries: 10 })
  }
}
// Also where a check left something open.
process.exit()
