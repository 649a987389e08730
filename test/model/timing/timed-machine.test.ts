// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { resolveModelOptions, type ModelOptions } from '../../../lib/device/model-options.js'
import { FC } from '../../../lib/format/function-codes.js'
import { crb } from '../../../lib/job/request.js'
import { AddressSpace } from '../../../lib/model/address-space.js'
import { Clock } from '../../../lib/model/timing/clock.js'
import { timing } from '../../../lib/model/timing/figures.js'
import { TimedMachine } from '../../../lib/model/timing/timed-machine.js'
import { Process } from '../../../lib/model/vas/process.js'

const CSB_AT = 240
const CC_TRANSLATION_FAULT = 250

/** Pastes wrap jobs of 1600 bytes, which take 100 ns of data, to a machine of which no data page is absent unless told. */
function machineOf(options: ModelOptions = {}) {
  const config = resolveModelOptions(options)
  const clock = new Clock()
  const machine = new TimedMachine(config, clock, timing(), 3)
  const process = new Process(1, new AddressSpace(config))
  const window = machine.machine.openWindow(process, process.leader)
  const paste = () => {
    const block = new Uint8Array(4096)
    const [at, source, target] = [block, new Uint8Array(1600), new Uint8Array(1600)]
    const csb = process.mm.map(at) + BigInt(CSB_AT)
    process.mm.touch(csb, 2048, true)
    const job = { fc: FC.WRAP, source, target }
    const bytes = crb(job, { csb, source: process.mm.map(source), target: process.mm.map(target) })
    return { accepted: machine.paste(window, bytes), block }
  }
  return { clock, machine, window, paste }
}

describe('a machine in simulated time', () => {
  it('completes a job 370 ns and the time of its data after the paste', () => {
    const { clock, paste } = machineOf()
    const { block } = paste()
    clock.run()
    assert.deepEqual([clock.now, block[CSB_AT], block[CSB_AT + 2]], [470, 0x80, 0])
  })

  it('prefetches a job that waits: its fetch is not seen', () => {
    const { clock, paste } = machineOf()
    paste()
    paste()
    clock.run()
    assert.equal(clock.now, 470 + 100 + 70)
  })

  it('takes and returns credits as the switchboard does', () => {
    const { clock, window, paste } = machineOf({ sendCredits: 2 })
    assert.deepEqual(
      [paste(), paste(), paste()].map(({ accepted }) => accepted),
      [true, true, false],
    )
    assert.equal(window.credits, 0)
    clock.run()
    assert.equal(window.credits, 2)
  })

  it('calls back when a CSB was written, with the credit back', () => {
    const { clock, machine, window, paste } = machineOf({ sendCredits: 1 })
    const seen: unknown[] = []
    machine.onCompletion(window, () => seen.push([clock.now, window.credits]))
    paste()
    clock.run()
    assert.deepEqual(seen, [[470, 1]])
  })

  it('has a fault take the way through interrupt and handler, in the time of its steps', () => {
    const { clock, machine, window, paste } = machineOf({ residency: 'none' })
    const { block } = paste()
    clock.run()
    assert.equal(block[CSB_AT + 2], CC_TRANSLATION_FAULT)
    assert.equal(machine.counts.faults, 1)
    assert.equal(window.credits, window.attributes.wcredsMax)
    // 200 ns to the unit, 100 of fetch, 1000 of translation, 3000 to the interrupt, 11719 to the thread, then its steps.
    const steps = (clock.now - 200 - 100 - 1000 - 3000 - 11719) / 250
    assert.ok(Number.isInteger(steps) && steps >= 3 && steps <= 8, String(steps))
  })

  it('counts the time for which the unit is held', () => {
    const { clock, machine, paste } = machineOf()
    paste()
    clock.run()
    assert.deepEqual(machine.counts, { jobs: 1, faults: 0, refusals: 0, heldNs: 270 })
  })
})
