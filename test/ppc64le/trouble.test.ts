// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { emulate, type Emulated } from './emulated.js'
import type { FunctionsReport } from './programs/functions.js'
import type { TroubleArgument, TroubleReport } from './programs/trouble.js'

const times = (count: number, outcome: string) => Array.from({ length: count }, () => outcome)

const makeTrouble = (standIn: string, argument: TroubleArgument = {}, neverEnds = false) =>
  emulate<TroubleReport>('trouble', { standIn, argument, neverEnds })

function assertRight({ result }: Emulated<TroubleReport>): void {
  assert.deepEqual([result.blocking, result.background], [times(2, 'right'), times(2, 'right')])
  assert.equal(result.missing, 0)
}

describe(`a device that makes trouble, on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  for (const settings of ['busy=5', 'busy=5,so=1', 'fault=once', 'delay=30', 'credits=1', 'fifo=1']) {
    it(`${settings}: the bytes are right`, async () => {
      const emulated = await makeTrouble(settings)
      assertRight(emulated)
      if (settings.startsWith('busy')) assert.ok(emulated.counters.rejected >= 5 * 4)
      if (settings.startsWith('fault')) assert.ok(emulated.counters.faults >= 4)
    })
  }

  it('busy for ever: ERR_NX_BUSY within its time', async () => {
    const { result } = await makeTrouble('busy=always', { pasteTimeout: 200 })
    assert.deepEqual([result.blocking, result.background], [times(2, 'ERR_NX_BUSY'), times(2, 'ERR_NX_BUSY')])
    assert.ok(result.slowest < 5000, `${result.slowest} ms`)
    assert.equal(result.missing, 0)
  })

  it('pages that never stay: CC=250 after a bounded number of tries', async () => {
    const { result, counters } = await makeTrouble('fault=always')
    assert.deepEqual([result.blocking, result.background], [times(2, 'CC=250'), times(2, 'CC=250')])
    assert.ok(counters.faults <= 4 * 40)
  })

  it('jobs that never end: ERR_NX_TIMEOUT within their time, and their credits stay away', async () => {
    const { result } = await makeTrouble('hang=1-2', { timeout: 300 }, true)
    assert.deepEqual(result.blocking, times(2, 'ERR_NX_TIMEOUT'))
    assert.deepEqual(result.background, times(2, 'right'))
    assert.ok(result.slowest < 5000, `${result.slowest} ms`)
    assert.equal(result.missing, 2)
  })

  it('jobs that end after their time: their credits and their memory come back then', async () => {
    const { result } = await makeTrouble('delay=5000@1', { timeout: 1000, linger: 8000 })
    assert.deepEqual(result.blocking, ['ERR_NX_TIMEOUT', 'right'])
    assert.deepEqual(result.background, times(2, 'right'))
    assert.deepEqual([result.missing, result.stillMissing], [1, 0])
  })

  for (const cc of [10, 20, 90, 224, 255]) {
    it(`CC=${cc} of one job: it is told, and the others are right`, async () => {
      const { result } = await makeTrouble(`cc=${cc}@1`)
      assert.deepEqual(result.blocking, [`CC=${cc}`, 'right'])
      assert.deepEqual(result.background, times(2, 'right'))
    })
  }

  for (const settings of ['limit=65536', 'cc=13@1-3', 'cc=224@2', 'cc=250@all', 'fault=always']) {
    it(`${settings}: the functions of the package give right bytes`, async () => {
      const { result } = await emulate<FunctionsReport>('functions', { standIn: settings })
      assert.deepEqual([result.engine, result.right], ['hardware', true])
    })
  }
})
