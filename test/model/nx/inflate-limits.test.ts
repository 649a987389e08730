// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { InflateEngine } from '../../../lib/model/nx/inflate.js'
import { DirectTarget, GatheredTarget, type Target } from '../../../lib/model/nx/target.js'
import { jsonLike, oneByte, randomBytes, textLike, zeros } from '../../support/data.js'
import {
  field,
  fromBits,
  lengthsOf,
  plainDht,
  request,
  resumption,
  run,
  storedBlock,
} from '../../support/inflate.js'

const engine = new InflateEngine()

describe('InflateEngine limits', function () {
  this.timeout(60_000)

  it('says CC=3 with SFBT 0 as soon as a whole byte follows the final block, and CC=0 before', () => {
    const plain = textLike(8, 500)
    const stream = zlib.deflateRawSync(plain)
    const { subc } = run(engine, request({ source: stream }), 500)
    for (const extra of [1, 2, 8, 8191, 8192, 20_000]) {
      const source = Buffer.concat([stream, Buffer.alloc(extra, 0x55)])
      const result = run(engine, request({ source }), 500)
      assert.deepEqual([result.cc, result.partial, result.sfbt, result.tpbc], [3, true, 0, 500])
      const shown = Math.min(extra, 8191)
      assert.deepEqual(
        [result.spbc, result.subc],
        [stream.length + shown, subc + shown * 8],
        `${extra} bytes`,
      )
    }
  })

  it('has SUBC of at most 65535 with one bit of the last byte processed', () => {
    const bits = `110${'110010000'.repeat(7)}0000000`
    const source = new Uint8Array(20_000)
    source.set(fromBits(bits))
    assert.equal(bits.length % 8, 1)
    const result = run(engine, request({ source }), 100)
    assert.deepEqual([result.cc, result.sfbt, result.subc], [3, 0, 65535])
    assert.equal(result.spbc, (bits.length + 65535) / 8)
  })

  it('fills a target that is exactly large enough, and ends with CC=13 if a byte is missing', () => {
    const plain = textLike(9, 2000)
    for (const level of [0, 1, 9]) {
      const stream = zlib.deflateRawSync(plain, { level })
      for (const room of [2000, 2001, 5000])
        assert.equal(run(engine, request({ source: stream }), room).cc, 0)
      for (let room = 0; room < 2000; room += room < 1700 ? 61 : 1) {
        const result = run(engine, request({ source: stream }), room)
        assert.deepEqual(
          [result.cc, result.partial, result.tpbc],
          [13, false, room],
          `level ${level}, ${room} bytes`,
        )
        assert.equal(
          Buffer.compare(result.output, plain.subarray(0, room)),
          0,
          `level ${level}, ${room} bytes`,
        )
      }
    }
  })

  it('needs no target for what makes no bytes', () => {
    const empty = fromBits('000' + '00000' + field(0, 16) + field(0xffff, 16) + '110' + '0000000')
    assert.deepEqual(run(engine, request({ source: empty }), 0).cc, 0)
  })

  it('grows its target when a byte does not fit, and not before', () => {
    const plain = jsonLike(10, 500_000)
    const stream = zlib.deflateRawSync(plain)
    const gathered = new GatheredTarget(500_000)
    assert.equal(engine.run(request({ source: stream }), gathered).cc, 0)
    assert.equal(Buffer.compare(gathered.bytes, plain), 0)

    const calls: number[] = []
    const growing: Target & { bytes: Uint8Array } = {
      bytes: new Uint8Array(10),
      grow(used) {
        calls.push(used)
        const larger = new Uint8Array(this.bytes.length + 10)
        larger.set(this.bytes.subarray(0, used))
        this.bytes = larger
        return true
      },
    }
    const literals = fromBits('110' + '10010001'.repeat(20) + '0000000')
    assert.equal(engine.run(request({ source: literals }), growing).cc, 0)
    assert.deepEqual(calls, [10])
    assert.deepEqual(growing.bytes, oneByte(20))
  })

  it('shows SUBC 0 when the source ends with the single block, and at most 8191 bytes beyond it', () => {
    const block = storedBlock(oneByte(5), 0, 0)
    const end = run(engine, request({ source: fromBits(block), singleBlock: true }), 5)
    assert.deepEqual([end.cc, end.sfbt, end.spbc, end.subc], [3, 14, 10, 0])
    const source = new Uint8Array(30_000)
    source.set(fromBits(block))
    const more = run(engine, request({ source, singleBlock: true }), 5)
    assert.deepEqual([more.cc, more.sfbt, more.spbc, more.subc], [3, 14, 10 + 8191, 8191 * 8])
  })

  it('ends a single block that is final as any other', () => {
    const plain = textLike(12, 300)
    const stream = zlib.deflateRawSync(plain)
    const result = run(engine, request({ source: stream, singleBlock: true }), 300)
    assert.deepEqual([result.cc, result.partial, result.tpbc, result.spbc], [0, false, 300, stream.length])
    assert.equal(Buffer.compare(result.output, plain), 0)
  })

  it('stops at the byte limit within a stored block', () => {
    const source = fromBits(storedBlock(oneByte(100), 1, 0))
    const result = run(engine, request({ source, byteLimit: 30 }), 100)
    assert.deepEqual([result.cc, result.partial, result.sfbt], [3, true, 0b1001])
    assert.deepEqual([result.tpbc, result.spbc, result.subc, result.rembytecnt], [30, 35, 0, 70])
  })

  it('completes at the byte limit if no source is left, and says CC=3 with SFBT 0 if some is (UM table 5-3)', () => {
    const source = fromBits(storedBlock(oneByte(100), 1, 0))
    const all = run(engine, request({ source, byteLimit: 100 }), 100)
    assert.deepEqual([all.cc, all.partial, all.sfbt, all.subc], [0, false, 0, 0])
    const more = run(
      engine,
      request({ source: Buffer.concat([source, Buffer.alloc(4)]), byteLimit: 100 }),
      100,
    )
    assert.deepEqual([more.cc, more.partial, more.sfbt, more.subc, more.spbc], [3, true, 0, 0, 105])
  })

  it('decodes what the byte with the last processed bit still holds when the limit is reached', () => {
    // 3 + 8 bits, then END: its 7 bits start in the byte in which the literal ends, but do not end there.
    const source = fromBits('110' + '10010001' + '0000000' + '1'.repeat(40))
    const result = run(engine, request({ source, byteLimit: 1 }), 10)
    assert.deepEqual([result.cc, result.sfbt, result.tpbc, result.spbc, result.subc], [3, 0b1011, 1, 2, 5])
    // Codes of one bit: five more literals fit into the byte.
    const ll = lengthsOf(257, { 97: 1, 256: 1 })
    const header = `001${plainDht(ll, [0])}`
    const fill = '0'.repeat(8 - (header.length % 8))
    const short = request({ source: fromBits(header + fill + '0'.repeat(80)), byteLimit: 1 })
    const several = run(engine, short, 100)
    assert.deepEqual([several.cc, several.sfbt, several.tpbc, several.subc], [3, 0b1100, fill.length, 0])
  })

  it('comes to the same end over many byte limits', () => {
    const plain = Buffer.concat([textLike(13, 3000), randomBytes(14, 500), zeros(2000), jsonLike(15, 2000)])
    const stream = zlib.deflateRawSync(plain, { memLevel: 1 })
    for (const byteLimit of [1, 2, 3, 7, 30, 100, 257, 258, 259, 1000, 3333, 7499, 7500, 7501]) {
      let done = Buffer.alloc(0)
      let job = request({ source: stream, byteLimit })
      for (;;) {
        const target = new Uint8Array(plain.length)
        const result = engine.run(job, new DirectTarget(target))
        done = Buffer.concat([done, target.subarray(0, result.tpbc)])
        if (result.cc === 0 || result.sfbt === 0) break
        assert.deepEqual([result.cc, result.partial], [3, true], `limit ${byteLimit}`)
        assert.ok(result.tpbc >= byteLimit || result.spbc === job.source.length, `limit ${byteLimit}`)
        job = { ...resumption(result, job.source, done), byteLimit }
      }
      assert.equal(Buffer.compare(done, plain), 0, `limit ${byteLimit}`)
    }
  })

  it('skips a started byte of a stored block, and takes 100x without bytes left for the end of the block', () => {
    const rest = { source: Uint8Array.of(0xff, 1, 2, 3), resume: true, subc: 5 }
    const inside = run(engine, request({ ...rest, sfbt: 8, rembytecnt: 5 }), 10)
    assert.deepEqual([inside.cc, inside.sfbt, inside.rembytecnt, inside.tpbc], [3, 8, 2, 3])
    assert.deepEqual(Array.from(inside.output.subarray(0, 3)), [1, 2, 3])
    const final = run(engine, request({ ...rest, sfbt: 9, rembytecnt: 0 }), 10)
    assert.deepEqual([final.cc, final.partial, final.sfbt, final.spbc, final.subc], [3, true, 0, 4, 24])
    const next = run(engine, request({ source: fromBits('110' + '0000000'), resume: true, sfbt: 8 }), 10)
    assert.deepEqual([next.cc, next.tpbc], [0, 0])
  })
})
