// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { SharedOutput } from '../../lib/deflate/shared-output.js'
import { giveTarget } from '../../lib/deflate/spare-targets.js'
import { makeRandom, randomBytes } from '../support/data.js'

const KIB = 1024

/** What a job does: makes sure of room, writes some of it, and says how much. */
function put(output: SharedOutput, bytes: Uint8Array): Uint8Array {
  output.makeRoom(bytes.length)
  output.room.set(bytes)
  return output.commit(bytes.length)
}

describe('shared output', () => {
  it('history is the last 32 KiB of the output, whatever it was written in', () => {
    const random = makeRandom(1)
    const data = randomBytes(2, 400_000)
    const output = new SharedOutput(64 * KIB)
    for (let at = 0; at < data.length;) {
      const size = Math.min(data.length - at, random.pick([1, 17, 1000, 40_000]))
      const piece = put(output, data.subarray(at, at + size))
      assert(Buffer.compare(piece, data.subarray(at, at + size)) === 0)
      at += size
      assert(
        Buffer.compare(output.history, data.subarray(Math.max(0, at - 32 * KIB), at)) === 0,
        `after ${at} bytes`,
      )
      giveTarget(piece)
    }
  })

  it('has no room between jobs, and at least the one that was asked for in them', () => {
    const output = new SharedOutput(64 * KIB)
    assert.equal(output.roomBytes, 0)
    output.makeRoom(10)
    assert.equal(output.roomBytes, 64 * KIB)
    output.commit(5)
    assert.equal(output.roomBytes, 0)
    output.makeRoom(100 * KIB)
    assert(output.roomBytes >= 100 * KIB)
  })

  it('keeps the room of a job that put nothing out', () => {
    const output = new SharedOutput(64 * KIB)
    output.makeRoom(10)
    const { room } = output
    output.commit(0)
    assert.equal(output.room, room)
  })

  it('gives the room of one stream to another', () => {
    const first = new SharedOutput(64 * KIB)
    const piece = put(first, randomBytes(3, 100))
    giveTarget(piece)
    const second = new SharedOutput(64 * KIB)
    second.makeRoom(1)
    assert.equal(second.room.buffer, piece.buffer)
  })

  it('never gives away room that is renewed or abandoned', () => {
    for (const leave of [
      (output: SharedOutput) => {
        output.renew()
      },
      (output: SharedOutput) => {
        output.abandonRoom()
      },
    ]) {
      const output = new SharedOutput(64 * KIB)
      output.makeRoom(1)
      const { buffer } = output.room
      leave(output)
      output.close()
      const other = new SharedOutput(64 * KIB)
      other.makeRoom(1)
      assert.notEqual(other.room.buffer, buffer)
    }
  })

  it('forgets what was put out: another stream has no history', () => {
    const output = new SharedOutput(64 * KIB)
    put(output, randomBytes(4, 500))
    output.forget()
    assert.equal(output.history.length, 0)
    put(output, randomBytes(5, 300))
    assert.deepEqual(output.history, randomBytes(5, 300))
  })
})
