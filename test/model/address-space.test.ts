// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { AddressSpace, type Residency } from '../../lib/model/address-space.js'

const PAGE = 4096

const spaceOf = (residency: Residency = 'none', seed = 1) =>
  new AddressSpace({ pageSize: PAGE, residency, seed })

describe('addresses', () => {
  it('start on a page boundary above 4 GiB, and a page is left free behind each buffer', () => {
    const space = spaceOf()
    const first = space.map(new Uint8Array(PAGE + 1))
    const second = space.map(new Uint8Array(1))
    assert.equal(first % 4096n, 0n)
    assert.ok(first >= 0x1_0000_0000n)
    assert.equal(second - first, 3n * 4096n)
  })

  it('are the same for every view of a buffer', () => {
    const space = spaceOf()
    const memory = new ArrayBuffer(1000)
    const base = space.map(new Uint8Array(memory))
    assert.equal(space.map(new Uint8Array(memory, 500, 3)), base + 500n)
    assert.equal(space.map(new Uint8Array(memory, 999)), base + 999n)
  })

  it('give the memory of the buffer itself, not a copy', () => {
    const space = spaceOf()
    const memory = new Uint8Array(100)
    const address = space.map(memory)
    space.bytes(address + 10n, 2)!.set([7, 8])
    space.view(address + 12n, 4)!.setUint16(0, 0x0a0b)
    assert.deepEqual([...memory.subarray(9, 15)], [0, 7, 8, 10, 11, 0])
  })

  it('give nothing for a range that is not wholly mapped', () => {
    const space = spaceOf()
    const address = space.map(new Uint8Array(100))
    assert.equal(space.bytes(address, 101), undefined)
    assert.equal(space.view(address + 97n, 4), undefined)
    assert.equal(space.bytes(address - 1n, 1), undefined)
    assert.equal(space.bytes(0n, 1), undefined)
    assert.equal(space.bytes(address + 99n, 1)!.length, 1)
  })

  it('are found among many buffers, also when some have gone', () => {
    const space = spaceOf()
    const mapped = Array.from({ length: 200 }, (_, index) => {
      const view = new Uint8Array(index + 1).fill(index)
      return { view, address: space.map(view) }
    })
    mapped
      .filter((_, index) => index % 3 === 0)
      .forEach(({ view }) => {
        space.unmap(view)
      })
    mapped.forEach(({ view, address }, index) => {
      const found = space.bytes(address, view.length)
      if (index % 3 === 0) assert.equal(found, undefined)
      else assert.equal(found!.buffer, view.buffer)
    })
  })

  it('end when unmap was called as often as map', () => {
    const space = spaceOf()
    const view = new Uint8Array(10)
    const address = space.map(view)
    space.map(view.subarray(5))
    space.unmap(view)
    assert.ok(space.bytes(address, 10))
    space.unmap(view)
    assert.equal(space.bytes(address, 10), undefined)
    space.unmap(view)
    assert.notEqual(space.map(view), address)
  })
})

describe('pages', () => {
  it('fault at the first address that is missing, for a read and for a write', () => {
    const space = spaceOf()
    const address = space.map(new Uint8Array(3 * PAGE))
    const from = address + 100n
    assert.equal(space.firstFault(from, 10, false), from)
    space.touch(from, 1, false)
    assert.equal(space.firstFault(from, 10, false), undefined)
    assert.equal(space.firstFault(from, 10, true), from)
    assert.equal(space.firstFault(from, PAGE, false), address + 4096n)
    space.touch(from, 1, true)
    assert.equal(space.firstFault(from, 10, true), undefined)
  })

  it('are all brought in by a touch of a range', () => {
    const space = spaceOf()
    const address = space.map(new Uint8Array(4 * PAGE))
    assert.equal(space.touch(address + 4095n, 4098, true), true)
    assert.equal(space.firstFault(address, 3 * PAGE, true), undefined)
    assert.equal(space.firstFault(address, 4 * PAGE, true), address + 3n * 4096n)
  })

  it('stay writable when they are read', () => {
    const space = spaceOf()
    const address = space.map(new Uint8Array(PAGE))
    space.touch(address, 1, true)
    space.touch(address, 1, false)
    assert.equal(space.firstFault(address, 1, true), undefined)
  })

  it('go out of memory when they are evicted', () => {
    const space = spaceOf('none')
    const address = space.map(new Uint8Array(3 * PAGE))
    space.touch(address, 3 * PAGE, true)
    space.evict(address + 4096n, 1)
    assert.equal(space.firstFault(address, 3 * PAGE, false), address + 4096n)
    assert.equal(space.firstFault(address + 8192n, PAGE, true), undefined)
  })

  it('do not exist behind the buffer', () => {
    const space = spaceOf('all')
    const address = space.map(new Uint8Array(100))
    assert.equal(space.firstFault(address, 101, false), address + 100n)
    assert.equal(space.firstFault(address + 100n, 1, false), address + 100n)
    assert.equal(space.touch(address, 101, false), false)
    assert.equal(space.touch(0n, 1, false), false)
  })

  it('matter to no range of zero bytes', () => {
    assert.equal(spaceOf().firstFault(0n, 0, true), undefined)
  })

  for (const [residency, least, most] of [
    ['all', 1000, 1000],
    ['none', 0, 0],
    [0, 0, 0],
    [0.25, 200, 300],
    [1, 1000, 1000],
  ] as const) {
    it(`start resident with residency ${residency}`, () => {
      const space = spaceOf(residency)
      const address = space.map(new Uint8Array(1000 * PAGE))
      let resident = 0
      for (let page = 0; page < 1000; page++) {
        if (space.firstFault(address + BigInt(page * PAGE), 1, true) === undefined) resident++
      }
      assert.ok(resident >= least && resident <= most, `${resident} of 1000 pages`)
    })
  }

  it('are the same ones for the same seed', () => {
    const pagesOf = (seed: number) => {
      const space = spaceOf(0.5, seed)
      const address = space.map(new Uint8Array(100 * PAGE))
      return Array.from({ length: 100 }, (_, page) =>
        space.firstFault(address + BigInt(page * PAGE), 1, false) === undefined ? 1 : 0,
      ).join('')
    }
    assert.equal(pagesOf(9), pagesOf(9))
    assert.notEqual(pagesOf(9), pagesOf(10))
  })
})
