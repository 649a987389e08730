// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Report } from '../../../lib/cli/doctor/report.js'
import { nxgzip as runProgram } from '../run-cli.js'

const PROGRAM = join(__dirname, '../../../lib/cli/nxzlib.js')

async function doctor(args: string[], env: Record<string, string> = {}) {
  const options = { env: { NXZLIB_ENGINE: 'auto', ...env } }
  const { status, stdout, stderr } = await runProgram(['doctor', ...args], options, PROGRAM)
  return { status, stdout: stdout.toString(), stderr }
}

async function reportOf(env: Record<string, string> = {}) {
  const { status, stdout } = await doctor(['--json'], env)
  return { status, report: JSON.parse(stdout) as Report }
}

/** All keys, in the order of the object; of lists, those of the first item. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(keysOf)
  if (typeof value !== 'object' || value === null) return true
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]))
}

describe('nxzlib doctor', () => {
  it('prints one screen, and succeeds where the device that auto takes works', async () => {
    const { status, stdout, stderr } = await doctor([])
    assert.deepEqual([status, stderr], [0, ''])
    const takes = /^auto takes {3}(hardware|native|model): the first of hardware, native, model that opens$/m
    assert.match(stdout, takes)
    assert.match(stdout, /^model {8}software NX in TypeScript( +\d+\.\d{3} ms){2}$/m)
  })

  it('prints the same as JSON, every key of it on every machine', async () => {
    const { status, report } = await reportOf()
    assert.equal(status, 0)
    const { platform, devices, accelerator, ...rest } = report
    assert.deepEqual(Object.keys(accelerator), ['used', 'reason', 'advice'])
    assert.deepEqual(keysOf(rest), {
      nxzlib: true,
      auto: { engine: true, reason: true, environment: true },
      processor: { model: true, isa: true, copyPaste: true, emulated: true },
      kernel: { type: true, release: true, machine: true },
      node: { version: true, arch: true },
      deviceFile: { path: true, exists: true, mode: true, owner: true, usable: true, error: true },
      addon: { loaded: true, file: true, reason: true },
    })
    const platformKeys = ['kind', 'chips', 'credits', 'jobLimit', 'minCompress', 'minDecompress']
    assert.deepEqual(Object.keys(platform), platformKeys)
    assert.deepEqual(
      devices.map(({ engine }) => engine),
      ['hardware', 'native', 'model'],
    )
    assert.deepEqual(keysOf(devices[2]), {
      engine: true,
      available: true,
      reason: true,
      refusal: true,
      test: { passed: true, error: true, roundTrips: [{ bytes: true, milliseconds: true }] },
    })
    const packageFile = join(__dirname, '../../../../package.json')
    const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
    assert.equal(report.nxzlib, version)
    assert.equal(report.node.version, process.version)
  })

  it('names in auto the first device that is available', async () => {
    const { auto, devices } = (await reportOf()).report
    assert.equal(auto.engine, devices.find(({ available }) => available)?.engine)
  })

  it('respects NXZLIB_ENGINE and shows it', async () => {
    const { status, report } = await reportOf({ NXZLIB_ENGINE: 'model' })
    const auto = { engine: 'model', reason: 'NXZLIB_ENGINE asks for it', environment: 'model' }
    assert.deepEqual([status, report.auto], [0, auto])
  })

  it('fails where NXZLIB_ENGINE names hardware that does not open, and says why', async function () {
    const { status, report } = await reportOf({ NXZLIB_ENGINE: 'hardware' })
    const [hardware] = report.devices
    if (hardware.available) this.skip()
    assert.deepEqual([status, report.auto.engine], [1, null])
    assert.equal(report.auto.reason, hardware.reason)
    assert.equal(report.accelerator.reason, hardware.reason)
  })

  it('fails where NXZLIB_ENGINE is no engine, and still tells of the machine', async () => {
    const { status, stdout } = await doctor([], { NXZLIB_ENGINE: 'quantum' })
    assert.equal(status, 1)
    assert.match(stdout, /^auto takes {3}nothing: .*NXZLIB_ENGINE must be/m)
    assert.match(stdout, /^model .* ms$/m)
  })

  it('works without the addon, and says what is wrong with it', async () => {
    const { status, report } = await reportOf({ NXZLIB_ADDON: join(__dirname, 'reports.js') })
    assert.deepEqual([status, report.auto.engine, report.addon.loaded], [0, 'model', false])
    assert.match(report.addon.reason ?? '', /reports\.js: it is not of this version of nxzlib$/)
    assert.equal(report.devices[1].available, false)
    assert.equal(report.accelerator.used, false)
  })

  it('prints its help', async () => {
    for (const option of ['--help', '-h']) {
      const { status, stdout } = await doctor([option])
      assert.equal(status, 0)
      assert.match(stdout, /^Usage: nxzlib doctor \[--json\] \[--require ENGINE\]\n[^]*--json/)
    }
  })

  it('succeeds where the device that is required is the one that is taken', async () => {
    const { status, stderr } = await doctor(['--require', 'model'], { NXZLIB_ENGINE: 'model' })
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('fails where another device is taken than the one that is required, and says why', async () => {
    const { status, stdout, stderr } = await doctor(['--require=native'], { NXZLIB_ENGINE: 'model' })
    assert.equal(status, 1)
    assert.match(stdout, /^auto takes {3}model: NXZLIB_ENGINE asks for it$/m)
    const why = 'auto takes model: NXZLIB_ENGINE asks for it'
    assert.equal(stderr, `nxzlib doctor: native is required, but ${why}\n`)
  })

  it('fails where hardware is required and does not open', async function () {
    const { status, stderr } = await doctor(['--json', '--require', 'hardware'])
    if (status === 0) this.skip()
    assert.match(stderr, /^nxzlib doctor: hardware is required, but auto takes (native|model): .+\n$/)
  })

  for (const argument of [
    '--require',
    '--require=quantum',
    '--require=auto',
    '--nothing',
    'file',
    '--json=yes',
  ]) {
    it(`answers '${argument}' with the usage on standard error`, async () => {
      const { status, stdout, stderr } = await doctor([argument])
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, /^nxzlib doctor: .+\nUsage: nxzlib doctor/)
    })
  }

  it('is in the help of nxzlib', async () => {
    const { stdout } = await runProgram(['--help'], {}, PROGRAM)
    assert.match(stdout.toString(), /^ {2}doctor {5}tell whether/m)
  })
})
