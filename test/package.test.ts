// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import zlib from 'node:zlib'

import * as nx from '../lib/nx.js'

/** The repository: this file is compiled into a folder beside lib/, one below the root. */
const ROOT = resolve(__dirname, '../..')

const API_NAMES = ['deflate', 'deflateRaw', 'gunzip', 'gzip', 'inflate', 'inflateRaw', 'unzip'].flatMap(
  (name) => [name, `${name}Sync`],
)

/** What nxzlib exports besides. */
const OWN_NAMES = [
  'configuration',
  'configure',
  'install',
  'record',
  'resetStats',
  'stats',
  'status',
  'uninstall',
] as const

/** The package as others see it, by its name, and the build that is under test, by its files. */
const PLACES = {
  'the package by its name': { main: 'nxzlib', nx: 'nxzlib/nx' },
  'the files of this build': {
    main: pathToFileURL(resolve(__dirname, '../lib/index.js')).href,
    nx: pathToFileURL(resolve(__dirname, '../lib/nx.js')).href,
  },
} as const

function run(kind: 'module' | 'commonjs', program: string): string {
  const options = [`--input-type=${kind}`, '--no-warnings', '-e', program]
  return execFileSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()
}

const ROUND_TRIP = (zlib: string) =>
  `console.log(${zlib}.gunzipSync(${zlib}.gzipSync('restored')).toString())`

const api = createRequire(__filename)('../lib/index.js') as object

describe('the package', () => {
  for (const [title, { main, nx: nxModule }] of Object.entries(PLACES)) {
    describe(title, () => {
      it('import { name }: every name can be seen without running the module', () => {
        const names = `import { ${API_NAMES.join(', ')} } from '${main}'; console.log(typeof unzipSync);`
        assert.equal(
          run('module', `${names} ${ROUND_TRIP('({ gzipSync, gunzipSync })')}`),
          'function\nrestored',
        )
      })

      it('import default', () => {
        assert.equal(run('module', `import zlib from '${main}'; ${ROUND_TRIP('zlib')}`), 'restored')
      })

      it('import * as', () => {
        assert.equal(run('module', `import * as zlib from '${main}'; ${ROUND_TRIP('zlib')}`), 'restored')
      })

      it('import()', () => {
        assert.equal(run('module', `const zlib = await import('${main}'); ${ROUND_TRIP('zlib')}`), 'restored')
      })

      it('nx: import { name }, default, and *', () => {
        const program = `
          import device, { openDevice, CC, FC, CRB, describe, NxError } from '${nxModule}'
          import * as all from '${nxModule}'
          const window = openDevice({ engine: 'model' }).openWindow()
          const result = window.runSync({ fc: FC.WRAP, source: Buffer.from('abc'), target: new Uint8Array(3) })
          await window.close()
          console.log(result.csb.cc === CC.OK, device.openDevice === openDevice, all.NxError === NxError, typeof describe)`
        assert.equal(run('module', program), 'true true true function')
      })
    })
  }

  it('require', () => {
    assert.equal(run('commonjs', `const zlib = require('nxzlib'); ${ROUND_TRIP('zlib')}`), 'restored')
    const program = `const { openDevice } = require('nxzlib/nx'); console.log(openDevice().engine)`
    assert.match(run('commonjs', program), /^(hardware|native|model)$/)
  })

  it('package.json can be required; what is not exported cannot', () => {
    assert.equal(run('commonjs', `console.log(require('nxzlib/package.json').name)`), 'nxzlib')
    assert.throws(
      () => run('commonjs', `require('nxzlib/dist/lib/errors.js')`),
      /ERR_PACKAGE_PATH_NOT_EXPORTED/,
    )
  })

  it('shows exactly what node:zlib exports, with its attributes, names and lengths', () => {
    const shape = (library: object) =>
      Object.fromEntries(
        Object.entries(Object.getOwnPropertyDescriptors(library)).map(([name, { value, ...rest }]) => {
          const { name: called, length } = Object(value) as { name?: unknown; length?: unknown }
          return [name, { ...rest, type: typeof value, called, length }]
        }),
      )
    const ours = shape(api)
    for (const name of OWN_NAMES) Reflect.deleteProperty(ours, name)
    assert.deepEqual(ours, shape(zlib))
    assert.deepEqual(Object.keys(api), Object.keys(zlib))
  })

  it('has its own functions besides, which do not show', () => {
    const program = `import { ${OWN_NAMES.join(', ')} } from 'nxzlib'
      console.log([${OWN_NAMES.join(', ')}].every((own) => typeof own === 'function'))`
    assert.equal(run('module', program), 'true')
  })

  it('names of node:zlib can all be imported', () => {
    const program = `import * as ours from 'nxzlib'; import * as node from 'node:zlib'
      console.log(Object.keys(node).filter((name) => !(name in ours)).join())`
    assert.equal(run('module', program), '')
  })

  it('nx exports what the design names', () => {
    for (const name of ['openDevice', 'crb', 'describe', 'CRB', 'CSB', 'CPB', 'DDE', 'FC', 'CC'] as const) {
      assert(name in nx, name)
    }
  })

  it('loading it opens no device and keeps no process alive', () => {
    assert.equal(run('commonjs', `require('nxzlib'); require('nxzlib/nx'); console.log('loaded')`), 'loaded')
  })

  it('a process ends by itself after calls of every form', () => {
    const program = `
      const zlib = require('nxzlib')
      zlib.gzip('data', (error, result) => zlib.gunzip(result, (error, plain) => console.log(plain.toString())))
      zlib.gzipSync('data')`
    assert.equal(run('commonjs', program), 'data')
  })
})
