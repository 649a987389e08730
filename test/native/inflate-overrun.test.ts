// SPDX-License-Identifier: MIT
/** The C++ engine writes ahead of its output while it decompresses: none of that may be left behind in the end. */
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { makeRandom, randomBytes, textLike } from '../support/data.js'
import { loadAddon, withAddon, type Region } from './addon.js'
import { Twins } from './twins.js'

const FC_DECOMPRESS = 0x10
/** What `runDirect` fills target space with. */
const UNTOUCHED = 0xdd
/** More than the engine keeps of what is ahead. */
const SPARE_ROOM = 10_000

/** Decompresses on both engines, which must leave the same bytes behind, and checks the rest of the target. */
function inflate(
  twins: Twins,
  plain: Uint8Array,
  stream: Uint8Array,
  spareRoom: number,
  message: string,
): void {
  const room = plain.length + spareRoom
  const { csb, target } = twins.runDirect({ fc: FC_DECOMPRESS, source: stream, room }, message)
  assert.equal(csb.getUint8(2), 0, `${message}: CC`)
  assert.equal(Buffer.compare(target, plain), 0, `${message}: output`)
  const behind = new Uint8Array(target.buffer, plain.length)
  assert.ok(
    behind.every((byte) => byte === UNTOUCHED),
    `${message}: a byte behind the output was written`,
  )
}

describe('native engine, behind its output', () => {
  const addon = loadAddon()

  withAddon()

  it('leaves the target as it was, whatever the length of the output (seed 3)', () => {
    if (addon === undefined) return
    const twins = new Twins(addon)
    const text = textLike(3, 20_000)
    const lengths = [200, 4096, 8192, 16_384].flatMap((around) =>
      Array.from({ length: 120 }, (_, index) => around - 60 + index),
    )
    for (const length of lengths) {
      const plain = text.subarray(0, length)
      const stream = zlib.deflateRawSync(plain)
      for (const spareRoom of [0, 20, SPARE_ROOM]) {
        inflate(twins, plain, stream, spareRoom, `length ${length}, ${spareRoom} bytes of room behind`)
      }
    }
  })

  it('leaves the target as it was behind short blocks (seed 4)', () => {
    if (addon === undefined) return
    const twins = new Twins(addon)
    const random = makeRandom(4)
    const text = textLike(4, 60_000)
    for (let turn = 0; turn < 100; turn++) {
      const parts = Array.from({ length: random.between(2, 12) }, () => {
        const from = random.below(50_000)
        return text.subarray(from, from + random.between(1, 3000))
      })
      const strategies = [zlib.constants.Z_DEFAULT_STRATEGY, zlib.constants.Z_FIXED]
      const blocks = parts.map((part, index) =>
        zlib.deflateRawSync(part, {
          level: random.pick([0, 1, 6]),
          strategy: random.pick(strategies),
          finishFlush: index === parts.length - 1 ? zlib.constants.Z_FINISH : zlib.constants.Z_FULL_FLUSH,
        }),
      )
      inflate(twins, Buffer.concat(parts), Buffer.concat(blocks), SPARE_ROOM, `turn ${turn}`)
    }
  })

  it('may overwrite 32 bytes where the job says so, and writes the same output (seed 6)', () => {
    if (addon === undefined) return
    const text = textLike(6, 20_000)
    let overwritten = 0
    for (let length = 1000; length < 1300; length++) {
      const stream = zlib.deflateRawSync(text.subarray(0, length))
      const target = new Uint8Array(length + SPARE_ROOM).fill(UNTOUCHED)
      const control = new Uint8Array(16 + 1680)
      const crb = new Uint8Array(128)
      const view = new DataView(crb.buffer)
      view.setUint8(3, FC_DECOMPRESS)
      view.setBigUint64(8, 0x1_0000n)
      view.setUint32(20, stream.length)
      view.setBigUint64(24, 0x2_0000n)
      view.setUint32(36, target.length)
      view.setBigUint64(40, 0x3_0000n)
      view.setUint32(84, 0x4f56_5255)
      const regions: Region[] = [
        [0x1_0000n, control],
        [0x2_0000n, stream],
        [0x3_0000n, target],
      ]
      assert.equal(addon.execute(crb, regions, false, 0, 0, 0), undefined)
      assert.equal(control[2], 0, `length ${length}: CC`)
      assert.deepEqual(target.subarray(0, length), text.subarray(0, length), `length ${length}: output`)
      const behind = target.subarray(length)
      if (behind.subarray(0, 32).some((byte) => byte !== UNTOUCHED)) overwritten++
      assert.ok(
        behind.subarray(32).every((byte) => byte === UNTOUCHED),
        `length ${length}: more than 32 bytes`,
      )
    }
    assert.ok(overwritten > 0, 'the hint has an effect')
  })

  it('repeats matches of every short distance and length (seed 5)', () => {
    if (addon === undefined) return
    const twins = new Twins(addon)
    const random = makeRandom(5)
    for (let distance = 1; distance <= 40; distance++) {
      const parts: Uint8Array[] = []
      for (let length = 3; length <= 80; length++) {
        const pattern = randomBytes(random.below(2 ** 31), distance)
        parts.push(Uint8Array.from({ length: distance + length }, (_, index) => pattern[index % distance]))
      }
      const plain = Buffer.concat(parts)
      inflate(twins, plain, zlib.deflateRawSync(plain, { level: 9 }), SPARE_ROOM, `distance ${distance}`)
    }
  })
})
