// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { promisify } from 'node:util'

import { gzip, gzipSync } from '../../lib/index.js'
import { jsonLike, textLike } from '../support/data.js'
import { COMPRESS_NAMES, DECOMPRESS_NAMES, FORMATS, LEVELS, nodes, ours } from './formats.js'
import { assertSameBytes, assertSameOutcome, callbackOutcome, outcome } from './outcome.js'
import { servedBy } from './served-by.js'

const TEXT = textLike(31, 4800)

/** The same bytes in every form that node:zlib takes, each somewhere inside of its memory. */
const FORMS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  Buffer: (bytes) => Buffer.from(bytes),
  ArrayBuffer: (bytes) => Uint8Array.from(bytes).buffer,
  ...Object.fromEntries(
    [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ].map((Type) => [
      Type.name,
      (bytes: Uint8Array) => {
        const memory = new Uint8Array(16 + bytes.length)
        memory.set(bytes, 8)
        return new Type(memory.buffer, 8, bytes.length / Type.BYTES_PER_ELEMENT)
      },
    ]),
  ),
  DataView: (bytes) => {
    const memory = new Uint8Array(7 + bytes.length)
    memory.set(bytes, 3)
    return new DataView(memory.buffer, 3, bytes.length)
  },
}

describe('forms of input', () => {
  for (const [name, make] of Object.entries(FORMS)) {
    for (const { format, compress, decompress } of FORMATS) {
      it(`${compress}Sync takes a ${name}`, () => {
        const { result, nodeStreams } = servedBy(() => ours(compress).sync(make(TEXT)))
        assert.equal(nodeStreams, 0)
        assertSameBytes(nodes(decompress).sync(result), TEXT)
      })

      it(`${decompress}Sync takes a ${name}`, () => {
        // The length must be one that every element size divides; what follows a zlib or raw stream is ignored.
        const stream = nodes(compress).sync(TEXT)
        const padded = Buffer.concat([stream, new Uint8Array(8 - (stream.length % 8))])
        const { result, nodeStreams } = servedBy(() => ours(decompress).sync(make(padded)))
        assert.equal(nodeStreams, 0, format)
        assertSameBytes(result, TEXT)
      })
    }
  }

  it('a string is compressed as UTF-8', () => {
    const text = 'Grüße, 世界 '.repeat(50)
    for (const { compress, decompress } of FORMATS) {
      assert.equal(nodes(decompress).sync(ours(compress).sync(text)).toString(), text)
    }
  })

  it('an empty view of any form is empty data', () => {
    for (const [name, make] of Object.entries(FORMS)) {
      assertSameBytes(gzipSync(make(new Uint8Array(0)) as Uint8Array), gzipSync(''), name)
    }
  })

  for (const [name, value] of Object.entries({
    number: 1,
    null: null,
    undefined,
    object: {},
    array: [1, 2],
    function: () => 0,
    SharedArrayBuffer: new SharedArrayBuffer(2),
    'view of a SharedArrayBuffer': new Uint8Array(new SharedArrayBuffer(2)),
  })) {
    it(`${name}: same result or error as node:zlib, sync and with a callback`, async () => {
      for (const function_ of [...COMPRESS_NAMES, ...DECOMPRESS_NAMES]) {
        assertSameOutcome(
          outcome(() => ours(function_).sync(value)),
          outcome(() => nodes(function_).sync(value)),
          `${function_}Sync`,
        )
        const [actual, expected] = await Promise.all(
          [ours, nodes].map((library) =>
            callbackOutcome((callback) => {
              library(function_).async(value, callback)
            }),
          ),
        )
        assertSameOutcome(actual, expected, function_)
      }
    })
  }
})

describe('forms of call', () => {
  for (const { compress, decompress } of FORMATS) {
    it(`${compress} with a callback gives what ${compress}Sync gives, at every level`, async () => {
      for (const level of LEVELS) {
        const actual = await callbackOutcome((callback) => {
          ours(compress).async(TEXT, { level }, callback)
        })
        assertSameOutcome(actual, { result: ours(compress).sync(TEXT, { level }) }, `level ${level}`)
      }
    })

    it(`${decompress} with a callback restores`, async () => {
      const actual = await callbackOutcome((callback) => {
        ours(decompress).async(nodes(compress).sync(TEXT), callback)
      })
      assertSameOutcome(actual, { result: Buffer.from(TEXT) })
    })

    it(`${decompress} with a callback restores data of many jobs`, async () => {
      const data = jsonLike(32, 5_000_000)
      const stream = nodes(compress).sync(data, { level: 1 })
      assertSameOutcome(
        await callbackOutcome((callback) => {
          ours(decompress).async(stream, callback)
        }),
        { result: data },
      )
    })
  }

  for (const [name, spread] of Object.entries({
    '(data, callback)': (callback: unknown) => [callback],
    '(data, {}, callback)': (callback: unknown) => [{}, callback],
    '(data, undefined, callback)': (callback: unknown) => [undefined, callback],
    '(data, null, callback)': (callback: unknown) => [null, callback],
    '(data, callback, something)': (callback: unknown) => [callback, () => assert.fail('the wrong callback')],
    '(data, callback, undefined)': (callback: unknown) => [callback, undefined],
    '(data, callback, null)': (callback: unknown) => [callback, null],
  })) {
    it(`gzip${name} calls back once with null and a Buffer`, async () => {
      const [error, result] = await new Promise<unknown[]>((resolve) => {
        ours('gzip').async(
          TEXT,
          ...spread((...values: unknown[]) => {
            resolve(values)
          }),
        )
      })
      assert.equal(error, null)
      assert(Buffer.isBuffer(result))
      assertSameBytes(nodes('gunzip').sync(result), TEXT)
    })
  }

  for (const values of [[], [undefined], [{}], [{}, 'callback'], [null, {}]]) {
    it(`without a callback it throws what node:zlib throws: ${JSON.stringify(values)}`, () => {
      for (const name of [...COMPRESS_NAMES, ...DECOMPRESS_NAMES]) {
        assertSameOutcome(
          outcome(() => {
            ours(name).async(TEXT, ...values)
          }),
          outcome(() => {
            nodes(name).async(TEXT, ...values)
          }),
          name,
        )
      }
    })
  }

  it('the callback comes after the call has returned', async () => {
    let returned = false
    const early = new Promise<boolean>((resolve) => {
      gzip('', () => {
        resolve(!returned)
      })
    })
    returned = true
    assert.equal(await early, false)
  })

  it('can be promisified', async () => {
    const gzipLater = promisify<Uint8Array, Buffer>(gzip)
    assertSameBytes(await gzipLater(TEXT), gzipSync(TEXT))
  })

  it('many calls at a time do not disturb one another', async () => {
    const inputs = Array.from({ length: 40 }, (_, index) => textLike(index, 1 + index * 9000))
    const results = await Promise.all(
      inputs.map((input, index) =>
        callbackOutcome((callback) => {
          ours(COMPRESS_NAMES[index % 3]).async(input, { level: index % 10 }, callback)
        }),
      ),
    )
    results.forEach((result, index) => {
      assert('result' in result)
      assertSameBytes(
        nodes(FORMATS[index % 3].decompress).sync(result.result),
        inputs[index],
        `input ${index}`,
      )
    })
  })

  it('a blocking call works while calls with callbacks are under way', async () => {
    const data = textLike(33, 1_000_000)
    const later = callbackOutcome((callback) => {
      ours('gzip').async(data, callback)
    })
    const at = await new Promise<Buffer>((resolve) =>
      setImmediate(() => {
        resolve(gzipSync(TEXT))
      }),
    )
    assertSameBytes(nodes('gunzip').sync(at), TEXT)
    const result = await later
    assert('result' in result)
    assertSameBytes(nodes('gunzip').sync(result.result), data)
  })

  it('a result is a Buffer that shares its memory with no other result', () => {
    for (const { compress, decompress } of FORMATS) {
      const stream = nodes(compress).sync(TEXT)
      for (const call of [() => ours(compress).sync(TEXT), () => ours(decompress).sync(stream)]) {
        const first = call()
        const expected = Buffer.from(first)
        const second = call()
        assert(Buffer.isBuffer(first))
        first.fill(0)
        assertSameBytes(second, expected)
      }
    }
  })
})
