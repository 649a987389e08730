// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

import { configuration, configure, devicesFor, SETTINGS, type Configuration } from '../lib/configuration.js'
import { NxUsageError } from '../lib/errors.js'

const FILE = resolve(__dirname, '../lib/configuration.js')

/** The configuration of a process with this environment, or the message of its error. */
function inEnvironment(environment: Record<string, string>): Configuration | string {
  const program = `const { configuration } = require(process.argv[1])
    let outcome
    try { outcome = configuration() } catch (error) { outcome = error.code + ' ' + error.message }
    console.log(JSON.stringify(outcome))`
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('NXZLIB_') && name !== 'SOURCE_DATE_EPOCH',
  )
  const env = { ...Object.fromEntries(inherited), ...environment }
  const output = execFileSync(process.execPath, ['-e', program, FILE], { env, encoding: 'utf8' })
  return JSON.parse(output) as Configuration | string
}

const DEFAULTS: Configuration = {
  engine: 'auto',
  compress: 'auto',
  decompress: 'auto',
  threshold: 'auto',
  timeout: 60000,
  pasteTimeout: 1000,
  mostDelay: 50,
  reproducible: false,
  verify: false,
  inject: '',
}

const invalid = (message: RegExp) => (error: unknown) =>
  error instanceof NxUsageError && error.code === 'ERR_NX_INVALID_ARGUMENT' && message.test(error.message)

/** Takes back whatever a test configured. */
function takeBack(): void {
  configure(Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, undefined])))
}

describe('the configuration', () => {
  afterEach(takeBack)

  it('has defaults', () => {
    assert.deepEqual(inEnvironment({}), DEFAULTS)
  })

  it('is read from the environment', () => {
    const environment = {
      NXZLIB_ENGINE: 'native',
      NXZLIB_COMPRESS: 'model',
      NXZLIB_DECOMPRESS: 'node',
      NXZLIB_THRESHOLD: '4096',
      NXZLIB_TIMEOUT: '5000',
      NXZLIB_PASTE_TIMEOUT: '2.5',
      NXZLIB_MOST_DELAY: '70',
      NXZLIB_REPRODUCIBLE: 'true',
      NXZLIB_VERIFY: '1',
      NXZLIB_INJECT: 'busy=0.5 seed=3',
    }
    assert.deepEqual(inEnvironment(environment), {
      engine: 'native',
      compress: 'model',
      decompress: 'node',
      threshold: 4096,
      timeout: 5000,
      pasteTimeout: 2.5,
      mostDelay: 70,
      reproducible: true,
      verify: true,
      inject: 'busy=0.5 seed=3',
    })
  })

  it('takes an empty variable for none', () => {
    assert.deepEqual(
      inEnvironment({ NXZLIB_ENGINE: '', NXZLIB_THRESHOLD: '', SOURCE_DATE_EPOCH: '' }),
      DEFAULTS,
    )
  })

  it('is reproducible with SOURCE_DATE_EPOCH, unless told otherwise', () => {
    const epoch = { SOURCE_DATE_EPOCH: '0' }
    assert.deepEqual(inEnvironment(epoch), { ...DEFAULTS, reproducible: true })
    assert.deepEqual(inEnvironment({ ...epoch, NXZLIB_REPRODUCIBLE: '0' }), DEFAULTS)
  })

  for (const [variable, value, expected] of [
    ['NXZLIB_ENGINE', 'gpu', 'NXZLIB_ENGINE must be auto, hardware, native, model, node; not gpu'],
    ['NXZLIB_DECOMPRESS', 'AUTO', 'NXZLIB_DECOMPRESS must be auto, hardware, native, model, node; not AUTO'],
    ['NXZLIB_THRESHOLD', '-1', 'NXZLIB_THRESHOLD must be auto, or a number of bytes; not -1'],
    ['NXZLIB_THRESHOLD', '1k', 'NXZLIB_THRESHOLD must be auto, or a number of bytes; not 1k'],
    ['NXZLIB_TIMEOUT', '0', 'NXZLIB_TIMEOUT must be a positive number of milliseconds; not 0'],
    [
      'NXZLIB_PASTE_TIMEOUT',
      'soon',
      'NXZLIB_PASTE_TIMEOUT must be a positive number of milliseconds; not soon',
    ],
    ['NXZLIB_REPRODUCIBLE', 'maybe', 'NXZLIB_REPRODUCIBLE must be true or false; not maybe'],
  ]) {
    it(`refuses ${variable}=${value}`, () => {
      assert.equal(
        inEnvironment({ [variable]: value }),
        `ERR_NX_INVALID_ARGUMENT An argument is not valid: ${expected}`,
      )
    })
  }

  it('changes by what the program says, option by option', () => {
    configure({ threshold: 100 })
    configure({ timeout: 5 })
    assert.deepEqual([configuration().threshold, configuration().timeout], [100, 5])
  })

  it('goes back with undefined', () => {
    const before = configuration()
    configure({ threshold: 100, engine: 'model' })
    assert.deepEqual(configure({ threshold: undefined, engine: undefined }), before)
  })

  it('lets both directions follow the engine unless they are chosen', () => {
    configure({ engine: 'model', decompress: 'node' })
    assert.deepEqual([configuration().compress, configuration().decompress], ['model', 'node'])
    configure({ engine: 'native' })
    assert.deepEqual([configuration().compress, configuration().decompress], ['native', 'node'])
  })

  for (const [changes, message] of [
    [{ engine: 'gpu' }, /engine must be auto, hardware, native, model, node; not gpu$/],
    [{ compress: null }, /compress must be .*; not null$/],
    [{ threshold: 1.5 }, /threshold must be auto, or a number of bytes; not 1.5$/],
    [{ timeout: '5' }, /timeout must be a positive number of milliseconds; not 5$/],
    [{ pasteTimeout: NaN }, /pasteTimeout must be a positive number of milliseconds; not NaN$/],
    [{ reproducible: 1 }, /reproducible must be true or false; not 1$/],
    [{ verify: 'yes' }, /verify must be true or false; not yes$/],
    [{ inject: 'broken=1' }, /inject must be entries such as .*; not broken=1$/],
    [{ speed: 9 }, /there is no option speed; there are engine, compress, /],
    [{ toString: 1 }, /there is no option toString/],
  ] as const) {
    it(`refuses ${JSON.stringify(changes)} and stays as it was`, () => {
      const before = configuration()
      assert.throws(() => configure({ threshold: 77, ...changes } as object), invalid(message))
      assert.equal(configuration(), before)
    })
  }
})

describe('the devices of a choice', () => {
  const devices = (settings: Partial<Configuration>) => [
    devicesFor('compress', { ...DEFAULTS, ...settings }),
    devicesFor('decompress', { ...DEFAULTS, ...settings }),
  ]
  const ALL = ['hardware', 'native', 'model']

  it('are all of them for auto, one for a name, none for node', () => {
    assert.deepEqual(devices({}), [ALL, ALL])
    assert.deepEqual(devices({ compress: 'native', decompress: 'node' }), [['native'], []])
  })

  it('compress without hardware when the output has to be reproducible, and may decompress with it', () => {
    assert.deepEqual(devices({ reproducible: true }), [['native', 'model'], ALL])
    assert.deepEqual(devices({ reproducible: true, compress: 'hardware', decompress: 'hardware' }), [
      ['native', 'model'],
      ['hardware'],
    ])
    assert.deepEqual(devices({ reproducible: true, compress: 'model' }), [['model'], ALL])
  })
})
