// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { testDevice } from '../../../lib/cli/doctor/test-jobs.js'
import type { DeviceWindow } from '../../../lib/device/device.js'
import { ModelDevice } from '../../../lib/device/model.js'

/** Milliseconds; a job that hangs is waited for as long. */
const TIMEOUT = 50

/** Changes memory of 4096 bytes as it is unmapped. In this order it is: data, compressed data, restored data. */
class CorruptingDevice extends ModelDevice {
  constructor(private readonly which: readonly number[]) {
    super()
  }

  override openWindow(): DeviceWindow {
    const window = super.openWindow()
    const unmap = window.unmap.bind(window)
    let unmapped = 0
    window.unmap = (view) => {
      unmap(view)
      if (view.length === 4096 && this.which.includes(unmapped++)) view[0] ^= 1
    }
    return window
  }
}

/** Writes a wrong CRC in decompress jobs, FC 16 in byte 3 of the CRB: 388 bytes into the CPB, which is 256 behind the CRB. */
class WrongCrcDevice extends ModelDevice {
  override openWindow(): DeviceWindow {
    const window = super.openWindow()
    const [paste, advance] = [window.paste.bind(window), window.advance.bind(window)]
    let wrong: Uint8Array | undefined
    window.paste = (crb, submission) => {
      if (crb[3] === 16) wrong = new Uint8Array(crb.buffer, crb.byteOffset + 256 + 388, 4)
      return paste(crb, submission)
    }
    window.advance = () => {
      advance()
      if (wrong) wrong[0] ^= 1
      wrong = undefined
    }
    return window
  }
}

describe("doctor's test jobs", () => {
  it('pass on a device that works, and are timed by size', async () => {
    const { passed, error, roundTrips } = await testDevice(new ModelDevice())
    assert.deepEqual([passed, error, roundTrips.map(({ bytes }) => bytes)], [true, null, [4096, 65536]])
    for (const { milliseconds } of roundTrips) assert(milliseconds > 0)
  })

  it('pass through page faults, and where jobs are limited as in a partition', async () => {
    const device = new ModelDevice({ platform: 'powervm', residency: 'none' })
    assert.equal((await testDevice(device)).passed, true)
  })

  const TROUBLE = {
    'end with a completion code': [{ job: () => 7 }, /CC=7/],
    'are never finished': [{ job: () => 'hang' as const }, /did not finish the job in time/],
    'are never accepted': [{ paste: () => true }, /accepted no paste/],
  } as const
  for (const [title, [inject, message]] of Object.entries(TROUBLE)) {
    it(`fail with the reason where they ${title}`, async () => {
      const { passed, error, roundTrips } = await testDevice(new ModelDevice({ inject }), TIMEOUT)
      assert.deepEqual([passed, roundTrips], [false, []])
      assert.match(error ?? '', message)
    })
  }

  it('fail where no window opens', async () => {
    const device = new ModelDevice({ platform: 'powervm', cores: 1 })
    for (let windows = 0; windows < 20; windows++) device.openWindow()
    const { passed, error } = await testDevice(device)
    assert.equal(passed, false)
    assert.match(error ?? '', /cannot be opened/)
  })

  const WRONG = {
    'the restored data differs': [new CorruptingDevice([2]), /^the restored data differs$/],
    "only Node's zlib finds the compressed data wrong": [
      new CorruptingDevice([0, 2]),
      /^Node's zlib restores/,
    ],
    'the CRCs differ': [new WrongCrcDevice(), /^the CRCs/],
  } as const
  for (const [title, [device, message]] of Object.entries(WRONG)) {
    it(`fail where ${title}`, async () => {
      assert.match((await testDevice(device)).error ?? '', message)
    })
  }
})
