// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, URL } from 'node:url'
import { promisify } from 'node:util'

import { text } from '../data.mjs'
import { node } from '../node-zlib.cjs'

const ROUND_TRIP = fileURLToPath(new URL('../programs/round-trip.cjs', import.meta.url))

/** Runs a program under NODE_OPTIONS, on nxzlib if the way is so. Returns its output and what its threads reported. */
async function run({ folder, way }, command, args) {
  const report = join(folder, 'report')
  const options = '--require nxzlib/register --require ./test/packages/report-jobs.cjs'
  const env = { ...process.env, NXZLIB_JOB_REPORT: report }
  if (way === 'register') env.NODE_OPTIONS = options
  const { stdout } = await promisify(execFile)(command, args, { env })
  const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : []
  const threads = lines.map((line) => JSON.parse(line))
  return { stdout, threads }
}

/** Each of at least so many threads ran jobs; on node:zlib, none. */
function assertServed(threads, way, atLeast) {
  if (way === 'node') return
  const busy = threads.filter((jobs) => jobs[process.env.NXZLIB_ENGINE] > 0)
  assert.ok(busy.length >= atLeast, `jobs by thread: ${JSON.stringify(threads)}`)
}

/** Runs npm, which packs and unpacks by tar and minizlib. */
const npm = (context, ...args) => run(context, 'npm', [...args, '--offline', '--no-audit', '--no-fund'])

export default {
  'NODE_OPTIONS: reaches a process and its worker': {
    elsewhere: true,
    run: async (context) => {
      const { stdout, threads } = await run(context, process.execPath, [ROUND_TRIP])
      assert.deepEqual(stdout.trim().split('\n').sort(), ['main restored', 'worker restored'])
      assertServed(threads, context.way, 2)
    },
  },
  'NODE_OPTIONS: reaches the children of a process': {
    elsewhere: true,
    run: async (context) => {
      const program = `require('node:child_process').fork(${JSON.stringify(ROUND_TRIP)})`
      const { stdout, threads } = await run(context, process.execPath, ['--eval', program])
      assert.deepEqual(stdout.trim().split('\n').sort(), ['main restored', 'worker restored'])
      assertServed(threads, context.way, 2)
    },
  },
  'npm: packs what node:zlib reads, and installs it': {
    elsewhere: true,
    run: async (context) => {
      const { folder, way } = context
      const source = join(folder, 'source')
      mkdirSync(source)
      writeFileSync(join(source, 'package.json'), '{ "name": "packed", "version": "1.0.0" }')
      writeFileSync(join(source, 'large.txt'), text(500_000))
      const packed = await npm(context, 'pack', source, '--pack-destination', folder)
      assertServed(packed.threads, way, 1)
      const archive = join(folder, 'packed-1.0.0.tgz')
      assert.ok(node.gunzipSync(readFileSync(archive)).includes(text(500_000)))

      const project = join(folder, 'project')
      mkdirSync(project)
      const installed = await npm(context, 'install', '--prefix', project, archive)
      assertServed(installed.threads, way, 1)
      assert.equal(readFileSync(join(project, 'node_modules/packed/large.txt'), 'utf8'), text(500_000))
    },
  },
}
