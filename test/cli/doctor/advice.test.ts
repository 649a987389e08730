// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { adviceFor, type Machine } from '../../../lib/cli/doctor/advice.js'
import type { Refusal } from '../../../lib/cli/doctor/report.js'
import { screen } from '../../../lib/cli/doctor/screen.js'
import { BARE_METAL, PARTITION, withoutHardware } from './reports.js'

const SCREEN_LINES = 24

/** A partition whose default credits are these. */
const partition = (total: number, used: number): Machine => ({
  ...BARE_METAL,
  platform: { ...PARTITION, credits: { ...PARTITION.credits, default: { total, used } } },
})

/**
 * Every refusal that the kernel has for a window (arch/powerpc vas-api: open, ioctl VAS_TX_WIN_OPEN and mmap, on bare metal and in a
 * partition), and what must be found in the advice.
 */
const REFUSALS: readonly [Refusal['syscall'], string, Machine, RegExp][] = [
  ['open', 'ENOENT', BARE_METAL, /^modprobe nx-compress-powernv /m],
  ['open', 'ENOENT', partition(320, 12), /^modprobe nx-compress-pseries /m],
  ['open', 'EACCES', BARE_METAL, /^echo 'KERNEL=="nx-gzip",.+' > \/etc\/udev\/rules\.d\//m],
  ['open', 'EPERM', BARE_METAL, /--device \/dev\/crypto\/nx-gzip/],
  ['open', 'ENXIO', BARE_METAL, /dmesg/],
  ['open', 'ENODEV', BARE_METAL, /dmesg/],
  ['open', 'EMFILE', BARE_METAL, /ulimit -n/],
  ['open', 'ENFILE', BARE_METAL, /fs\.file-max/],
  ['open', 'ENOMEM', BARE_METAL, /out of memory/],
  ['ioctl', 'EINVAL', BARE_METAL, /vasId -1/],
  ['ioctl', 'EINVAL', partition(320, 320), /320 of 320 used .+: 0 are free\nlsof/],
  ['ioctl', 'EAGAIN', BARE_METAL, /64 Ki.+\nlsof/],
  ['ioctl', 'ENODEV', BARE_METAL, /^nvram .*vas-user-space=enable/m],
  ['ioctl', 'ENOTSUPP', partition(320, 12), /Radix/],
  ['ioctl', 'ENOTTY', BARE_METAL, /another device/],
  ['ioctl', 'EBUSY', partition(20, 40), /40 of 20 used .+: the partition lost cores/],
  ['ioctl', 'EIO', partition(320, 12), /dmesg/],
  ['ioctl', 'EACCES', BARE_METAL, /dmesg/],
  ['ioctl', 'EPERM', BARE_METAL, /restart/],
  ['ioctl', 'EEXIST', BARE_METAL, /report it/],
  ['ioctl', 'EFAULT', BARE_METAL, /report it/],
  ['ioctl', 'ENOMEM', BARE_METAL, /out of memory/],
  ['mmap', 'EACCES', partition(20, 40), /try again[^]+lost cores/],
  ['mmap', 'EINVAL', BARE_METAL, /paste address/],
  ['mmap', 'EAGAIN', BARE_METAL, /ulimit -l/],
  ['mmap', 'ENOMEM', BARE_METAL, /max_map_count/],
]

describe("doctor's advice", () => {
  for (const [syscall, errno, machine, expected] of REFUSALS) {
    const platform = String(machine.platform.kind)
    const advice = adviceFor({ syscall, errno }, machine)

    it(`says what to do about ${syscall} ${errno} (${platform})`, () => {
      assert.match(advice.join('\n'), expected)
      assert(advice.length >= 2, 'words, and a command')
      assert(!/undefined|null/.test(advice.join()))
    })

    it(`leaves the report on one screen: ${syscall} ${errno} (${platform})`, () => {
      const reason = `${syscall} /dev/crypto/nx-gzip: Resource temporarily unavailable (${errno})`
      const report = withoutHardware(reason, { ...machine, accelerator: { used: false, reason, advice } })
      const lines = screen(report).trimEnd().split('\n')
      assert(lines.length <= SCREEN_LINES, `${lines.length} lines`)
    })
  }

  it('tells what Linux is too old to have the device', () => {
    const kernel = { ...BARE_METAL.kernel, release: '5.4.0-42-generic' }
    const [, line] = adviceFor({ syscall: 'open', errno: 'ENOENT' }, { ...BARE_METAL, kernel })
    assert.equal(line, 'this is Linux 5.4: the device came with 5.8')
    const inPartition = adviceFor(
      { syscall: 'open', errno: 'ENOENT' },
      { ...partition(20, 1), kernel: { ...kernel, release: '5.10.3' } },
    )
    assert.equal(inPartition[1], 'this is Linux 5.10: the device came with 5.14')
  })

  it('is to look at the kernel log for a refusal that the kernel is not known for', () => {
    const advice = adviceFor({ syscall: 'open', errno: 'ELOOP' }, BARE_METAL)
    assert.deepEqual(advice, ['see the kernel log', "dmesg | grep -iE 'nx|vas'"])
  })

  it('is to build the addon where that is what is missing on POWER', () => {
    const addon = { loaded: false, file: null, reason: 'there is none' }
    assert.match(adviceFor(null, { ...BARE_METAL, addon }).join(), /npm run build/)
  })

  it('is to move to POWER9 from an older POWER', () => {
    const processor = { ...BARE_METAL.processor, isa: '2.07', copyPaste: false }
    assert.match(adviceFor(null, { ...BARE_METAL, processor }).join(), /POWER9/)
  })

  it('is nothing on another processor: nothing can help there', () => {
    assert.deepEqual(adviceFor(null, { ...BARE_METAL, node: { version: 'v20.11.0', arch: 'x64' } }), [])
  })
})
