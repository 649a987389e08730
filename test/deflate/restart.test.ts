// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { constants } from 'node:zlib'

import { Decompressor, type Suspended } from '../../lib/deflate/decompressor.js'
import { OutputWindow } from '../../lib/deflate/output-window.js'
import { joinRestart, restartOf } from '../../lib/deflate/restart.js'
import { runStepsSync } from '../../lib/deflate/steps.js'
import { jsonLike, randomBytes, textLike } from '../support/data.js'
import { modelWindow } from './runners.js'

const AT_HEADER: Suspended = { subc: 0, sfbt: 0b1110, rembytecnt: 0, dhtlen: 0, dht: new Uint8Array(0) }

describe('restart of a suspended DEFLATE stream', () => {
  it('at a block header on a byte boundary there is nothing to write', () => {
    assert.deepEqual(restartOf(AT_HEADER), { bytes: new Uint8Array(0), bits: 0 })
  })

  it('in a stored block: its header with the bytes that are left', () => {
    // RFC 1951 3.2.4: BFINAL=1, BTYPE=00, padding, LEN, NLEN.
    assert.deepEqual(restartOf({ ...AT_HEADER, sfbt: 0b1001, rembytecnt: 0x1234 }), {
      bytes: Uint8Array.of(0x01, 0x34, 0x12, 0xcb, 0xed),
      bits: 40,
    })
  })

  for (let subc = 0; subc < 8; subc++) {
    it(`with ${subc || 8} bits of the next byte left, zlib goes on at the right one`, () => {
      // A final fixed block of the literal 0x00 and end-of-block, 3 + 8 + 7 bits, put where those bits are.
      const done = (8 - subc) & 7
      const bits = (0b011 | (0b00001100 << 3)) << done
      const next = Uint8Array.of(bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, 0)
      // What is dealt with may be anything.
      next[0] |= (1 << done) - 1
      const restart = restartOf({ ...AT_HEADER, subc })
      assert.equal(restart.bits % 8, done)
      assert.deepEqual(zlib.inflateRawSync(joinRestart(restart, next)), Buffer.from([0]))
    })
  }

  it('zlib goes on wherever a job was suspended, in blocks of every type', () => {
    const runner = modelWindow()
    const mixed = Buffer.concat([textLike(1, 3000), randomBytes(2, 2000), jsonLike(3, 3000)])
    const streams = [
      zlib.deflateRawSync(mixed, { memLevel: 1 }),
      zlib.deflateRawSync(mixed.subarray(0, 800), { strategy: constants.Z_FIXED }),
      zlib.deflateRawSync(mixed.subarray(0, 800), { level: 0 }),
    ]
    const kinds = new Set<number>()
    for (const [index, stream] of streams.entries()) {
      const plain = zlib.inflateRawSync(stream)
      for (let at = 1; at < stream.length; at += index === 0 ? 7 : 1) {
        const window = new OutputWindow(2 ** 16, false)
        const decompressor = new Decompressor({ window, jobBytes: 2 ** 16 })
        const { output } = runStepsSync(runner, decompressor.decompress(stream.subarray(0, at)))
        const { suspended, carry, history } = decompressor.position
        kinds.add(suspended.sfbt >>> 1)
        const rest = joinRestart(restartOf(suspended), Buffer.concat([carry, stream.subarray(at)]))
        const options = history.length > 0 ? { dictionary: history } : {}
        const continued = Buffer.concat([output, zlib.inflateRawSync(rest, options)])
        assert(continued.equals(plain), `stream ${index}, cut at ${at}`)
      }
    }
    // Stored, fixed, dynamic, header.
    assert.deepEqual([...kinds].sort(), [0b100, 0b101, 0b110, 0b111])
  })
})
