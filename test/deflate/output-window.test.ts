// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { OutputWindow } from '../../lib/deflate/output-window.js'
import { makeRandom, randomBytes } from '../support/data.js'

const KIB = 1024

/** What a job does: makes sure of room, writes some of it, and says how much. */
function put(window: OutputWindow, bytes: Uint8Array): Uint8Array {
  window.makeRoom(bytes.length)
  window.room.set(bytes)
  return window.commit(bytes.length)
}

describe('output window', () => {
  it('begins with the room that was asked for and no history', () => {
    const window = new OutputWindow(100, true)
    assert.equal(window.room.length, 100)
    assert.equal(window.history.length, 0)
  })

  it('can begin without room', () => {
    const window = new OutputWindow(0, true)
    window.makeRoom(5)
    assert(window.room.length >= 5)
  })

  for (const keep of [true, false]) {
    it(`history is the last 32 KiB of the output, whatever it was written in (keep: ${keep})`, () => {
      const random = makeRandom(1)
      const data = randomBytes(2, 400_000)
      const window = new OutputWindow(1000, keep)
      let at = 0
      while (at < data.length) {
        const size = Math.min(data.length - at, random.pick([1, 17, 1000, 40_000]))
        assert.deepEqual(put(window, data.subarray(at, at + size)), data.subarray(at, at + size))
        at += size
        const expected = data.subarray(Math.max(0, at - 32 * KIB), at)
        assert(Buffer.compare(window.history, expected) === 0, `after ${at} bytes`)
      }
    })
  }

  it('keep: pieces stay as they are', () => {
    const data = randomBytes(3, 200_000)
    const window = new OutputWindow(100, true)
    const pieces: Uint8Array[] = []
    for (let at = 0; at < data.length; at += 7000) pieces.push(put(window, data.subarray(at, at + 7000)))
    assert(Buffer.concat(pieces).equals(data))
  })

  it('keep: the pieces lie in few parts of memory', () => {
    const window = new OutputWindow(1000, true)
    const memory = new Set<ArrayBufferLike>()
    for (let piece = 0; piece < 5000; piece++) memory.add(put(window, new Uint8Array(1000)).buffer)
    assert(memory.size < 15, `${memory.size} parts`)
  })

  it('reuse: the memory stays the same as long as history and room fit in it', () => {
    const window = new OutputWindow(100 * KIB, false)
    const memory = new Set<ArrayBufferLike>()
    for (let piece = 0; piece < 100; piece++) memory.add(put(window, new Uint8Array(60 * KIB)).buffer)
    assert.equal(memory.size, 1)
  })

  it('room that is there already is not touched', () => {
    const window = new OutputWindow(100, false)
    put(window, new Uint8Array(40))
    const { room } = window
    window.makeRoom(60)
    assert.equal(window.room.byteOffset, room.byteOffset)
    assert.equal(window.room.length, 60)
  })

  it('forgets what was put out: another stream has no history', () => {
    for (const keep of [true, false]) {
      const window = new OutputWindow(1000, keep)
      put(window, randomBytes(4, 500))
      window.forget()
      assert.equal(window.history.length, 0)
      put(window, Uint8Array.of(1, 2, 3))
      assert.deepEqual(window.history, Uint8Array.of(1, 2, 3))
      put(window, new Uint8Array(5000).fill(7))
      assert.deepEqual(window.history, Uint8Array.from([1, 2, 3, ...new Array<number>(5000).fill(7)]))
    }
  })

  it('a dictionary is history of which 32 KiB count', () => {
    const dictionary = randomBytes(5, 40_000)
    const window = new OutputWindow(10, true)
    window.seed(dictionary)
    assert.deepEqual(window.history, dictionary.subarray(-32 * KIB))
    put(window, Uint8Array.of(9))
    assert.equal(window.history.length, 32 * KIB)
    assert.equal(window.history.at(-1), 9)
  })
})
