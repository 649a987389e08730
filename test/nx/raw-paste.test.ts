// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { crb, FC, NxUsageError, openDevice, type Job } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { bytesOf, hexOf, openUnit, piecesOf, RawJob } from '../support/unit.js'

describe('paste, as firmware would', () => {
  it('runs a job from nothing but bytes: CRB, DDE lists, CPB, and the CSB polled', () => {
    const window = openDevice({ engine: 'model' }).openWindow()
    // CRB at 0, CSB at 240, CPB at 256, the source list at 2048, the target list at 2112, data behind.
    const memory = new Uint8Array(4096)
    const base = window.map(memory)
    assert.equal(base % 128n, 0n)
    const hex = (address: bigint) => address.toString(16).padStart(16, '0')
    memory.set(bytesOf('00000010 00000000' + hex(base + 240n)), 0)
    memory.set(bytesOf('00000200 00000003' + hex(base + 2048n)), 16)
    memory.set(bytesOf('00000200 00000008' + hex(base + 2112n)), 32)
    memory.set(bytesOf('00000000 00000001' + hex(base + 3001n)), 2048)
    memory.set(bytesOf('00000000 00000002' + hex(base + 3100n)), 2064)
    memory.set(bytesOf('00000000 00000003' + hex(base + 3203n)), 2112)
    memory.set(bytesOf('00000000 00000005' + hex(base + 3307n)), 2128)
    memory[3001] = 0x4b
    memory.set([0x04, 0x00], 3100)

    assert.equal(window.paste(memory.subarray(0, 128)), true)
    while ((memory[240] & 0x80) === 0);
    assert.equal(hexOf(memory.subarray(240, 256)), '80000020' + '00000001' + '00'.repeat(8))
    assert.equal(memory[3203], 0x61)
    assert.equal(
      hexOf(memory.subarray(256 + 384, 256 + 400)),
      '00620062' + '43beb7e8' + '00000006' + '00000000',
    )
  })

  it('takes a CRB that lies anywhere: only its 128 bytes are copied', () => {
    const { window } = openUnit()
    const job = new RawJob(window, 0x1e).source(bytesOf('0102')).target(new Uint8Array(2))
    job.csb.fill(0)
    assert.equal(window.paste(Uint8Array.from(job.crb)), true)
    assert.equal(hexOf(job.csb), '80000020' + '00000002' + '00'.repeat(8))
  })

  it('gives its credit back with the completion, also with an error or a fault', () => {
    const { window } = openUnit({ sendCredits: 1 })
    const job = new RawJob(window, 0x3e).source(bytesOf('0102')).target(new Uint8Array(2))
    for (let round = 0; round < 3; round++) assert.equal(job.run().slice(0, 8), '80001160')
    job.memory[3] = 0x1e
    job.dde(16, 0, 1, 0n)
    for (let round = 0; round < 3; round++) assert.equal(job.run().slice(0, 8), '8000fa40')
  })

  it('is refused without a credit', () => {
    const { window } = openUnit({ sendCredits: 2, inject: { job: () => 'hang' } })
    const job = new RawJob(window, 0x1e).source(bytesOf('0102')).target(new Uint8Array(2))
    assert.deepEqual(
      [window.paste(job.crb), window.paste(job.crb), window.paste(job.crb)],
      [true, true, false],
    )
  })

  it('is accepted when it is tried again, while other jobs have taken all credits', async () => {
    const { window } = openUnit({ sendCredits: 3 })
    const running = Array.from({ length: 3 }, () =>
      window.run({ fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) }),
    )
    // The turn of the event loop in which they are pasted, and before they are executed.
    await new Promise((resolve) => setImmediate(resolve))
    const job = new RawJob(window, 0x1e).source(bytesOf('0102')).target(new Uint8Array(2))
    assert.deepEqual([window.paste(job.crb), window.paste(job.crb)], [false, true])
    assert.ok((await Promise.all(running)).every(({ csb }) => csb.cc === 0))
  })

  it('is lost when its CSB is nowhere, and gives its credit back', () => {
    const { window } = openUnit({ sendCredits: 1 })
    const job = new RawJob(window, 0x1e).source(bytesOf('0102')).target(new Uint8Array(2))
    job.view.setBigUint64(8, 0n)
    assert.equal(window.paste(job.crb), true)
    assert.equal(window.paste(job.crb), true)
  })

  for (const length of [0, 127, 129]) {
    it(`refuses ${length} bytes with a typed error`, () => {
      const { window } = openUnit()
      assert.throws(
        () => window.paste(new Uint8Array(length)),
        (error) => error instanceof NxUsageError && error.code === 'ERR_NX_INVALID_ARGUMENT',
      )
    })
  }
})

describe('map', () => {
  it('gives views of one buffer addresses as far apart as they are', () => {
    const { window } = openUnit()
    const memory = new Uint8Array(1000)
    const base = window.map(memory)
    assert.equal(window.map(memory.subarray(123)), base + 123n)
  })

  it('gives different buffers addresses that do not touch', () => {
    const { window } = openUnit({ pageSize: 4096 })
    const [first, second] = [window.map(new Uint8Array(4096)), window.map(new Uint8Array(1))]
    assert.ok(second >= first + 2n * 4096n)
  })

  it('holds until unmap was called as often', () => {
    const { window } = openUnit()
    const source = bytesOf('0102')
    const job = new RawJob(window, 0x1e).source(source).target(new Uint8Array(2))
    window.map(source)
    window.unmap(source)
    assert.equal(job.run().slice(0, 8), '80000020')
    const address = job.view.getBigUint64(24)
    window.unmap(source)
    assert.equal(job.run(), '8000fa40' + '00000000' + address.toString(16).padStart(16, '0'))
    window.unmap(source)
  })

  it('holds until the window is closed', async () => {
    const { device, window } = openUnit()
    const other = device.openWindow()
    const source = bytesOf('0102')
    const address = window.map(source)
    const job = new RawJob(other, 0x1e).target(new Uint8Array(2)).dde(16, 0, 2, address)
    assert.equal(job.run().slice(0, 8), '80000020')
    await window.close()
    assert.equal(job.run().slice(0, 8), '8000fa40')
  })

  it('does not keep an address for another buffer', () => {
    const { window } = openUnit()
    const seen = new Set<bigint>()
    for (let round = 0; round < 100; round++) {
      const view = new Uint8Array(8)
      seen.add(window.map(view))
      window.unmap(view)
    }
    assert.equal(seen.size, 100)
  })
})

describe('crb', () => {
  const source = new Uint8Array(0x13e8)
  const target = new Uint8Array(0x1000)
  const addresses = { csb: 0x1234_5678_abc0n, source: 0x5555_0000_1020n, target: 0x7777_0000_0000n }

  it('gives the 128 bytes of a job with direct memory', () => {
    assert.equal(
      hexOf(crb({ fc: FC.DECOMPRESS_RESUME, source, target }, addresses)),
      '00000014' +
        '00000000' +
        '000012345678abc0' +
        '00000000000013e8' +
        '0000555500001020' +
        '0000000000001000' +
        '0000777700000000' +
        '00'.repeat(80),
    )
  })

  it('counts the pieces and the bytes of lists', () => {
    const job: Job = {
      fc: FC.WRAP,
      source: [source, target],
      target: Array.from({ length: 255 }, () => target),
    }
    assert.equal(
      hexOf(crb(job, addresses).subarray(16, 48)),
      '00000200' + '000023e8' + '0000555500001020' + '0000ff00' + '000ff000' + '0000777700000000',
    )
  })

  it('holds the effort where NX does not look', () => {
    const bytes = crb({ fc: 0, source, target, effort: 7 }, addresses)
    assert.equal(hexOf(bytes.subarray(64)), '00'.repeat(16) + '07' + '00'.repeat(47))
  })

  it('holds the hints that a job gives, where NX does not look', () => {
    const job = { fc: FC.DECOMPRESS, source, target }
    const hints = (more: Partial<Job>) => hexOf(crb({ ...job, ...more }, addresses).subarray(64))
    assert.equal(hints({}), '00'.repeat(64))
    assert.equal(hints({ countsOnly: true }).slice(32, 48), '0001000000000000')
    assert.equal(hints({ mayOverrun: true }).slice(32, 48), '000000004f565255')
    const words = (['adler', 'crc', 'none'] as const).map((checksum) => hints({ checksum }).slice(48, 64))
    assert.deepEqual(words, ['41444c5200000000', '4352433300000000', '4e4f4e4500000000'])
  })

  it('can be pasted', () => {
    const { window } = openUnit()
    const data = textLike(2, 500)
    const [memory, room] = [new Uint8Array(2048), new Uint8Array(500)]
    const job = { fc: FC.WRAP, source: data, target: room }
    const where = { csb: window.map(memory), source: window.map(data), target: window.map(room) }
    assert.equal(window.paste(crb(job, where)), true)
    assert.equal(hexOf(memory.subarray(0, 8)), '80000020' + '000001f4')
    assert.deepEqual(room, data)
  })
})

describe('jobs of two windows of a device', () => {
  it('see the same memory, and each its own credits', () => {
    const { device, window } = openUnit({ sendCredits: 1 })
    const other = device.openWindow()
    const [piece] = piecesOf(window, [bytesOf('0102')])
    const job = new RawJob(other, 0x1e).target(new Uint8Array(2)).sourceList([piece])
    assert.equal(job.run().slice(0, 8), '80000020')
  })
})
