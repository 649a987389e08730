// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { DeviceWindow } from '../../lib/device/device.js'
import { ModelDevice } from '../../lib/device/model.js'
import type { ModelOptions } from '../../lib/device/model-options.js'
import { FC } from '../../lib/format/function-codes.js'
import type { Job } from '../../lib/job/job.js'
import { SLOT_CSB, STAGED_SOURCE_BYTES, STAGED_TARGET_BYTES } from '../../lib/job/slot.js'
import { Window } from '../../lib/job/window.js'
import { textLike } from '../support/data.js'

function windowOf(staging: boolean, options: ModelOptions = {}): Window {
  return new Window(new ModelDevice(options).openWindow(), { staging })
}

const compression = (bytes: number): Job => ({
  fc: FC.COMPRESS_FHT_COUNT,
  source: textLike(3, bytes),
  target: new Uint8Array(bytes + (bytes >>> 3) + 64),
})

/** A window that does some things in its own way, and all others as another one. */
function around(inner: DeviceWindow, own: Partial<DeviceWindow>): DeviceWindow {
  return {
    credits: 1,
    jobLimit: Infinity,
    pageSize: inner.pageSize,
    needsOwnMemory: false,
    signalsCompletion: false,
    paste: (crb) => inner.paste(crb, 'blocking'),
    advance: () => {
      inner.advance()
    },
    map: (view) => inner.map(view),
    unmap: (view) => {
      inner.unmap(view)
    },
    touch: (...memory) => inner.touch(...memory),
    close: (isIdle) => inner.close(isIdle),
    ...own,
  }
}

describe('a window that stages', () => {
  const sizes = [1, 100, STAGED_SOURCE_BYTES, STAGED_SOURCE_BYTES + 1, 2 * STAGED_TARGET_BYTES]

  for (const bytes of sizes) {
    it(`gives the results of one that maps: ${bytes} bytes`, async () => {
      const [staged, mapped] = [compression(bytes), compression(bytes)]
      const expected = windowOf(false).runSync(mapped)
      const window = windowOf(true)
      assert.deepEqual(window.runSync(staged), expected)
      assert.deepEqual(staged.target, mapped.target)
      ;(staged.target as Uint8Array).fill(0)
      assert.deepEqual(await window.runOwned(staged), expected)
      assert.deepEqual(staged.target, mapped.target)
    })
  }

  it('joins the pieces of a source, and maps those of a target', () => {
    const source = textLike(4, 1000)
    const target = [new Uint8Array(300), new Uint8Array(700)]
    const result = windowOf(true).runSync({
      fc: FC.WRAP,
      source: [source.subarray(0, 1), source.subarray(1, 10), source.subarray(10)],
      target,
    })
    assert.deepEqual([result.csb.cc, result.csb.tpbc], [0, 1000])
    assert.deepEqual(Buffer.concat(target), Buffer.from(source))
  })

  it('goes back and forth between mapped memory and its own', () => {
    const window = windowOf(true, { sendCredits: 1 })
    for (const bytes of [50, 40_000, 60, 100_000, 70]) {
      const source = textLike(bytes, bytes)
      const target = new Uint8Array(bytes)
      assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.tpbc, bytes)
      assert.deepEqual(target, source)
    }
  })

  it('answers the faults of its own memory', () => {
    const job = compression(1000)
    const { csb, faults } = windowOf(true, { residency: 'none', pageSize: 4096 }).runSync(job)
    assert.equal(csb.cc, 0)
    assert.ok(faults.length > 0)
  })

  it('does not believe a device that tells of more output than there was room for', () => {
    const inner = new ModelDevice().openWindow()
    let block: Uint8Array = new Uint8Array(0)
    const liar = around(inner, {
      advance: () => {
        inner.advance()
        // Every CSB of the block of slots: V is bit 0 of byte 0, TPBC bytes 4-7 (UM figure 6-7).
        const view = new DataView(block.buffer)
        for (let at = SLOT_CSB; at + 16 <= block.length; at += 16) {
          if (view.getUint32(at) === 0x80000020) view.setUint32(at + 4, 19_000)
        }
      },
      map: (view) => inner.map((block = view)),
    })
    const target = new Uint8Array(10)
    const { csb } = new Window(liar, { staging: true }).runSync({
      fc: FC.WRAP,
      source: new Uint8Array(10).fill(5),
      target,
    })
    assert.equal(csb.tpbc, 19_000)
    assert.deepEqual(target, new Uint8Array(10).fill(5))
  })

  it('lends memory that is in one piece to a device that takes loans, and maps lists', () => {
    const inner = new ModelDevice().openWindow()
    const lent: Uint8Array[][] = []
    const mapped: Uint8Array[] = []
    const taker = around(inner, {
      pasteLending: (crb, submission, { source, target }) => {
        lent.push([source, target])
        // The addresses of CRB bytes 16-31 and 32-47 (UM figures 6-3 and 6-5).
        const view = new DataView(crb.buffer, crb.byteOffset)
        view.setBigUint64(24, inner.map(source))
        view.setBigUint64(40, inner.map(target))
        return inner.paste(crb, submission)
      },
      map: (view) => {
        mapped.push(view)
        return inner.map(view)
      },
    })
    const window = new Window(taker, { staging: true })
    const [source, target] = [textLike(5, 100), new Uint8Array(100)]
    assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.cc, 0)
    assert.deepEqual(target, source)
    assert.deepEqual(lent, [[source, target]])
    assert(!mapped.includes(source) && !mapped.includes(target))
    const list = [target.fill(0)]
    assert.equal(window.runSync({ fc: FC.WRAP, source, target: list }).csb.cc, 0)
    assert.deepEqual(target, source)
    assert.equal(lent.length, 1)
    assert(mapped.includes(target))
  })

  it('writes nothing beyond the output, and nothing at all where the job was terminated', () => {
    const window = windowOf(true)
    const target = new Uint8Array(100).fill(7)
    window.runSync({ fc: FC.WRAP, source: new Uint8Array(10), target })
    assert.deepEqual(target, new Uint8Array(100).fill(7).fill(0, 0, 10))
    const { csb } = window.runSync({ fc: FC.WRAP, source: new Uint8Array(200), target })
    assert.equal(csb.cc, 13)
    assert.deepEqual(target, new Uint8Array(100).fill(7).fill(0, 0, 10))
  })

  for (const staging of [true, false]) {
    it(`leaves the target of a job that only counts as it is: ${staging ? 'staged' : 'mapped'}`, () => {
      const window = windowOf(staging, { sendCredits: 1 })
      const { csb } = window.runSync(compression(1000))
      const target = new Uint8Array(2000).fill(7)
      const isAsItWas = () => target.every((byte) => byte === 7)
      const counted = window.runSync({ ...compression(1000), target, countsOnly: true })
      assert.deepEqual([counted.csb.cc, counted.csb.tpbc], [csb.cc, csb.tpbc])
      assert(isAsItWas())
      window.runSync({ ...compression(1000), target })
      assert(!isAsItWas())
    })
  }

  it('puts the counts where the job says', () => {
    const lzcount = new Uint32Array(316)
    const { cpb } = windowOf(true).runSync({ ...compression(500), lzcount })
    assert.equal(cpb.lzcount, lzcount)
    assert.equal(lzcount[256], 1)
    const wrong = { ...compression(500), lzcount: new Uint32Array(315) }
    assert.throws(() => windowOf(true).runSync(wrong), { code: 'ERR_NX_INVALID_ARGUMENT' })
  })
})
