// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { Breaker } from '../../lib/job/breaker.js'
import { Clock } from './fake-devices.js'

function breakerWithClock() {
  const clock = new Clock()
  return { clock, breaker: new Breaker('hardware', clock) }
}

/** Lets the breaker's next probe fail, once it is time for it. */
function failProbe(breaker: Breaker, clock: Clock): void {
  clock.ms += breaker.status.probeInMs!
  assert.equal(breaker.admit(), 'probe')
  breaker.failed('probe', 'timeout', '')
}

describe('Breaker', () => {
  it('admits jobs as long as all goes well', () => {
    const { breaker } = breakerWithClock()
    for (let count = 0; count < 5; count++) {
      assert.equal(breaker.admit(), 'job')
      breaker.succeeded('job')
    }
    assert.deepEqual(breaker.status, {
      state: 'closed',
      forMs: 0,
      failures: 0,
      reason: undefined,
      detail: undefined,
      probeInMs: undefined,
    })
  })

  for (const reason of ['timeout', 'busy', 'unavailable', 'slow'] as const) {
    it(`leaves the device after one failure: ${reason}`, () => {
      const { breaker } = breakerWithClock()
      breaker.failed('job', reason, 'what happened')
      assert.equal(breaker.admit(), undefined)
      assert.equal(breaker.reason, reason)
      assert.equal(breaker.status.detail, 'what happened')
    })
  }

  it('does not probe a device that is left for good', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'unavailable', 'there is none', true)
    clock.ms = 1e9
    assert.equal(breaker.admits, false)
    assert.equal(breaker.admit(), undefined)
    assert.deepEqual([breaker.status.state, breaker.status.probeInMs], ['open', undefined])
  })

  it('leaves the device after three bad completion codes in a row', () => {
    const { breaker } = breakerWithClock()
    for (let count = 0; count < 2; count++) breaker.failed('job', 'failing', 'CC=10')
    assert.equal(breaker.admit(), 'job')
    breaker.failed('job', 'failing', 'CC=10')
    assert.equal(breaker.admit(), undefined)
  })

  it('counts failures from 0 after a success', () => {
    const { breaker } = breakerWithClock()
    for (let round = 0; round < 4; round++) {
      breaker.failed('job', 'failing', 'CC=10')
      breaker.failed('job', 'failing', 'CC=10')
      breaker.succeeded('job')
    }
    assert.equal(breaker.status.state, 'closed')
  })

  it('lets one job probe the device after a second, and tells when', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'timeout', '')
    clock.ms = 400
    assert.equal(breaker.status.forMs, 400)
    assert.equal(breaker.status.probeInMs, 600)
    clock.ms = 999
    assert.equal(breaker.admit(), undefined)
    clock.ms = 1000
    assert.equal(breaker.admits, true)
    assert.equal(breaker.admit(), 'probe')
    assert.equal(breaker.status.state, 'half-open')
    assert.equal(breaker.admit(), undefined)
  })

  it('takes the device again when the probe succeeds', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'timeout', '')
    clock.ms = 1000
    breaker.succeeded(breaker.admit()!)
    assert.equal(breaker.admit(), 'job')
    assert.equal(breaker.reason, undefined)
  })

  it('doubles the wait with each probe that fails, up to a minute, and starts again after a success', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'timeout', '')
    const waits: unknown[] = []
    for (let probe = 0; probe < 8; probe++) {
      waits.push(breaker.status.probeInMs)
      failProbe(breaker, clock)
    }
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000])
    clock.ms += 60000
    breaker.succeeded(breaker.admit()!)
    breaker.failed('job', 'timeout', '')
    assert.equal(breaker.status.probeInMs, 1000)
  })

  it('lets the next job probe when a probe did not come to the device', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'timeout', '')
    clock.ms = 1000
    breaker.withdrawn(breaker.admit()!)
    assert.equal(breaker.status.state, 'open')
    assert.equal(breaker.status.reason, 'timeout')
    assert.equal(breaker.admit(), 'probe')
  })

  it('is not moved by jobs that began before the device was left', () => {
    const { breaker, clock } = breakerWithClock()
    breaker.failed('job', 'timeout', '')
    breaker.succeeded('job')
    breaker.withdrawn('job')
    assert.equal(breaker.status.state, 'open')
    clock.ms = 1000
    assert.equal(breaker.admit(), 'probe')
    breaker.succeeded('job')
    breaker.failed('job', 'busy', '')
    assert.equal(breaker.status.state, 'half-open')
    assert.equal(breaker.status.reason, 'timeout')
  })

  it('never opens where there is no other device', () => {
    const breaker = new Breaker('model', { opens: false })
    for (let count = 0; count < 10; count++) breaker.failed('job', 'timeout', '')
    assert.equal(breaker.admit(), 'job')
  })

  it('announces each change of state', () => {
    const { breaker, clock } = breakerWithClock()
    const messages: unknown[] = []
    const listen = (message: unknown) => messages.push(message)
    subscribe('nxzlib:breaker', listen)
    try {
      breaker.failed('job', 'busy', '')
      clock.ms = 1000
      breaker.succeeded(breaker.admit()!)
      breaker.succeeded(breaker.admit()!)
    } finally {
      unsubscribe('nxzlib:breaker', listen)
    }
    assert.deepEqual(messages, [
      { engine: 'hardware', state: 'open', reason: 'busy', probeInMs: 1000 },
      { engine: 'hardware', state: 'half-open', reason: 'busy', probeInMs: undefined },
      { engine: 'hardware', state: 'closed', reason: undefined, probeInMs: undefined },
    ])
  })
})
