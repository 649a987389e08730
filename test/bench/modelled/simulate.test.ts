// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { simulate, type Scenario } from '../../../bench/modelled/simulate.js'

const KIB = 1024
const MIB = 1024 * KIB

const PLATFORMS = ['powernv', 'powervm'] as const
const DIRECTIONS = ['compress', 'decompress'] as const

/** The unit's rates in bytes a nanosecond: 7.25 of source; 2.9 of compressed data, at a ratio of 3. */
const PEAK = { compress: 7.25, decompress: 8.7 } as const

/** The unit alone on bare metal, as each test changes it. */
const alone = (changes: Partial<Scenario>): Scenario => ({
  platform: 'powernv',
  direction: 'decompress',
  bytes: 64 * KIB,
  software: 'none',
  ...changes,
})

const throughput = (changes: Partial<Scenario>) => simulate(alone(changes)).throughput

function assertNeverFalls(values: readonly number[]): void {
  for (let index = 1; index < values.length; index++) {
    assert.ok(values[index] >= values[index - 1] * (1 - 1e-9), values.join(' '))
  }
}

describe('modelled throughput', () => {
  for (const platform of PLATFORMS) {
    for (const direction of DIRECTIONS) {
      it(`is never over the unit's peak: ${platform}, ${direction}`, () => {
        for (const software of ['none', 'driver'] as const) {
          for (const bytes of [KIB, 64 * KIB, 4 * MIB]) {
            for (const callers of [1, 3, 80]) {
              const level = 1
              const outcome = simulate({ platform, direction, software, bytes, callers, level, calls: 3 })
              assert.ok(outcome.throughput <= PEAK[direction] * (1 + 1e-9), String(outcome.throughput))
              assert.ok(outcome.busy <= 1 + 1e-9, String(outcome.busy))
            }
          }
        }
      })
    }
  }

  it('of one caller does not fall as its calls get larger, while a call is one job', () => {
    const sizes = Array.from({ length: 15 }, (_, power) => KIB * 2 ** power)
    assertNeverFalls(sizes.map((bytes) => throughput({ bytes })))
  })

  it('does not fall with more callers', () => {
    assertNeverFalls([1, 2, 3, 4, 8, 16].map((callers) => throughput({ bytes: KIB, callers, calls: 200 })))
  })

  it('does not fall with more credits, as long as the receive FIFO takes all jobs', () => {
    const one = { bytes: KIB, callers: 64, kind: 'event-loop', calls: 20 } as const
    assertNeverFalls(
      [1, 2, 4, 8, 16, 64].map((sendCredits) => throughput({ ...one, model: { sendCredits } })),
    )
  })

  it('of two chips is twice that of one', () => {
    const one = throughput({ callers: 8 })
    const two = throughput({ callers: 16, model: { chips: 2 } })
    assert.ok(Math.abs(two / one - 2) < 0.01, String(two / one))
  })

  it('is half at level 6, whose jobs run once to count and once to encode', () => {
    const one = { direction: 'compress', bytes: 256 * KIB, callers: 4 } as const
    const ratio = throughput(one) / PEAK.compress
    assert.ok(ratio > 0.48 && ratio <= 0.5, String(ratio))
  })

  it('has the start-up of 370 ns in each call of a lone caller', () => {
    const { median } = simulate(alone({ bytes: 8700, calls: 5 }))
    assert.ok(Math.abs(median - (370 + 1000)) < 2, String(median))
  })

  it('hides part of the start-up behind another job', () => {
    const { startUpNs, completeNs } = { startUpNs: 370, completeNs: 70 }
    const perCall = (callers: number) => {
      const { ns } = simulate(alone({ bytes: 8700, callers, calls: 1000 / callers }))
      return ns / 1000 - 1000
    }
    assert.ok(Math.abs(perCall(1) - startUpNs) < 2)
    assert.ok(Math.abs(perCall(4) - completeNs) < 2)
  })
})

describe('a modelled window', () => {
  it('of one credit has one job under way: its calls take as long as those of one caller', () => {
    const many = simulate(alone({ callers: 10, kind: 'event-loop', calls: 10, model: { sendCredits: 1 } }))
    const one = simulate(alone({ callers: 1, calls: 100 }))
    assert.ok(Math.abs(many.ns - one.ns) < 1, `${many.ns} ${one.ns}`)
  })

  it('is refused pastes when the receive FIFO is full, and gets all of them done', () => {
    const outcome = simulate(
      alone({ callers: 300, kind: 'event-loop', calls: 2, model: { sendCredits: 1024 } }),
    )
    assert.ok(outcome.refusals > 0)
    assert.equal(outcome.jobs, 600)
  })

  it('is not refused any while the FIFO has room', () => {
    assert.equal(simulate(alone({ callers: 80, calls: 3 })).refusals, 0)
  })

  it('that each call opens takes the time of that', () => {
    const each = (platform: Scenario['platform']) => {
      const scenario = alone({ platform, calls: 3 })
      return simulate({ ...scenario, opensWindow: true }).median - simulate(scenario).median
    }
    assert.deepEqual([each('powernv'), each('powervm')].map(Math.round), [71_000, 33_200_000])
  })
})

describe('modelled page faults', () => {
  it('cost nothing where there are none', () => {
    const { faults, touchedPages, touchNs } = simulate(alone({ platform: 'powervm', callers: 4 }))
    assert.deepEqual({ faults, touchedPages, touchNs }, { faults: 0, touchedPages: 0, touchNs: 0 })
  })

  it('come twice a call when no page is there: one for the first page, one for the rest', () => {
    for (const platform of PLATFORMS) {
      const { faults, jobs } = simulate(alone({ platform, bytes: MIB / 2, absent: 1, calls: 10 }))
      assert.deepEqual({ platform, faults, jobs }, { platform, faults: 20, jobs: 10 })
    }
  })

  it('make calls slower, in a partition more than on bare metal', () => {
    const median = (platform: Scenario['platform'], absent: number) =>
      simulate(alone({ platform, absent, bytes: 64 * KIB })).median
    assert.ok(median('powernv', 1) > median('powernv', 0))
    assert.ok(median('powervm', 1) > median('powernv', 1))
  })

  it('are as many as the share of absent pages has it', () => {
    const faults = [0, 0.01, 0.1, 1].map((absent) => simulate(alone({ absent, calls: 200 })).faults)
    assertNeverFalls(faults)
    assert.ok(faults[1] > 0 && faults[1] < 40, String(faults))
  })

  it('let the other jobs go on', () => {
    const lone = simulate(alone({ absent: 1, bytes: MIB }))
    const many = simulate(alone({ absent: 1, bytes: MIB, callers: 16 }))
    assert.ok(many.throughput > 2 * lone.throughput)
  })
})

describe('a simulation', () => {
  const scenario = alone({ bytes: MIB, absent: 0.05, callers: 6, calls: 20, software: 'driver' })

  it('has the same outcome each time', () => {
    assert.deepEqual(simulate(scenario), simulate(scenario))
  })

  it('has others with other seeds', () => {
    const outcomes = [1, 2, 3].map((seed) => simulate({ ...scenario, seed }).ns)
    assert.equal(new Set(outcomes).size, 3)
  })

  it('does all calls of all callers', () => {
    const { bytes, jobs } = simulate(scenario)
    assert.deepEqual({ bytes, jobs }, { bytes: 120 * MIB, jobs: 120 })
  })
})
