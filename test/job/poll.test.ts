// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Poller, waitSync } from '../../lib/job/poll.js'

/** True at the n-th look. */
function after(looks: number): () => boolean {
  let seen = 0
  return () => ++seen >= looks
}

describe('waitSync', () => {
  it('looks first and then lets the device work between looks', () => {
    let worked = 0
    const work = () => worked++
    assert.equal(waitSync({ attempt: after(1), timeout: 1000 }, work), true)
    assert.equal(worked, 0)
    assert.equal(waitSync({ attempt: after(4), timeout: 1000 }, work), true)
    assert.equal(worked, 3)
  })

  it('gives up when the time is over', () => {
    assert.equal(
      waitSync({ attempt: () => false, timeout: 5 }, () => undefined),
      false,
    )
  })

  it('looks at least once more after it has let the device work, however short the time', () => {
    assert.equal(
      waitSync({ attempt: after(2), timeout: Number.MIN_VALUE }, () => undefined),
      true,
    )
  })
})

describe('Poller', () => {
  const watch = (poller: Poller, attempt: () => boolean, timeout = 60_000) =>
    new Promise<boolean>((resolve) => {
      poller.watch({ attempt, timeout }, resolve)
    })

  it('settles with true what comes, with false what does not come in time', async () => {
    const poller = new Poller()
    const waits = [watch(poller, after(1)), watch(poller, () => false, 5), watch(poller, after(10))]
    assert.deepEqual(await Promise.all(waits), [true, false, true])
  })

  it('does not settle within the call of watch', () => {
    let settled = false
    const poller = new Poller()
    poller.watch({ attempt: () => true, timeout: 1 }, () => (settled = true))
    assert.equal(settled, false)
    poller.poll()
    assert.equal(settled, true)
  })

  it('settles in the order of the calls', async () => {
    const poller = new Poller()
    const order: number[] = []
    await Promise.all([3, 1, 2].map(async (name) => watch(poller, after(2)).then(() => order.push(name))))
    assert.deepEqual(order, [3, 1, 2])
  })

  it('goes on with timers when something takes long', async () => {
    // More looks than there are turns of the event loop before timers take over.
    assert.equal(await watch(new Poller(), after(70)), true)
  })

  it('takes new watches while it settles others', async () => {
    const poller = new Poller()
    const done = new Promise<boolean>((resolve) => {
      poller.watch({ attempt: () => true, timeout: 1 }, () => {
        poller.watch({ attempt: after(3), timeout: 60_000 }, resolve)
      })
    })
    assert.equal(await done, true)
  })

  it('settles each watch once', () => {
    const poller = new Poller()
    let settled = 0
    poller.watch({ attempt: () => true, timeout: 1 }, () => settled++)
    for (let round = 0; round < 3; round++) poller.poll()
    assert.equal(settled, 1)
  })

  it('settles with the error that an attempt throws, and goes on with the others', async () => {
    const poller = new Poller()
    const failure = new Error('it cannot be')
    const seen = new Promise((resolve) => {
      const attempt = () => {
        throw failure
      }
      poller.watch({ attempt, timeout: 60_000 }, (inTime, error) => {
        resolve([inTime, error])
      })
    })
    assert.equal(await watch(poller, after(2)), true)
    assert.deepEqual(await seen, [false, failure])
  })

  describe('for what is signalled', () => {
    it('looks when it is told to, and not in between', async () => {
      const poller = new Poller()
      let looks = 0
      const outcome = new Promise((resolve) => {
        poller.watch({ attempt: () => ++looks === 2, timeout: 60_000, isSignalled: true }, resolve)
      })
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
      assert.equal(looks, 0)
      poller.poll()
      poller.poll()
      assert.equal(await outcome, true)
    })

    it('gives up when the time is over, without being told to look', async () => {
      const poller = new Poller()
      const keepAlive = setInterval(() => undefined, 1000)
      const outcome = await new Promise((resolve) => {
        poller.watch({ attempt: () => false, timeout: 5, isSignalled: true }, resolve)
      })
      clearInterval(keepAlive)
      assert.equal(outcome, false)
    })

    it('still looks in every turn as long as something else is awaited', async () => {
      const poller = new Poller()
      let looks = 0
      const signalled = new Promise((resolve) => {
        poller.watch({ attempt: () => ++looks > 3, timeout: 60_000, isSignalled: true }, resolve)
      })
      assert.equal(await watch(poller, after(5)), true)
      assert.equal(await signalled, true)
    })
  })
})
