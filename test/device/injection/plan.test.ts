// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { InjectionPlan, isInjection } from '../../../lib/device/injection/plan.js'
import { NxUsageError } from '../../../lib/errors.js'

/** The kinds of trouble of the first pastes; '-' for none. */
const kinds = (plan: InjectionPlan, pastes: number) =>
  Array.from({ length: pastes }, () => plan.next()?.kind ?? '-').join(' ')

describe('InjectionPlan', () => {
  it('makes trouble for the pastes whose numbers are in a range', () => {
    assert.equal(kinds(new InjectionPlan('busy=1-3'), 5), '- busy busy - -')
  })

  it('makes trouble in a range of milliseconds since the first paste', () => {
    let ms = 1000
    const plan = new InjectionPlan('hang=10-20ms', () => ms)
    const at = [1000, 1009, 1010, 1019, 1020].map((time) => {
      ms = time
      return plan.next()?.kind ?? '-'
    })
    assert.deepEqual(at, ['-', '-', 'hang', 'hang', '-'])
  })

  it('makes trouble for about the share that was asked for', () => {
    const plan = new InjectionPlan('fault=0.25 seed=3')
    const faults = kinds(plan, 4000).split('fault').length - 1
    assert.ok(faults > 900 && faults < 1100, String(faults))
  })

  it('makes none for a share of 0, and always for a share of 1', () => {
    assert.equal(kinds(new InjectionPlan('flip=0'), 3), '- - -')
    assert.equal(kinds(new InjectionPlan('flip=1'), 3), 'flip flip flip')
  })

  it('makes the same trouble again with the same seed, and other trouble with another one', () => {
    const one = kinds(new InjectionPlan('busy=0.5 seed=7'), 64)
    assert.equal(kinds(new InjectionPlan('busy=0.5 seed=7'), 64), one)
    assert.notEqual(kinds(new InjectionPlan('busy=0.5 seed=8'), 64), one)
  })

  it('lets the first kind of several happen, whatever order they are written in', () => {
    assert.equal(kinds(new InjectionPlan('flip=0-4 cc224=0-3,busy=0-2 gone=0-1'), 5), 'gone busy cc flip -')
  })

  it('tells the completion code of cc', () => {
    assert.deepEqual(
      [new InjectionPlan('cc224=0-1').next()?.cc, new InjectionPlan('cc0=1').next()?.cc],
      [224, 0],
    )
  })

  it('asks for nothing with an empty text', () => {
    assert.equal(kinds(new InjectionPlan(''), 2), '- -')
  })

  for (const text of [
    'busy',
    'busy=2',
    'busy=3-3',
    'busy=5-2',
    'cc256=1',
    'cc=1',
    'broken=1',
    'busy=-1',
    'seed=x',
    'busy=1e9',
  ]) {
    it(`refuses ${text}`, () => {
      assert.equal(isInjection(text), false)
      assert.throws(() => new InjectionPlan(text), NxUsageError)
    })
  }
})
