// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { makeProcess } from '../../support/machine.js'

describe('a process', () => {
  it('starts with the thread whose pid is the id of the group', () => {
    const process = makeProcess(77)
    assert.deepEqual(process.leader, { pid: 77, state: 'running' })
    assert.equal(process.findTask(77), process.leader)
  })

  it('finds its threads by pid, exiting ones too, but not dead ones', () => {
    const process = makeProcess(77)
    const thread = process.startThread(78)
    assert.equal(process.findTask(78), thread)
    thread.state = 'exiting'
    assert.equal(process.findTask(78), thread)
    thread.state = 'dead'
    assert.equal(process.findTask(78), undefined)
    assert.equal(process.findTask(79), undefined)
  })

  it('exits with all its threads, but wakes no dead one', () => {
    const process = makeProcess(77)
    const [first, second] = [process.startThread(78), process.startThread(79)]
    first.state = 'dead'
    process.beginExit()
    assert.deepEqual([process.leader.state, first.state, second.state], ['exiting', 'dead', 'exiting'])
  })
})
