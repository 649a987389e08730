// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { Campaign } from '../../support/campaign.js'

/** Random campaigns; NXZLIB_CAMPAIGNS asks for another number of them. */
const CAMPAIGNS = Number(process.env.NXZLIB_CAMPAIGNS ?? 1000)

describe(`${CAMPAIGNS} random campaigns, seeds 0 to ${CAMPAIGNS - 1}`, function () {
  this.timeout(60_000 + CAMPAIGNS * 200)

  const outcomes = new Map<string, number>()
  const failures: unknown[] = []
  let faults = 0

  before(() => {
    for (let seed = 0; seed < CAMPAIGNS && failures.length === 0; seed++) {
      try {
        const report = new Campaign(seed).run()
        faults += report.faults
        for (const [outcome, count] of report.outcomes)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count)
      } catch (error) {
        failures.push(error)
      }
    }
  })

  it('end with the right bytes or a typed outcome, every credit accounted for after every event', () => {
    for (const failure of failures) throw failure
  })

  it('meet faults, and most of their jobs come out right', () => {
    const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
    const seen = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
    assert.ok(faults > CAMPAIGNS, `only ${faults} faults`)
    assert.ok((outcomes.get('right') ?? 0) > total / 2, seen)
  })

  it('meet every outcome there is', function () {
    if (CAMPAIGNS < 1000) this.skip()
    const expected = ['busy', 'cc 10', 'cc 224', 'closed', 'exited', 'lost', 'right', 'unmapped']
    assert.deepEqual([...outcomes.keys()].sort(), expected)
  })
})
