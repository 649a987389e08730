// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { InflateEngine, type InflateRequest } from '../../../lib/model/nx/inflate.js'
import { DirectTarget } from '../../../lib/model/nx/target.js'
import { fibonacciWeighted, oneByte, randomBytes, samples, textLike } from '../../support/data.js'
import {
  codesOf,
  field,
  fromBits,
  lengthsOf,
  plainDht,
  request,
  run,
  storedBlock,
} from '../../support/inflate.js'

const engine = new InflateEngine()
const { constants } = zlib

const SAMPLES = samples(70_000)

/** Decompresses a whole stream into just as many bytes as it makes, and expects all of them. */
function expectPlain(
  stream: Uint8Array,
  plain: Uint8Array,
  message: string,
  given: Partial<InflateRequest> = {},
): void {
  const result = run(engine, request({ source: stream, ...given }), plain.length)
  assert.deepEqual(
    [result.cc, result.partial, result.tpbc, result.spbc],
    [0, false, plain.length, stream.length],
    message,
  )
  assert.ok(result.subc < 8, message)
  assert.equal(Buffer.compare(result.output, plain), 0, message)
}

describe('InflateEngine', function () {
  this.timeout(60_000)

  for (const [name, plain] of Object.entries(SAMPLES)) {
    it(`decompresses ${name} of every zlib level, strategy, window and memory size`, () => {
      for (let level = 0; level <= 9; level++) {
        expectPlain(zlib.deflateRawSync(plain, { level }), plain, `level ${level}`)
      }
      for (const strategy of [
        constants.Z_FILTERED,
        constants.Z_HUFFMAN_ONLY,
        constants.Z_RLE,
        constants.Z_FIXED,
      ]) {
        expectPlain(zlib.deflateRawSync(plain, { strategy }), plain, `strategy ${strategy}`)
      }
      for (let windowBits = 9; windowBits <= 15; windowBits++) {
        expectPlain(zlib.deflateRawSync(plain, { windowBits }), plain, `windowBits ${windowBits}`)
      }
      for (const memLevel of [1, 9]) {
        expectPlain(zlib.deflateRawSync(plain, { memLevel }), plain, `memLevel ${memLevel}`)
      }
    })
  }

  it('decompresses every short length', () => {
    for (let length = 0; length <= 600; length++) {
      for (const name of ['text', 'one byte']) {
        const plain = SAMPLES[name].subarray(length, length * 2)
        expectPlain(zlib.deflateRawSync(plain), plain, `${length} bytes of ${name}`)
      }
    }
  })

  for (const flush of ['Z_SYNC_FLUSH', 'Z_FULL_FLUSH', 'Z_PARTIAL_FLUSH', 'Z_BLOCK'] as const) {
    it(`decompresses a stream with many a ${flush}`, async () => {
      const plain = SAMPLES.json.subarray(0, 20_000)
      const deflate = zlib.createDeflateRaw()
      const chunks: Buffer[] = []
      deflate.on('data', (chunk: Buffer) => chunks.push(chunk))
      for (let at = 0; at < plain.length; at += 700) {
        deflate.write(plain.subarray(at, at + 700))
        await new Promise<void>((resolve) => {
          deflate.flush(constants[flush], resolve)
        })
      }
      const ended = new Promise((resolve) => deflate.once('end', resolve))
      deflate.end()
      await ended
      expectPlain(Buffer.concat(chunks), plain, flush)
    })
  }

  it('is suspended between two blocks at the end of a flushed stream', () => {
    const plain = SAMPLES.json.subarray(0, 20_000)
    for (const finishFlush of [constants.Z_SYNC_FLUSH, constants.Z_FULL_FLUSH]) {
      const source = zlib.deflateRawSync(plain, { finishFlush })
      const result = run(engine, request({ source }), plain.length)
      assert.deepEqual(
        [result.cc, result.partial, result.tpbc, result.spbc],
        [3, true, plain.length, source.length],
      )
      assert.deepEqual([result.sfbt, result.subc], [0b1110, 0])
      assert.equal(Buffer.compare(result.output, plain), 0)
    }
  })

  it('takes Buffers, pooled memory and shared memory as it takes bare arrays', () => {
    const plain = textLike(6, 3000)
    const stream = zlib.deflateRawSync(plain)
    const shared = new Uint8Array(new SharedArrayBuffer(stream.length))
    shared.set(stream)
    for (const source of [stream, Buffer.from(stream), Uint8Array.from(stream), shared]) {
      const target = Buffer.alloc(plain.length)
      assert.equal(engine.run(request({ source }), new DirectTarget(target)).cc, 0)
      assert.equal(target.compare(plain), 0)
    }
  })

  it('works in turn with other engines in the middle of their blocks', () => {
    const plains = [SAMPLES.json, SAMPLES.text, SAMPLES.json.subarray(1000), SAMPLES.text.subarray(7)]
    const jobs = plains.map((plain, index) => {
      const source = zlib.deflateRawSync(plain, index === 1 ? { strategy: constants.Z_FIXED } : {})
      const target = new DirectTarget(new Uint8Array(plain.length))
      const one = { engine: new InflateEngine(), target, isDone: false }
      one.engine.begin(request({ source }), target)
      return one
    })
    let turns = 0
    for (; jobs.some(({ isDone }) => !isDone); turns++) {
      for (const job of jobs) job.isDone ||= job.engine.step()
    }
    assert.ok(turns > 2, `${turns} turns`)
    jobs.forEach(({ engine: { result }, target }, index) => {
      assert.deepEqual([result.cc, result.tpbc], [0, plains[index].length])
      assert.equal(Buffer.compare(target.bytes, plains[index]), 0, `engine ${index}`)
    })
  })

  it('reads matches out of the history, across its end, and out of both', () => {
    const history = textLike(7, 40_000)
    for (const used of [40_000, 32_768, 32_767, 5000, 16]) {
      const dictionary = history.subarray(history.length - used)
      const plain = Buffer.concat([
        dictionary.subarray(-100),
        textLike(7, 20_000),
        dictionary.subarray(0, 300),
      ])
      const stream = zlib.deflateRawSync(plain, { dictionary, level: 9 })
      expectPlain(stream, plain, `${used} bytes of history`, { history: dictionary })
    }
  })

  it('repeats a match over itself at every distance and length', () => {
    for (let distance = 1; distance <= 40; distance++) {
      const seed = randomBytes(distance, distance)
      const parts: Uint8Array[] = []
      for (let length = 3; length <= 258; length += distance % 7 === 0 ? 1 : 17) {
        parts.push(
          seed,
          Uint8Array.from({ length }, (_, index) => seed[index % distance]),
          randomBytes(length, 5),
        )
      }
      const plain = Buffer.concat(parts)
      expectPlain(zlib.deflateRawSync(plain, { level: 9 }), plain, `distance ${distance}`)
    }
  })

  it('decompresses blocks with one distance code and with none', () => {
    const ll = lengthsOf(286, { 97: 1, 256: 2, 257: 3, 285: 3 })
    const codes = codesOf(ll)
    const match = `${codes[97]}${codes[285]}0`
    const one = fromBits(`101${plainDht(ll, [1])}${match.repeat(40)}${codes[257]}0${codes[256]}`)
    expectPlain(one, oneByte(40 * 259 + 3), 'one')
    assert.deepEqual(Uint8Array.from(zlib.inflateRawSync(one)), oneByte(40 * 259 + 3))
    const none = fromBits(`101${plainDht(ll, [0])}${codes[97].repeat(100)}${codes[256]}`)
    expectPlain(none, oneByte(100), 'none')
  })

  it('decompresses codes of 15 bits', () => {
    const plain = fibonacciWeighted(40_000)
    const stream = zlib.deflateRawSync(plain, { strategy: constants.Z_HUFFMAN_ONLY })
    expectPlain(stream, plain, 'Huffman only')
  })

  it('decompresses matches of 48 bits, out of the target and out of the history', () => {
    const chain = (count: number, symbols: number[]): number[] =>
      lengthsOf(count, Object.fromEntries(symbols.map((symbol, index) => [symbol, Math.min(index + 1, 15)])))
    const ll = chain(286, [97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 256, 284])
    const d = chain(30, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28, 29])
    const [codes, dCodes] = [codesOf(ll), codesOf(d)]
    const before = randomBytes(20, 32_000)
    let bits = storedBlock(before, 0, 0) + `101${plainDht(ll, d)}`
    let plain = Buffer.from(before)
    for (let index = 0; index < 60; index++) {
      const [length, distance] = [227 + (index % 32), 24577 + ((index * 1021) % 7000)]
      bits += codes[97] + codes[284] + field(length - 227, 5) + dCodes[29] + field(distance - 24577, 13)
      plain = Buffer.concat([plain, Buffer.of(97)])
      plain = Buffer.concat([plain, plain.subarray(-distance, plain.length - distance + length)])
    }
    const source = fromBits(bits + codes[256])
    expectPlain(source, plain, 'out of the target')
    const rest = fromBits((bits + codes[256]).slice((before.length + 5) * 8))
    expectPlain(rest, plain.subarray(before.length), 'out of the history', { history: before })
  })

  it('counts bits through more than 2^28 bytes of source, in one block and in many', () => {
    const bytes = 2 ** 28 + 1000
    const source = new Uint8Array(bytes)
    const target = new Uint8Array(bytes + 5000)

    // All bytes but the first and the last two are the same: the end of one literal and the start of the next.
    const literal = '10010001'
    const [first, between] = fromBits(`110${literal.repeat(2)}`)
    source.fill(between)
    source[0] = first
    source.set(fromBits(`${literal.slice(5)}0000000`), bytes - 2)
    const one = engine.run(request({ source }), new DirectTarget(target))
    assert.deepEqual([one.cc, one.tpbc, one.spbc, one.subc], [0, bytes - 2, bytes, 6])
    assert.equal(target.indexOf(0), bytes - 2)
    assert.equal(Buffer.compare(target.subarray(0, 99), oneByte(99)), 0)
    assert.equal(Buffer.compare(target.subarray(bytes - 101, bytes - 2), oneByte(99)), 0)

    const tail = zlib.deflateRawSync(textLike(19, 5000))
    const stored = fromBits(storedBlock(oneByte(65535, 0x62), 0, 0))
    const blocks = Math.floor((bytes - tail.length) / stored.length)
    for (let block = 0; block < blocks; block++) source.set(stored, block * stored.length)
    source.set(tail, blocks * stored.length)
    const used = blocks * stored.length + tail.length
    const many = engine.run(request({ source: source.subarray(0, used) }), new DirectTarget(target))
    assert.deepEqual([many.cc, many.tpbc, many.spbc], [0, blocks * 65535 + 5000, used])
    assert.equal(Buffer.compare(target.subarray(many.tpbc - 5000, many.tpbc), textLike(19, 5000)), 0)
    const cut = engine.run(request({ source: source.subarray(0, used - 3) }), new DirectTarget(target))
    assert.deepEqual([cut.cc, cut.partial, cut.sfbt, cut.spbc], [3, true, 0b1101, used - 3])
  })
})
