// SPDX-License-Identifier: MIT
/** The window of the switchboard. Jobs need a device file: the real one, or the stand-in of an emulated run. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { constants } from 'node:os'
import type { VasWindow } from '../../lib/device/addon.js'
import { textLike } from '../support/data.js'
import { withAddon, type Addon } from './addon.js'
import { alignedBytes, csbOf } from './unit-job.js'

const DEVICE_FILE = '/dev/crypto/nx-gzip'
const HAS_WINDOWS = process.platform === 'linux' && process.arch === 'ppc64'
/** Windows are opened for the chip that the thread runs on. */
const LOCAL_CHIP = -1

describe('window of the switchboard', () => {
  let addon: Addon

  withAddon((loaded) => {
    addon = loaded
  })

  /** Opens a window; without the class, that is an error. */
  function open(path: string, flags = 0): VasWindow {
    assert.ok(addon.VasWindow)
    return new addon.VasWindow(path, LOCAL_CHIP, flags)
  }

  it('is there in a build for Linux on ppc64, and in no other', () => {
    assert.equal(typeof addon.VasWindow, HAS_WINDOWS ? 'function' : 'undefined')
  })

  it('is of use on a processor with copy and paste: Power ISA 3.0 or later', () => {
    const { isa, copyPaste } = addon.processor
    assert.ok(HAS_WINDOWS ? ['2.07', '3.0', '3.1'].includes(String(isa)) : isa === undefined, isa)
    assert.equal(copyPaste, isa === '3.0' || isa === '3.1')
  })

  it('has pages of a power of two', () => {
    assert.ok(addon.pageSize >= 4096 && Number.isInteger(Math.log2(addon.pageSize)), String(addon.pageSize))
  })

  describe('that cannot be had', () => {
    before(function () {
      if (!HAS_WINDOWS) this.skip()
    })

    it('for want of the file names open and its errno', () => {
      assert.throws(() => open('/nowhere/nx-gzip'), {
        syscall: 'open',
        errno: constants.errno.ENOENT,
        message: 'open /nowhere/nx-gzip: No such file or directory',
      })
    })

    it('because the file is another one names ioctl and its errno, and leaves nothing open', () => {
      const before = readdirSync('/proc/self/fd').length
      assert.throws(
        () => open('/dev/null'),
        (error: { syscall?: unknown; errno?: unknown }) =>
          error.syscall === 'ioctl' && Number(error.errno) > 0,
      )
      assert.equal(readdirSync('/proc/self/fd').length, before)
    })

    it('is a TypeError for arguments that are none', () => {
      const Loose = addon.VasWindow as unknown as new (...args: unknown[]) => VasWindow
      assert.throws(() => new Loose(), TypeError)
      assert.throws(() => new Loose(DEVICE_FILE, '0', 0), TypeError)
    })
  })

  describe('of a device', () => {
    before(function () {
      if (!HAS_WINDOWS || !existsSync(DEVICE_FILE)) this.skip()
    })

    /** The CSB of a copy of `source` that was pasted to a window. */
    function copyBy(window: VasWindow, source: Uint8Array, target: Uint8Array): ReturnType<typeof csbOf> {
      const control = alignedBytes(addon, 2048)
      const crb = new Uint8Array(128)
      const view = new DataView(crb.buffer)
      crb[3] = 0x1e
      view.setBigUint64(8, addon.addressOf(control))
      view.setUint32(20, source.length)
      view.setBigUint64(24, addon.addressOf(source))
      view.setUint32(36, target.length)
      view.setBigUint64(40, addon.addressOf(target))
      const deadline = Date.now() + 20_000
      while (!window.paste(crb)) assert.ok(Date.now() < deadline, 'no paste was accepted')
      while (control[0] === 0) assert.ok(Date.now() < deadline, 'the job does not end')
      return csbOf(new DataView(control.buffer, control.byteOffset, 16))
    }

    const source = textLike(31, 100_000)
    /** Written to, so that the pages are there. */
    const target = new Uint8Array(100_000).fill(1)

    it('takes jobs by copy and paste', () => {
      const window = open(DEVICE_FILE)
      target.fill(1)
      assert.deepEqual(copyBy(window, source, target), { v: 1, cc: 0, ce: 0x20, tpbc: 100_000, address: 0n })
      assert.equal(Buffer.compare(target, source), 0)
      assert.equal(window.close(), 0)
    })

    it('is closed once, however often it is said, and takes no jobs then', () => {
      const window = open(DEVICE_FILE)
      const before = readdirSync('/proc/self/fd').length
      assert.equal(window.close(), 0)
      assert.equal(window.close(), 0)
      assert.equal(readdirSync('/proc/self/fd').length, before - 1)
      assert.throws(() => window.paste(new Uint8Array(128)), { code: 'ERR_NX_WINDOW_CLOSED' })
    })

    it('is closed in the background with the same effect', async () => {
      const window = open(DEVICE_FILE)
      const closed = window.closeInBackground()
      assert.throws(() => window.paste(new Uint8Array(128)), { code: 'ERR_NX_WINDOW_CLOSED' })
      assert.equal(window.close(), 0)
      assert.equal(await closed, 0)
      assert.equal(await window.closeInBackground(), 0)
    })

    it('is one of several that take jobs side by side', () => {
      const windows = Array.from({ length: 5 }, () => open(DEVICE_FILE))
      for (const window of windows) assert.equal(copyBy(window, source, target).cc, 0)
      for (const window of windows) assert.equal(window.close(), 0)
    })

    it('takes nothing but CRBs of 128 bytes', () => {
      const window = open(DEVICE_FILE)
      assert.throws(() => window.paste(new Uint8Array(64)), TypeError)
      assert.equal(window.close(), 0)
    })
  })
})
