// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as nx from '../../lib/nx.js'
import { openUnit } from '../support/unit.js'

const memory = { source: new Uint8Array(8), target: new Uint8Array(8) }
const invalid = (error: unknown) =>
  error instanceof nx.NxUsageError && error instanceof nx.NxError && error.code === 'ERR_NX_INVALID_ARGUMENT'

const BAD_JOBS: readonly [string, unknown][] = [
  ['fc 64', { ...memory, fc: 64 }],
  ['fc -1', { ...memory, fc: -1 }],
  ['fc 1.5', { ...memory, fc: 1.5 }],
  ['no fc', { ...memory, fc: null }],
  ['effort 10', { ...memory, fc: 0, effort: 10 }],
  ['effort -1', { ...memory, fc: 0, effort: -1 }],
  ['histlen 4096', { ...memory, fc: 8, cpb: { histlen: 4096 } }],
  ['histlen 0.5', { ...memory, fc: 8, cpb: { histlen: 0.5 } }],
  ['subc 8', { ...memory, fc: 20, cpb: { subc: 8 } }],
  ['sfbt 16', { ...memory, fc: 20, cpb: { sfbt: 16 } }],
  ['rembytecnt 65536', { ...memory, fc: 20, cpb: { rembytecnt: 65536 } }],
  ['dhtlen 4096', { ...memory, fc: 2, cpb: { dhtlen: 4096 } }],
  ['a DHT of 289 bytes', { ...memory, fc: 2, cpb: { dht: new Uint8Array(289), dhtlen: 42 } }],
  ['adler 2^32', { ...memory, fc: 8, cpb: { adler: 2 ** 32 } }],
  ['crc -1', { ...memory, fc: 8, cpb: { crc: -1 } }],
  ['crc NaN', { ...memory, fc: 8, cpb: { crc: NaN } }],
  ['a checksum that does not exist', { ...memory, fc: 16, checksum: 'md5' }],
  ['no source', { fc: 0, target: memory.target }],
  ['a source that is a string', { ...memory, fc: 0, source: 'abc' }],
  ['a source that is an array of numbers', { ...memory, fc: 0, source: [1, 2, 3] }],
  ['a source that is an ArrayBuffer', { ...memory, fc: 0, source: new ArrayBuffer(8) }],
  ['a target that is null', { ...memory, fc: 0, target: null }],
  ['a target with a hole', { ...memory, fc: 0, target: [memory.target, undefined] }],
]

describe('a job that cannot be put to the device', () => {
  for (const [what, bad] of BAD_JOBS) {
    it(`is refused with ERR_NX_INVALID_ARGUMENT: ${what}`, async () => {
      const { window } = openUnit({ sendCredits: 1 })
      const job = bad as nx.Job
      assert.throws(() => window.runSync(job), invalid)
      await assert.rejects(window.run(job), invalid)
      assert.throws(() => nx.crb(job), invalid)
      assert.equal(window.credits.available, 1)
    })
  }

  it('does not become another one: the largest values are taken as they are', () => {
    const { window } = openUnit()
    const { csb } = window.runSync({
      ...memory,
      fc: 8,
      cpb: { histlen: 4095, adler: 0xffffffff, crc: 0xffffffff },
    })
    assert.deepEqual([csb.cc, csb.ce], [3, 0b011])
    assert.equal(window.runSync({ ...memory, fc: 63 }).csb.cc, 17)
  })

  it('is no job whose memory is a Buffer, or an empty list', () => {
    const { window } = openUnit()
    const target = Buffer.alloc(8)
    assert.equal(window.runSync({ fc: nx.FC.WRAP, source: Buffer.from('abc'), target }).csb.cc, 0)
    assert.equal(target.toString('latin1', 0, 3), 'abc')
    assert.equal(window.runSync({ fc: nx.FC.WRAP, source: [], target }).csb.cc, 14)
    assert.equal(window.runSync({ fc: nx.FC.WRAP, source: target, target: [] }).csb.cc, 13)
  })
})

describe('openDevice', () => {
  it('refuses an engine that does not exist', () => {
    assert.throws(() => nx.openDevice({ engine: 'gpu' as 'model' }), invalid)
  })
})

describe('openWindow', () => {
  for (const name of ['timeout', 'pasteTimeout'] as const) {
    it(`takes only a positive number of milliseconds as ${name}`, () => {
      const device = nx.openDevice({ engine: 'model' })
      for (const value of [0, -1, NaN, '5', null]) {
        assert.throws(() => device.openWindow({ [name]: value }), invalid)
      }
      for (const value of [1, 0.5, Infinity]) device.openWindow({ [name]: value })
    })
  }
})

describe('the exports of nxzlib/nx', () => {
  it('name the function codes of UM table 6-2 and the completion codes of table 6-8', () => {
    assert.deepEqual(Object.values(nx.FC), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 30])
    assert.equal(nx.FC_LOW_LIMIT, 1)
    assert.deepEqual([nx.CC.TARGET_SPACE, nx.CC.TPBC_GT_SPBC, nx.CC.TRANSLATION_FAULT], [13, 64, 250])
    assert.deepEqual([nx.CE_PARTIAL, nx.CE_TERMINATE, nx.CE_TPBC], [4, 2, 1])
    assert.equal(nx.gzipFunction(0x1f)?.operation, 'wrap')
  })

  it('hold the tables of all structures', () => {
    const sizes = [nx.CRB, nx.CCB, nx.DDE, nx.CSB, nx.CPB, nx.VAS_STAMP, nx.FAULT_STAMP].map(
      ({ size }) => size,
    )
    assert.deepEqual(sizes, [128, 16, 16, 16, 1680, 16, 16])
  })
})
