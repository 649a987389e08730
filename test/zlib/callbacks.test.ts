// SPDX-License-Identifier: MIT
/** How the convenience functions call back, and the limit that holds where none is given. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import zlib from 'node:zlib'

import { zeros } from '../support/data.js'
import { DECOMPRESS_NAMES, nodes, ours, type AnyAsync, type DecompressName } from './formats.js'

const LIBRARY = join(__dirname, '../../lib/index.js')

/** What a callback was called with. */
interface CalledBack {
  readonly values: readonly unknown[]
  readonly stream: unknown
}

function calledBack(call: AnyAsync, ...values: unknown[]): Promise<CalledBack> {
  return new Promise((resolve) => {
    call(...values, function (this: unknown, ...outcome: unknown[]) {
      resolve({ values: outcome, stream: this })
    })
  })
}

/** What a program prints that must not fail. */
function outputOf(program: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout
}

const isError = (value: unknown) => value instanceof Error

describe('callbacks', () => {
  const plain = zeros(100_000)
  const damaged = Buffer.from('this is not what any compressor makes')

  for (const name of DECOMPRESS_NAMES) {
    const errors: Readonly<Record<string, readonly [Uint8Array, zlib.ZlibOptions]>> = {
      'data that are damaged': [damaged, {}],
      'output that is too large': [packedFor(name, plain), { maxOutputLength: 10 }],
    }
    for (const [what, call] of Object.entries(errors)) {
      it(`${name}: are given nothing but the error, and the stream as this, for ${what}`, async () => {
        const expected = await calledBack(nodes(name).async, ...call)
        assert.deepEqual(expected.values.map(isError), [true])
        const actual = await calledBack(ours(name).async, ...call)
        assert.deepEqual(actual.values.map(isError), [true])
        assert.equal(actual.stream?.constructor, expected.stream?.constructor)
      })
    }

    it(`${name}: are given null and the result`, async () => {
      const { values } = await calledBack(ours(name).async, packedFor(name, plain))
      assert.equal(values.length, 2)
      assert.equal(values[0], null)
      assert.deepEqual(values[1], Buffer.from(plain))
    })
  }

  it('are given the stream as this with info: true', async () => {
    const { stream } = await calledBack(ours('gunzip').async, packedFor('gunzip', plain), { info: true })
    assert(stream instanceof zlib.Gunzip)
  })
})

describe('when callbacks are called', () => {
  /** Prints what happens in its order: the data are few, so that they may be served at once. */
  const ordered = (library: string) => `
    const zlib = require(${JSON.stringify(library)})
    const packed = require('node:zlib').gzipSync('text')
    for (const [name, data] of [['gunzip', packed], ['gzip', 'text']]) {
      zlib[name](data, () => console.log(name, 'callback'))
      process.nextTick(() => console.log(name, 'tick'))
      Promise.resolve().then(() => process.nextTick(() => console.log(name, 'tick behind a promise')))
    }
    console.log('end of the program')
  `

  /** Test frameworks replace timers by such as never fire, and some have none. */
  const WITHOUT_TIMERS = `
    for (const name of ['setImmediate', 'setTimeout', 'setInterval', 'performance'])
      Object.defineProperty(globalThis, name, { value: undefined, configurable: true })
    process.nextTick = () => undefined
    require('node:timers').setImmediate = () => undefined
  `

  it('it is behind what was to be done in the same turn', () => {
    const lines = outputOf(ordered(LIBRARY)).trim().split('\n')
    assert.deepEqual(lines.slice(0, 5), outputOf(ordered('node:zlib')).trim().split('\n').slice(0, 5))
    assert.deepEqual(lines.slice(5).sort(), ['gunzip callback', 'gzip callback'])
  })

  for (const [what, bytes] of [
    ['few', 10],
    ['many', 3_000_000],
  ] as const) {
    it(`it is although timers were replaced, for ${what} data`, () => {
      const program = `
        const zlib = require(${JSON.stringify(LIBRARY)})
        const plain = Buffer.alloc(${bytes}, 'text')
        ${WITHOUT_TIMERS}
        zlib.gzip(plain, (error, packed) => {
          zlib.gunzip(packed, (error, restored) => console.log(restored.equals(plain)))
        })
      `
      assert.equal(outputOf(program), 'true\n')
    })
  }
})

describe('output longer than a buffer can be', () => {
  /** Prints the codes of the errors where a buffer has 1000 bytes at most when the library is loaded. */
  const program = `
    const buffer = require('node:buffer')
    const { kMaxLength } = buffer
    buffer.kMaxLength = 1000
    const zlib = require(${JSON.stringify(LIBRARY)})
    buffer.kMaxLength = kMaxLength
    const packed = zlib.deflateRawSync(Buffer.alloc(100_000))
    try {
      zlib.inflateRawSync(packed)
    } catch (error) {
      console.log(error.code)
    }
    zlib.inflateRaw(packed, (error) => console.log(error.code))
    zlib.inflateRawSync(packed, { maxOutputLength: 100_000 })
  `

  it('is refused as output above maxOutputLength is', () => {
    assert.equal(outputOf(program), 'ERR_BUFFER_TOO_LARGE\nERR_BUFFER_TOO_LARGE\n')
  })
})

function packedFor(name: DecompressName, data: Uint8Array): Buffer {
  if (name === 'inflate') return zlib.deflateSync(data)
  return name === 'inflateRaw' ? zlib.deflateRawSync(data) : zlib.gzipSync(data)
}
