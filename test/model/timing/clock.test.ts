// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { Clock } from '../../../lib/model/timing/clock.js'

describe('the clock', () => {
  it('has events happen in the order of their times, whatever order they were asked for in', () => {
    const clock = new Clock()
    const seen: number[] = []
    const times = [50, 7, 99, 7.5, 0, 31, 8, 64, 3, 12]
    for (const time of times) {
      clock.after(time, () => {
        seen.push(clock.now)
      })
    }
    clock.run()
    assert.deepEqual(
      seen,
      [...times].sort((a, b) => a - b),
    )
  })

  it('has events of the same time happen in the order in which they were asked for', () => {
    const clock = new Clock()
    const seen: number[] = []
    for (let index = 0; index < 100; index++) clock.after(5, () => seen.push(index))
    clock.run()
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, index) => index),
    )
  })

  it('counts from the event that asks', () => {
    const clock = new Clock()
    let end = 0
    clock.after(10, () => {
      clock.after(5, () => {
        end = clock.now
      })
    })
    clock.run()
    assert.equal(end, 15)
  })

  it('never has an event happen within the call that asks for it', () => {
    const clock = new Clock()
    let happened = false
    clock.after(0, () => {
      happened = true
    })
    assert.equal(happened, false)
    clock.run()
    assert.equal(happened, true)
  })

  it('refuses a time that has passed, and none', () => {
    const clock = new Clock()
    for (const ns of [-1, NaN]) {
      assert.throws(() => {
        clock.after(ns, () => undefined)
      }, RangeError)
    }
  })
})
