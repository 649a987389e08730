// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Addon, VasWindow } from '../../lib/device/addon.js'
import type { DeviceWindow } from '../../lib/device/device.js'
import { HardwareDevice } from '../../lib/device/hardware.js'
import { NxDeviceError, NxError } from '../../lib/errors.js'
import { crb, FC } from '../../lib/nx.js'

/** What a window was opened with, and what became of it. */
interface Opened {
  readonly path: string
  readonly vasId: number
  readonly flags: number
  isOpen: boolean
  inBackground: boolean
}

/** An addon as on POWER9, whose windows do as the test says. */
class FakeAddon implements Addon {
  readonly pageSize = 65536
  readonly opened: Opened[] = []
  refusal: { syscall: string; errno: number } | undefined
  /** Answers pastes. */
  takes: (crb: Uint8Array) => boolean = () => true
  readonly VasWindow: new (path: string, vasId: number, flags: number) => VasWindow

  constructor(readonly processor: Addon['processor'] = { isa: '3.0', copyPaste: true }) {
    const addon = this as FakeAddon
    this.VasWindow = class implements VasWindow {
      readonly #opened: Opened
      constructor(path: string, vasId: number, flags: number) {
        if (addon.refusal) {
          const { syscall, errno } = addon.refusal
          throw Object.assign(new Error(`${syscall} ${path}: refused`), { syscall, errno })
        }
        this.#opened = { path, vasId, flags, isOpen: true, inBackground: false }
        addon.opened.push(this.#opened)
      }

      paste(bytes: Uint8Array): boolean {
        return addon.takes(bytes)
      }

      close(): number {
        this.#opened.isOpen = false
        return 0
      }

      closeInBackground(): Promise<number> {
        this.#opened.inBackground = true
        return Promise.resolve(this.close())
      }
    }
  }

  addressOf(): bigint {
    return 0x10000n
  }

  keepFreedMemory(): void {
    return undefined
  }

  prepareToWrite(): void {
    return undefined
  }

  makeTable(): never {
    throw new Error('hardware makes no tables')
  }

  get SoftwareUnit(): never {
    throw new Error('hardware has no software unit')
  }
}

/** Keys of the idle windows differ by chip: a number of its own keeps the tests apart. */
let nextChip = 100

function openHardware(addon = new FakeAddon(), root = '/nowhere') {
  const vasId = nextChip++
  return { addon, device: new HardwareDevice(addon, { vasId, creditType: 'default', root }), vasId }
}

const job = { fc: FC.WRAP, source: new Uint8Array(1), target: new Uint8Array(1) }

describe('the hardware device', () => {
  it('is opened through the device file, with the chip that is asked for', () => {
    const { addon, vasId } = openHardware()
    assert.deepEqual(addon.opened[0], {
      path: '/dev/crypto/nx-gzip',
      vasId,
      flags: 0,
      isOpen: true,
      inBackground: false,
    })
  })

  it('asks for a bought credit by flag 1', () => {
    const addon = new FakeAddon()
    new HardwareDevice(addon, { vasId: -1, creditType: 'qos', root: '/nowhere' })
    assert.equal(addon.opened[0].flags, 1)
  })

  it('has 1024 credits and no job limit where the system says nothing else', () => {
    const window = openHardware().device.openWindow()
    assert.deepEqual([window.credits, window.jobLimit, window.pageSize], [1024, Infinity, 65536])
  })

  it('uses a window again, from caller to caller and from device to device', () => {
    const addon = new FakeAddon()
    const options = { vasId: nextChip++, creditType: 'default', root: '/nowhere' } as const
    for (let round = 0; round < 3; round++) void new HardwareDevice(addon, options).openWindow().close(true)
    assert.equal(addon.opened.length, 1)
    assert.equal(addon.opened[0].isOpen, true)
  })

  it('keeps one window open that nobody uses, and no more', () => {
    const { addon, device } = openHardware()
    const windows = [device.openWindow(), device.openWindow(), device.openWindow()]
    for (const window of windows) void window.close(true)
    assert.equal(addon.opened.filter(({ isOpen }) => isOpen).length, 1)
  })

  it('closes a window with a job under way without blocking, and does not use it again', async () => {
    const { addon, device } = openHardware()
    await device.openWindow().close(false)
    assert.deepEqual([addon.opened[0].isOpen, addon.opened[0].inBackground], [false, true])
    device.openWindow()
    assert.equal(addon.opened.length, 2)
  })

  it('never pastes a function code with the Low limit', () => {
    const { addon, device } = openHardware()
    let pastes = 0
    addon.takes = () => ++pastes > 0
    const window = device.openWindow()
    for (const submission of ['blocking', 'background', 'raw'] as const) {
      assert.throws(() => window.paste(crb({ ...job, fc: 0x1f }), submission), { code: 'ERR_NX_LOW_LIMIT' })
    }
    assert.equal(pastes, 0)
    assert.equal(window.paste(crb(job), 'raw'), true)
  })

  it('says in a typed error that a window belongs to another process', () => {
    const { addon, device } = openHardware()
    addon.takes = () => {
      throw Object.assign(new Error('forked'), { code: 'ERR_NX_FOREIGN_PROCESS' })
    }
    const window = device.openWindow()
    assert.throws(
      () => window.paste(crb(job), 'raw'),
      (error) => error instanceof NxError && error.code === 'ERR_NX_FOREIGN_PROCESS',
    )
  })
})

describe("a partition's window", () => {
  let root = ''
  const file = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const credits = (total: number, used: number) => {
    const folder = 'sys/devices/virtual/misc/vas/vas0/gzip/default_capabilities'
    file(`${folder}/nr_total_credits`, String(total))
    file(`${folder}/nr_used_credits`, String(used))
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nxzlib-partition-'))
    file('proc/powerpc/lparcfg', '')
    file('sys/devices/vio/ibm,compression-v1/nx_gzip_caps/req_max_processed_len', '1048576')
    credits(40, 1)
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  /** Pastes until another window was opened, or for a tenth of a second. */
  function pasteUntilRenewed(addon: FakeAddon, window: DeviceWindow): void {
    const start = performance.now()
    while (addon.opened.length === 1 && performance.now() - start < 100) {
      assert.equal(window.paste(crb(job), 'background'), false)
    }
  }

  it('has one credit and the job limit of the hypervisor', () => {
    const window = openHardware(new FakeAddon(), root).device.openWindow()
    assert.deepEqual([window.credits, window.jobLimit], [1, 1048576])
  })

  it('is replaced by another when pastes fail and the partition has lost credits', () => {
    const { addon, device } = openHardware(new FakeAddon(), root)
    const window = device.openWindow()
    addon.takes = () => false
    credits(20, 1)
    pasteUntilRenewed(addon, window)
    assert.deepEqual(
      addon.opened.map(({ isOpen }) => isOpen),
      [false, true],
    )
  })

  it('is kept when pastes fail because the unit is busy', () => {
    const { addon, device } = openHardware(new FakeAddon(), root)
    addon.takes = () => false
    pasteUntilRenewed(addon, device.openWindow())
    assert.equal(addon.opened.length, 1)
  })

  it('takes no paste while none is to be had, and is there again later', () => {
    const { addon, device } = openHardware(new FakeAddon(), root)
    const window = device.openWindow()
    addon.takes = () => addon.opened.length > 1
    credits(20, 1)
    addon.refusal = { syscall: 'ioctl', errno: constants.errno.EBUSY }
    const start = performance.now()
    while (addon.opened[0].isOpen) assert.equal(window.paste(crb(job), 'raw'), false)
    addon.refusal = undefined
    while (!window.paste(crb(job), 'raw') && performance.now() - start < 1000);
    assert.equal(addon.opened.length, 2)
  })
})

describe('touching memory for hardware', () => {
  it('writes each page of a target, and changes nothing', () => {
    const { device } = openHardware()
    const window = device.openWindow()
    const bytes = new Uint8Array(200_000).fill(7)
    const address = window.map(bytes)
    assert.equal(window.touch(address, bytes.length, true), true)
    assert.ok(bytes.every((byte) => byte === 7))
    assert.equal(window.touch(address + 199_999n, 1, false), true)
  })

  it('tells that an address is not mapped', () => {
    const window = openHardware().device.openWindow()
    const bytes = new Uint8Array(100)
    const address = window.map(bytes)
    assert.equal(window.touch(address + 100n, 1, true), false)
    assert.equal(window.touch(address - 1n, 1, true), false)
    window.unmap(bytes)
    assert.equal(window.touch(address, 1, true), false)
  })

  it('leaves memory alone that went away', () => {
    const window = openHardware().device.openWindow()
    const bytes = new Uint8Array(100)
    const address = window.map(bytes)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    assert.equal(window.touch(address, 100, true), false)
  })
})

describe('hardware that cannot be opened', () => {
  const refuse = (addon: Addon | undefined) => () =>
    new HardwareDevice(addon, { vasId: nextChip++, creditType: 'default', root: '/nowhere' })

  it('is a typed error without the addon', () => {
    assert.throws(refuse(undefined), (error) => error instanceof NxDeviceError && error.isFinal)
  })

  it('is a typed error on a processor without copy and paste, which are never tried', () => {
    const addon = new FakeAddon({ isa: '2.07', copyPaste: false })
    assert.throws(refuse(addon), { code: 'ERR_NX_DEVICE_UNAVAILABLE', message: /POWER9/, isFinal: true })
    assert.equal(addon.opened.length, 0)
  })

  for (const [syscall, errno, advice] of [
    ['open', 'ENOENT', /modprobe/],
    ['open', 'EACCES', /udev/],
    ['open', 'EPERM', /container/],
    ['ioctl', 'EINVAL', /vasId -1/],
    ['ioctl', 'EAGAIN', /64 Ki/],
    ['ioctl', 'ENODEV', /vas-user-space=enable/],
    ['ioctl', 'EBUSY', /moved/],
    ['ioctl', 'EIO', /hypervisor/],
    ['mmap', 'EACCES', /try again/],
    ['mmap', 'EINVAL', /paste address/],
    ['open', 'ELOOP', /kernel log/],
  ] as const) {
    it(`is told with what to do about it: ${syscall} ${errno}`, () => {
      const addon = new FakeAddon()
      addon.refusal = { syscall, errno: constants.errno[errno] }
      assert.throws(refuse(addon), (error) => {
        assert(error instanceof NxDeviceError)
        assert.deepEqual(
          [error.code, error.syscall, error.errno, error.isFinal],
          ['ERR_NX_DEVICE_UNAVAILABLE', syscall, errno, false],
        )
        assert.match(error.message, advice)
        return true
      })
    })
  }

  it("is told with the kernel's own number that has no name elsewhere", () => {
    const addon = new FakeAddon()
    addon.refusal = { syscall: 'ioctl', errno: 524 }
    assert.throws(refuse(addon), { errno: 'ENOTSUPP', message: /radix/ })
  })
})
