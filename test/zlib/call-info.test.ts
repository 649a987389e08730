// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import type { ResultWithInfo } from '../../lib/index.js'
import { textLike } from '../support/data.js'

const SEED = 91
const data = Buffer.from(textLike(SEED, 300_000))

/** Each function with the input for it. */
const FUNCTIONS = {
  gzip: data,
  deflate: data,
  deflateRaw: data,
  gunzip: zlib.gzipSync(data),
  inflate: zlib.deflateSync(data),
  inflateRaw: zlib.deflateRawSync(data),
  unzip: zlib.gzipSync(data),
} as const

type Options = zlib.ZlibOptions & { info: true }
type Blocking = (input: Uint8Array, options: Options) => ResultWithInfo
type WithCallback = (input: Uint8Array, options: Options) => Promise<ResultWithInfo>

const engine = process.env.NXZLIB_ENGINE ?? 'auto'
const info: Options = { info: true }

/** A function of a library in both of its forms, with one type. */
function formsOf(library: typeof zlib, name: keyof typeof FUNCTIONS): Record<string, WithCallback> {
  const blocking = Reflect.get(library, `${name}Sync`) as unknown as Blocking
  return {
    [`${name}Sync`]: (input, options) => Promise.resolve().then(() => blocking(input, options)),
    [name]: promisify(Reflect.get(library, name)) as unknown as WithCallback,
  }
}

describe(`info: true (seed ${SEED})`, () => {
  for (const [name, input] of Object.entries(FUNCTIONS) as [keyof typeof FUNCTIONS, Buffer][]) {
    const theirs = formsOf(zlib, name)
    for (const [form, call] of Object.entries(formsOf(nxzlib as unknown as typeof zlib, name))) {
      it(`${form} gives node:zlib's buffer and engine, and what it took`, async () => {
        const ours = await call(input, info)
        const { engine: expected, buffer } = await theirs[form](input, info)
        const plain = (bytes: Buffer) => {
          if (input !== data) return bytes
          return name === 'deflateRaw' ? zlib.inflateRawSync(bytes) : zlib.unzipSync(bytes)
        }
        assert.ok(plain(ours.buffer).equals(plain(buffer)))
        assert.equal(ours.engine.constructor.name, expected.constructor.name)
        assert.ok(ours.engine instanceof expected.constructor)
        assert.equal(Reflect.get(ours.engine, 'bytesWritten'), Reflect.get(expected, 'bytesWritten'))
        assert.deepEqual(Object.keys(ours), [
          'buffer',
          'engine',
          'device',
          'reason',
          'jobs',
          'faults',
          'retries',
          'verifiedBlocks',
          'verifyMs',
        ])
        if (engine !== 'auto') assert.equal(ours.device, engine)
        assert.ok(ours.jobs > 0)
        // 'auto' may have had to pass hardware over.
        const reason = engine === 'auto' && ours.device !== 'hardware' ? /^hardware: / : /^undefined$/
        assert.match(String(ours.reason), reason)
        assert.deepEqual([ours.faults, ours.retries], [0, 0])
      })

      for (const [what, options] of Object.entries({
        'an option that is not valid': { level: 77, windowBits: 3, info: true },
        'output that is too large': { maxOutputLength: 100, info: true },
      } as const)) {
        it(`${form} refuses ${what} as node:zlib does`, async () => {
          const errorOf = (work: Promise<unknown>) =>
            work.then(
              () => assert.fail('it succeeded'),
              (error: unknown) => {
                const { code, message } = error as NodeJS.ErrnoException
                return { code, message }
              },
            )
          const expected = await errorOf(theirs[form](input, options))
          assert.deepEqual(await errorOf(call(input, options)), expected)
        })
      }
    }
  }

  it('gives the error of damaged data as node:zlib does', async () => {
    const damaged = zlib.gzipSync(data).fill(0xff, 200, 300)
    for (const [form, call] of Object.entries(formsOf(nxzlib as unknown as typeof zlib, 'gunzip'))) {
      await assert.rejects(call(damaged, info), { code: 'Z_DATA_ERROR' }, form)
    }
  })

  it('says why Node served a call', () => {
    nxzlib.configure({ threshold: 1000 })
    try {
      const result = nxzlib.gzipSync(data.subarray(0, 100), info) as unknown as ResultWithInfo
      assert.deepEqual([result.device, result.reason, result.jobs], ['node', 'threshold', 0])
    } finally {
      nxzlib.configure({ threshold: 0 })
    }
  })
})
