// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Credits } from '../../lib/job/credits.js'

/** Asks for a credit and notes what comes of it. */
function ask(credits: Credits, name: string, log: string[]): void {
  credits.whenTaken(
    () => log.push(`${name} started`),
    () => log.push(`${name} refused`),
  )
}

describe('Credits', () => {
  it('starts at once while credits are left', () => {
    const credits = new Credits(2)
    const log: string[] = []
    ask(credits, 'a', log)
    ask(credits, 'b', log)
    assert.deepEqual(log, ['a started', 'b started'])
    assert.deepEqual([credits.available, credits.isAwaited], [0, false])
  })

  it('hands a credit that comes back to the one who waited longest', () => {
    const credits = new Credits(1)
    const log: string[] = []
    for (const name of ['a', 'b', 'c']) ask(credits, name, log)
    assert.ok(credits.isAwaited)
    credits.give()
    assert.deepEqual(log, ['a started', 'b started'])
    assert.equal(credits.available, 0)
    credits.give()
    credits.give()
    assert.deepEqual([log[2], credits.available], ['c started', 1])
  })

  it('gives tryTake a credit when there is one, and none otherwise', () => {
    const credits = new Credits(1)
    assert.deepEqual([credits.tryTake(), credits.tryTake()], [true, false])
    credits.give()
    assert.equal(credits.tryTake(), true)
  })

  it('refuses all who wait, and nobody else', () => {
    const credits = new Credits(1)
    const log: string[] = []
    for (const name of ['a', 'b', 'c']) ask(credits, name, log)
    credits.refuseAll()
    assert.deepEqual(log, ['a started', 'b refused', 'c refused'])
    credits.give()
    assert.deepEqual([credits.available, credits.isAwaited], [1, false])
  })
})
