// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { Report } from '../../../lib/cli/doctor/report.js'
import { screen } from '../../../lib/cli/doctor/screen.js'
import { BARE_METAL, failing, missing, PARTITION, withoutHardware, working } from './reports.js'

const ADVICE = 'this user may not use the device: add a udev rule that gives it to a group of the user'
const DENIED = `open /dev/crypto/nx-gzip: Permission denied (EACCES): ${ADVICE}`
const SUSPENDED =
  'ioctl /dev/crypto/nx-gzip: Device or resource busy (EBUSY): the partition is being moved, or has lost cores and windows with them: try again when that is over'
const NO_ADDON = 'there is none for linux-ppc64; build it from source with: npm run build'

const SITUATIONS: Record<string, Report> = {
  'bare metal': BARE_METAL,
  'a partition': { ...BARE_METAL, platform: PARTITION },
  'no permission': withoutHardware(DENIED, {
    deviceFile: { ...BARE_METAL.deviceFile, mode: '0600', usable: false, error: 'EACCES' },
  }),
  'a suspended partition': withoutHardware(SUSPENDED, { platform: PARTITION }),
  'no addon': withoutHardware('hardware needs the addon, which is not loaded', {
    auto: { ...BARE_METAL.auto, engine: 'model' },
    processor: { ...BARE_METAL.processor, isa: null, copyPaste: null },
    addon: { loaded: false, file: null, reason: NO_ADDON },
    devices: [
      missing('hardware', 'hardware needs the addon, which is not loaded'),
      missing('native', `native needs the addon: ${NO_ADDON}`),
      working('model', [0.42, 7.7]),
    ],
  }),
  'another processor': withoutHardware('x64 has no NX; it is in POWER9 and later', {
    processor: { model: 'Intel(R) Xeon(R) Processor', isa: null, copyPaste: false, emulated: false },
    platform: { ...PARTITION, kind: null },
    deviceFile: {
      path: '/dev/crypto/nx-gzip',
      exists: false,
      mode: null,
      owner: null,
      usable: false,
      error: 'ENOENT',
    },
  }),
  'a unit that fails': {
    ...BARE_METAL,
    accelerator: {
      used: false,
      reason: 'it is taken, but fails its test jobs: The device took no paste',
      advice: [],
    },
    devices: [failing('hardware', 'The device took no paste'), ...BARE_METAL.devices.slice(1)],
  },
}

/** The text of a row, on one line. */
function rowOf(report: Report, label: string): string {
  const lines = screen(report).split('\n')
  const first = lines.findIndex((line) => line.startsWith(label.padEnd(13)))
  assert.notEqual(first, -1, `no row ${label}`)
  const rest = lines.slice(first + 1)
  const length = rest.findIndex((line) => !line.startsWith(' '.repeat(13)))
  return [lines[first], ...rest.slice(0, length)].map((line) => line.slice(13)).join(' ')
}

describe("doctor's screen", () => {
  for (const [title, report] of Object.entries(SITUATIONS)) {
    it(`has at most 24 lines of 80 columns: ${title}`, () => {
      const text = screen(report)
      const lines = text.split('\n')
      assert.equal(lines.pop(), '')
      assert(lines.length <= 24, text)
      assert(
        lines.every((line) => line.length <= 80),
        text,
      )
      assert(!/undefined|null/.test(text), text)
    })
  }

  it('answers first whether the accelerator is used, and then what is taken', () => {
    assert.deepEqual(screen(BARE_METAL).split('\n').slice(0, 3), [
      'accelerator  used',
      'auto takes   hardware: the first of hardware, native, model that opens',
      '',
    ])
  })

  it('shows the chips of bare metal with their VAS ids, and no credits', () => {
    assert.equal(rowOf(BARE_METAL, 'platform'), 'bare metal: chip 0 with VAS 0, chip 8 with VAS 1')
    assert(!/^(credits|limits)/m.test(screen(BARE_METAL)))
  })

  it('shows the credits and limits of a partition', () => {
    const report = SITUATIONS['a partition']
    assert.equal(rowOf(report, 'platform'), 'partition (PowerVM)')
    assert.equal(rowOf(report, 'credits'), 'default: 12 of 320 used; QoS: 0 of 0 used')
    const limits = 'job size: 1 MiB; worth it from: 32 KiB (compress), 32 KiB (decompress)'
    assert.equal(rowOf(report, 'limits'), limits)
  })

  it('says that a partition tells neither credits nor limits', () => {
    const platform = {
      ...PARTITION,
      credits: { default: null, qos: null },
      jobLimit: null,
      minCompress: 1000,
    }
    const report = { ...BARE_METAL, platform }
    assert.equal(rowOf(report, 'credits'), 'default: unknown; QoS: unknown')
    assert.match(rowOf(report, 'limits'), /^job size: unknown; worth it from: 1000 bytes /)
  })

  it('says once, in full, why the accelerator is not used and what to do', () => {
    const report = SITUATIONS['no permission']
    assert.equal(rowOf(report, 'accelerator'), `NOT USED: ${DENIED}`)
    assert.equal(rowOf(report, 'hardware'), 'not available: see accelerator')
    assert.equal(rowOf(report, 'auto takes'), 'native: the first of hardware, native, model that opens')
    const file = '/dev/crypto/nx-gzip, mode 0600, root:root: this user cannot open it (EACCES)'
    assert.equal(rowOf(report, 'device file'), file)
  })

  it('says what to do: in words, and then by commands on lines of their own', () => {
    const advice = ['this user may not use the device', 'chmod 0666 /dev/crypto/nx-gzip', 'ls /dev/crypto']
    const report = withoutHardware('open: Permission denied', {
      accelerator: { used: false, reason: 'open: Permission denied', advice },
    })
    assert.deepEqual(screen(report).split('\n').slice(0, 4), [
      'accelerator  NOT USED: open: Permission denied',
      'what to do   this user may not use the device',
      '               chmod 0666 /dev/crypto/nx-gzip',
      '               ls /dev/crypto',
    ])
  })

  it('tells of a partition that is suspended', () => {
    assert.equal(rowOf(SITUATIONS['a suspended partition'], 'accelerator'), `NOT USED: ${SUSPENDED}`)
  })

  it('says once, in full, why the addon is not loaded', () => {
    const report = SITUATIONS['no addon']
    assert.equal(rowOf(report, 'addon'), `not loaded: ${NO_ADDON}`)
    assert.equal(rowOf(report, 'native'), 'not available: native needs the addon: see addon')
    assert.equal(rowOf(report, 'processor'), 'POWER9, altivec supported (more is known only with the addon)')
  })

  it('says once, in full, why the test jobs of hardware fail', () => {
    const report = SITUATIONS['a unit that fails']
    assert.match(rowOf(report, 'accelerator'), /^NOT USED: .*: The device took no paste$/)
    assert.equal(rowOf(report, 'hardware'), 'the NX unit: FAILED: see accelerator')
  })

  it('says why the test jobs of a software device fail', () => {
    const report = {
      ...BARE_METAL,
      devices: [failing('native', 'the restored data differs'), working('model', [1, 2])],
    }
    assert.equal(rowOf(report, 'native'), 'software NX in C++: FAILED: the restored data differs')
  })

  it('shows the times of the test jobs under their sizes, and which devices are software', () => {
    const lines = screen(BARE_METAL).split('\n')
    const head = lines.findIndex((line) => line.startsWith('test jobs'))
    assert.deepEqual(lines.slice(head, head + 5), [
      'test jobs    executed by                         4 KiB        64 KiB',
      'hardware     the NX unit                      0.021 ms      0.036 ms',
      'native       software NX in C++               0.150 ms      2.200 ms',
      'model        software NX in TypeScript        0.420 ms      7.700 ms',
      '             Medians; those of software devices say nothing of hardware.',
    ])
  })

  it('shows NXZLIB_ENGINE if it is set, and only then', () => {
    assert(!screen(BARE_METAL).includes('NXZLIB_ENGINE'))
    const auto = { engine: 'model', reason: 'NXZLIB_ENGINE asks for it', environment: 'model' } as const
    assert.equal(rowOf({ ...BARE_METAL, auto }, 'environment'), 'NXZLIB_ENGINE=model')
  })

  it('says that nothing is taken where NXZLIB_ENGINE asks for what does not open', () => {
    const auto = { engine: null, reason: 'x64 has no NX', environment: 'hardware' } as const
    assert.equal(rowOf({ ...BARE_METAL, auto }, 'auto takes'), 'nothing: x64 has no NX')
  })

  it('does not let an emulated processor pass for hardware', () => {
    const processor = { model: 'Intel(R) Xeon(R)', isa: '3.1', copyPaste: true, emulated: true }
    const report = { ...BARE_METAL, processor }
    assert.equal(rowOf(report, 'accelerator'), 'used, but no hardware: the processor is emulated')
    assert.equal(rowOf(report, 'processor'), 'Intel(R) Xeon(R), emulates Power ISA 3.1, with copy/paste')
    assert.match(rowOf(report, 'hardware'), /^an emulated NX unit /)
  })

  it('keeps a word that is longer than a line whole', () => {
    const file = `/${'a'.repeat(90)}`
    assert.equal(rowOf({ ...BARE_METAL, addon: { loaded: true, file, reason: null } }, 'addon'), file)
  })
})
