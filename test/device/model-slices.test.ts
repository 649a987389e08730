// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import zlib from 'node:zlib'
import { CC, FC } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { openUnit } from '../support/unit.js'

const MiB = 1 << 20

/** Counts the turns that the event loop makes until `work` is settled. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const state = { isOver: false }
  const over = () => {
    state.isOver = true
  }
  work.then(over, over)
  for (; !state.isOver; turns++) await setImmediate()
  return turns
}

/** Lets a job that was pasted begin, and do some of its work. */
async function begin(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate()
}

const take = (view: Uint8Array) => structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })

describe('a large job in the background of the model', () => {
  const source = textLike(81, 2 * MiB)

  it('leaves the event loop many turns while it compresses', async () => {
    const { window } = openUnit()
    const job = window.run({ fc: FC.COMPRESS_FHT, source, target: new Uint8Array(3 * MiB) })
    assert.ok((await turnsDuring(job)) > 20)
    assert.equal((await job).csb.cc, CC.OK)
  })

  it('leaves the event loop turns while it decompresses', async () => {
    const { window } = openUnit()
    const data = Buffer.concat(Array.from({ length: 12 }, () => source))
    const target = new Uint8Array(data.length)
    const job = window.run({ fc: FC.DECOMPRESS, source: zlib.deflateRawSync(data, { level: 1 }), target })
    assert.ok((await turnsDuring(job)) > 5)
    assert.equal((await job).csb.cc, CC.OK)
    assert.ok(Buffer.compare(target, data) === 0)
  })

  it('is finished at once when a blocking job comes behind it', async () => {
    const { window } = openUnit()
    const large = window.run({ fc: FC.COMPRESS_FHT, source, target: new Uint8Array(3 * MiB) })
    await begin()
    const small = window.runSync({
      fc: FC.WRAP,
      source: source.subarray(0, 100),
      target: new Uint8Array(100),
    })
    assert.equal(small.csb.cc, CC.OK)
    assert.equal((await large).csb.cc, CC.OK)
  })

  for (const what of ['source', 'target'] as const) {
    it(`ends with CC=250 when its ${what} goes away meanwhile, and the unit goes on`, async () => {
      const { window } = openUnit()
      const job = { fc: FC.COMPRESS_FHT, source: source.slice(), target: new Uint8Array(3 * MiB) }
      const running = window.run(job)
      await begin()
      take(job[what])
      assert.equal((await running).csb.cc, 250)
      const target = new Uint8Array(1000)
      assert.equal((await window.run({ ...job, source: source.subarray(0, 1000), target })).csb.cc, CC.OK)
      assert.equal(window.credits.available, window.credits.capacity)
    })
  }
})
