// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { Status } from '../../lib/nx.js'

const NX = resolve(__dirname, '../../lib/nx.js')

/** Runs an expression on `nx` in a process with this environment. */
function evaluate(expression: string, environment: Record<string, string>): unknown {
  const program = `const nx = require(process.argv[1]); console.log(JSON.stringify(${expression}))`
  const output = execFileSync(process.execPath, ['-e', program, NX], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  })
  return JSON.parse(output) as unknown
}

describe('NXZLIB_ENGINE', () => {
  it('chooses what opens when the program does not', () => {
    assert.equal(evaluate('nx.openDevice().engine', { NXZLIB_ENGINE: 'model' }), 'model')
  })

  it('does not come before what the program chooses', () => {
    assert.equal(
      evaluate("nx.openDevice({ engine: 'model' }).engine", { NXZLIB_ENGINE: 'hardware' }),
      'model',
    )
  })

  it('is what the status tells as the engine, if that is there', () => {
    assert.equal(evaluate('nx.status().engine', { NXZLIB_ENGINE: 'model' }), 'model')
    const absent = { NXZLIB_ENGINE: 'native', NXZLIB_ADDON: '/nowhere.node' }
    assert.equal(evaluate('String(nx.status().engine)', absent), 'undefined')
  })

  it('counts as not set when it is empty', () => {
    assert.equal(
      evaluate('nx.openDevice().engine', { NXZLIB_ENGINE: '', NXZLIB_ADDON: '/nowhere.node' }),
      'model',
    )
  })

  it('is refused when it names no engine', () => {
    const expression = '(() => { try { nx.openDevice() } catch (error) { return error } })()'
    const error = evaluate(`${expression}.message`, { NXZLIB_ENGINE: 'gpu' })
    assert.match(String(error), /NXZLIB_ENGINE must be auto, hardware, native, model, node; not gpu/)
  })
})

describe('an addon that cannot be used', () => {
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-addon-'))
    writeFileSync(join(folder, 'broken.node'), 'not a shared object')
    writeFileSync(join(folder, 'other.js'), 'module.exports = { hello: 1 }')
  })

  after(() => {
    rmSync(folder, { recursive: true })
  })

  for (const [title, file, reason] of [
    ['a missing one', 'missing.node', /missing\.node: /],
    ['a broken one', 'broken.node', /broken\.node: /],
    ['one of another version', 'other.js', /not of this version/],
  ] as const) {
    it(`is a reason in the status, and the model serves: ${title}`, () => {
      const environment = { NXZLIB_ADDON: join(folder, file) }
      const { engine, addon, devices } = evaluate('nx.status()', environment) as Status
      assert.equal(engine, 'model')
      assert.equal(addon.loaded, false)
      assert.match(addon.reason ?? '', reason)
      assert.deepEqual(
        devices.map(({ available }) => available),
        [false, false, true],
      )
      assert.match(devices[1].reason ?? '', reason)
      const round = `(() => { const z = require(process.argv[1].replace('nx.js', 'index.js'));
        return z.gunzipSync(z.gzipSync('right')).toString() })()`
      assert.equal(evaluate(round, environment), 'right')
    })
  }
})
