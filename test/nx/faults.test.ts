// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC, type ModelOptions, type Window } from '../../lib/nx.js'
import { makeRandom, textLike } from '../support/data.js'
import { hexOf, openUnit, RawJob } from '../support/unit.js'

const PAGE = 4096

/** A window whose pages all start out of memory, with its control structures brought in by a first job. */
function warmWindow(model: ModelOptions = {}): Window {
  const { window } = openUnit({ residency: 'none', pageSize: PAGE, ...model })
  window.runSync({ fc: FC.WRAP, source: new Uint8Array(1), target: new Uint8Array(1) })
  return window
}

/** A buffer of its own of so many pages; `map` gives it an address at a page boundary. */
const pages = (count: number) => new Uint8Array(count * PAGE)

describe('a job in memory that is not resident', () => {
  it('faults at its CSB first, then at its source; then all of it is brought in', () => {
    const { window } = openUnit({ residency: 'none', pageSize: PAGE })
    const source = textLike(1, PAGE)
    const address = window.map(source)
    const target = pages(1)
    const result = window.runSync({ fc: FC.WRAP, source, target })
    assert.equal(result.csb.cc, 0)
    assert.equal(result.attempts, 3)
    assert.equal(result.faults.length, 2)
    // The CSB lies at byte 240 of a slot that is aligned to 2048.
    assert.equal(result.faults[0] % 2048n, 240n)
    assert.equal(result.faults[1], address)
    assert.deepEqual(target, source)
  })

  it('faults at the first and then at the second page of its source', () => {
    const window = warmWindow()
    const source = textLike(2, 3 * PAGE)
    const address = window.map(source)
    const result = window.runSync({ fc: FC.WRAP, source, target: pages(3) })
    assert.deepEqual(result.faults, [address, address + 4096n])
    assert.deepEqual([result.csb.cc, result.csb.tpbc, result.attempts], [0, 3 * PAGE, 3])
  })

  it('faults at the first byte that it uses of a page', () => {
    const window = warmWindow()
    const source = pages(3)
    const address = window.map(source)
    const used = source.subarray(100, PAGE + 50)
    const result = window.runSync({ fc: FC.WRAP, source: used, target: pages(3) })
    assert.deepEqual(result.faults, [address + 100n, address + 4096n])
  })

  it('faults at its target where its source is resident, page by page', () => {
    const window = warmWindow()
    const source = textLike(3, 2 * PAGE)
    window.map(source)
    window.runSync({ fc: FC.WRAP, source, target: pages(2) })
    const target = pages(3)
    const address = window.map(target)
    const result = window.runSync({ fc: FC.WRAP, source, target: target.subarray(1000) })
    assert.deepEqual(result.faults, [address + 1000n, address + 4096n])
    assert.deepEqual(target.slice(1000, 1000 + 2 * PAGE), source)
    const again = window.runSync({ fc: FC.WRAP, source, target: target.subarray(1000) })
    assert.deepEqual([again.faults, again.attempts], [[], 1])
  })

  it('does not fault at target pages that its output does not reach', () => {
    const window = warmWindow()
    const source = textLike(4, 100)
    window.map(source)
    window.runSync({ fc: FC.WRAP, source, target: pages(1) })
    const target = pages(8)
    const address = window.map(target)
    const result = window.runSync({ fc: FC.WRAP, source, target })
    assert.deepEqual(result.faults, [address])
    // Only that page was touched: a later page faults when it is needed.
    const later = window.runSync({ fc: FC.WRAP, source, target: target.subarray(5 * PAGE) })
    assert.deepEqual(later.faults, [address + BigInt(5 * PAGE)])
  })

  it('faults again at a target page that was only read', () => {
    const window = warmWindow()
    const memory = pages(1)
    const address = window.map(memory)
    memory.set(textLike(5, 100))
    const result = window.runSync({
      fc: FC.WRAP,
      source: memory.subarray(0, 100),
      target: memory.subarray(2000),
    })
    assert.deepEqual(result.faults, [address, address + 2000n])
    assert.deepEqual(memory.slice(2000, 2100), memory.slice(0, 100))
  })

  it('needs a page that is source and target at once only once when it is written first', () => {
    const window = warmWindow()
    const memory = pages(1)
    window.map(memory)
    window.runSync({ fc: FC.WRAP, source: new Uint8Array(10), target: memory })
    const result = window.runSync({
      fc: FC.WRAP,
      source: memory.subarray(0, 10),
      target: memory.subarray(2000),
    })
    assert.deepEqual([result.faults, result.attempts], [[], 1])
  })

  it('names the second of two buffers when only that one is missing', () => {
    const window = warmWindow()
    const [first, second] = [textLike(6, 100), textLike(7, 100)]
    window.map(first)
    window.runSync({ fc: FC.WRAP, source: first, target: new Uint8Array(100) })
    const address = window.map(second)
    const target = pages(1)
    window.map(target)
    window.runSync({ fc: FC.WRAP, source: first, target })
    const result = window.runSync({ fc: FC.WRAP, source: [first, second], target })
    assert.deepEqual(result.faults, [address])
  })

  it('runs without blocking just as well', async () => {
    const window = warmWindow()
    const source = textLike(8, 3 * PAGE)
    const address = window.map(source)
    const target = pages(3)
    const result = await window.run({ fc: FC.WRAP, source, target })
    assert.deepEqual(result.faults, [address, address + 4096n])
    assert.deepEqual(target, source)
  })
})

describe('random residency', () => {
  const plain = textLike(12, 150_000)
  for (const pageSize of [4096, 65536]) {
    for (const residency of ['none', 0.1, 0.5, 0.9] as const) {
      it(`${residency} with pages of ${pageSize} bytes changes no byte, and costs a paste per fault`, () => {
        let faults = 0
        for (let seed = 1; seed <= 5; seed++) {
          const { window } = openUnit({ residency, pageSize, seed })
          const random = makeRandom(seed)
          for (let round = 0; round < 4; round++) {
            const start = random.below(50_000)
            const source = plain.slice(start, start + random.between(1, 100_000))
            const compressed = new Uint8Array(source.length + 1000)
            const packed = window.runSync({ fc: FC.COMPRESS_FHT, source, target: compressed, effort: 1 })
            assert.ok([0, 64].includes(packed.csb.cc), `seed ${seed}`)
            const block = compressed.subarray(0, packed.csb.tpbc)
            assert.ok(Buffer.from(source).equals(zlib.inflateRawSync(block)), `seed ${seed}`)
            const target = new Uint8Array(source.length)
            const half = block.length >>> 1
            const pieces = half > 0 ? [block.subarray(0, half), block.slice(half)] : block
            const unpacked = window.runSync({ fc: FC.DECOMPRESS, source: pieces, target })
            assert.equal(unpacked.csb.cc, 0)
            assert.ok(Buffer.from(source).equals(target), `seed ${seed}`)
            for (const result of [packed, unpacked]) {
              assert.equal(result.attempts, result.faults.length + 1)
              assert.ok(result.faults.length <= 2, `${result.faults.length} faults, seed ${seed}`)
              faults += result.faults.length
            }
          }
        }
        assert.ok(faults > 0)
      })
    }
  }

  it('all never faults', () => {
    const { window } = openUnit({ residency: 'all', pageSize: PAGE })
    const result = window.runSync({ fc: FC.WRAP, source: plain, target: new Uint8Array(150_000) })
    assert.deepEqual([result.csb.cc, result.attempts, result.faults], [0, 1, []])
  })

  it('is the same for the same seed', () => {
    const faultsOf = (seed: number) => {
      const { window } = openUnit({ residency: 0.5, pageSize: PAGE, seed })
      const job = () => ({ fc: FC.WRAP, source: plain.slice(0, 50_000), target: new Uint8Array(50_000) })
      return Array.from({ length: 10 }, () => window.runSync(job()).faults)
    }
    assert.deepEqual(faultsOf(3), faultsOf(3))
    assert.notDeepEqual(faultsOf(3), faultsOf(4))
  })
})

describe('a fault that cannot be answered', () => {
  it('is returned with CC 250 when its address is none of the job', () => {
    const { window } = openUnit({ inject: { job: () => 250 } })
    const result = window.runSync({ fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) })
    assert.deepEqual([result.csb.cc, result.csb.v, result.attempts, result.faults], [250, 1, 1, [0n]])
    assert.equal(result.cpb.spbc, 0)
  })

  it('is returned, not thrown, without blocking too', async () => {
    const { window } = openUnit({ inject: { job: () => 250 } })
    const result = await window.run({ fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) })
    assert.deepEqual([result.csb.cc, result.attempts], [250, 1])
  })

  it('ends after a bounded number of pastes when pages never stay', () => {
    const { window } = openUnit({
      residency: 'none',
      inject: { job: (index) => (index === 0 ? undefined : 250) },
    })
    const result = window.runSync({ fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) })
    assert.equal(result.csb.cc, 250)
    assert.equal(result.faults.length, result.attempts)
    assert.ok(result.attempts > 2 && result.attempts <= 100, `${result.attempts} pastes`)
  })

  it('leaves its credit in the window', () => {
    const { window } = openUnit({ sendCredits: 1, inject: { job: (index) => (index < 3 ? 250 : undefined) } })
    const job = { fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) }
    for (let round = 0; round < 3; round++) assert.equal(window.runSync(job).csb.cc, 250)
    assert.equal(window.runSync(job).csb.cc, 0)
    assert.deepEqual(window.credits, { capacity: 1, available: 1 })
  })
})

describe('a raw job in memory that is not resident', () => {
  it('faults at its CSB, whose page comes in as the kernel writes the CSB', () => {
    const { window } = openUnit({ residency: 'none', pageSize: PAGE })
    const source = new Uint8Array(8)
    const job = new RawJob(window, 0x1e).source(source).target(new Uint8Array(8))
    const csbAddress = job.csbAddress.toString(16).padStart(16, '0')
    assert.equal(job.run(), '8000fa40' + '00000000' + csbAddress)
    const sourceAddress = window.map(source).toString(16).padStart(16, '0')
    assert.equal(job.run(), '8000fa40' + '00000000' + sourceAddress)
    assert.equal(hexOf(job.cpb.subarray(384)), 'ee'.repeat(1296))
  })

  it('faults at its CPB when that lies on another page than its CSB', () => {
    const { window } = openUnit({ residency: 'none', pageSize: PAGE })
    const job = new RawJob(window, 0x1e).source(new Uint8Array(8)).target(new Uint8Array(8))
    // The last quadword of the first page.
    const memory = pages(2)
    const address = window.map(memory) + 4080n
    job.view.setBigUint64(8, address)
    window.paste(job.crb)
    assert.equal(hexOf(memory.subarray(4080, 4096)), '8000fa40' + '00000000' + hex64(address))
    memory.fill(0, 4080, 4096)
    window.paste(job.crb)
    assert.equal(hexOf(memory.subarray(4080, 4096)), '8000fa40' + '00000000' + hex64(address + 16n))
  })

  it('faults at its CPB input for the functions that fetch it (UM 6.8.1)', () => {
    for (const fc of [2, 3, 6, 7, 10, 11, 14, 15, 20, 21, 22, 23]) {
      const { window } = openUnit()
      const job = new RawJob(window, fc).source(new Uint8Array(8)).target(new Uint8Array(8))
      // Of 19 quadwords of input only 18 are mapped behind the CSB.
      const memory = new Uint8Array(16 + 18 * 16)
      const address = window.map(memory)
      job.view.setBigUint64(8, address)
      window.paste(job.crb)
      assert.equal(hexOf(memory.subarray(0, 16)), '8000fa40' + '00000000' + hex64(address + 304n))
    }
  })

  it('faults at the page of its list of DDEs', () => {
    const window = warmWindow()
    const job = new RawJob(window, 0x1e).target(new Uint8Array(8))
    job.run()
    const list = pages(1)
    const address = window.map(list)
    job.dde(16, 1, 8, address)
    assert.equal(job.run(), '8000fa40' + '00000000' + hex64(address))
  })

  it('faults at addresses where nothing is, however high', () => {
    for (const address of [0n, 1n, 0xffff_ffffn, 2n ** 63n, 2n ** 64n - 1n]) {
      const job = new RawJob(openUnit().window, 0x1e).target(new Uint8Array(8))
      job.dde(16, 0, 8, address)
      assert.equal(job.run(), '8000fa40' + '00000000' + hex64(address))
      job.dde(16, 0, 8, job.address).dde(32, 0, 8, address)
      assert.equal(job.run(), '8000fa40' + '00000000' + hex64(address))
    }
  })

  it('faults right behind its buffer when its DDE is too long for it', () => {
    const source = new Uint8Array(100)
    const { window } = openUnit()
    const job = new RawJob(window, 0x1e).source(source).target(new Uint8Array(200))
    job.view.setUint32(20, 101)
    assert.equal(job.run(), '8000fa40' + '00000000' + hex64(window.map(source) + 100n))
  })
})

function hex64(address: bigint): string {
  return address.toString(16).padStart(16, '0')
}
