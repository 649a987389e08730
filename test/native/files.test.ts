// SPDX-License-Identifier: MIT
/** Whole files through both engines, in jobs as a client sends them. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import * as zlib from 'node:zlib'
import { makeTable } from '../../lib/deflate/huffman.js'
import { LZCOUNTS } from '../../lib/format/cpb.js'
import { makeRandom } from '../support/data.js'
import { loadAddon, withAddon } from './addon.js'
import { edgesOfTheRule } from './random-jobs.js'
import { Twins } from './twins.js'

/** Bytes of one compress job. */
const JOB_BYTES = 256 * 1024

/** Bytes of each file that every effort compresses: effort 9 of the model takes a second for a megabyte of some. */
const EFFORT_BYTES = 512 * 1024

/** A slice of a file, without reading all of it. */
function sliceOf(path: string, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const file = openSync(path, 'r')
  const read = readSync(file, bytes, 0, length, from)
  closeSync(file)
  return bytes.subarray(0, read)
}

const SCRIPT = readFileSync(require.resolve('typescript/lib/typescript.js'))

/** The node executable where it is machine code: its first bytes are mostly tables. */
const FILES: Record<string, Uint8Array> = {
  'typescript.js': SCRIPT,
  'start of the node executable': sliceOf(process.execPath, 0, 8 << 20),
  'middle of the node executable': sliceOf(process.execPath, 40 << 20, 8 << 20),
  'edges of the match rule': edgesOfTheRule(makeRandom(3), 4 << 20),
}

/** Input of a compress job with a table made from the counts of a job before. */
function inputFrom(counted: DataView): Uint8Array {
  const counts = Uint32Array.from({ length: LZCOUNTS }, (_, symbol) => counted.getUint32(400 + 4 * symbol))
  const table = makeTable(counts)
  const cpb = new Uint8Array(1680)
  new DataView(cpb.buffer).setUint16(14, table.dhtlen)
  cpb.set(table.dht, 16)
  return cpb
}

describe('native engine on files', () => {
  const addon = loadAddon()

  withAddon()

  for (const [name, file] of Object.entries(FILES)) {
    it(`compresses ${name} as the model does, at every effort, and back`, function () {
      this.timeout(120_000)
      if (addon === undefined) return
      const twins = new Twins(addon)
      for (let effort = 1; effort <= 9; effort++) {
        // Each effort has another part of the file.
        const from = ((effort * 7) % 9) * Math.floor((file.length - EFFORT_BYTES) / 9)
        for (let at = from; at < from + EFFORT_BYTES; at += JOB_BYTES) {
          const message = `${name}, byte ${at}, effort ${effort}`
          const source = file.subarray(at, at + JOB_BYTES)
          const room = source.length * 2
          const counted = twins.runDirect({ fc: 0x04, source, room, effort }, message)
          const cpb = inputFrom(counted.cpb)
          const made = twins.runDirect({ fc: 0x02, source, room, effort, cpb }, message)
          const plain = twins.runDirect({ fc: 0x10, source: made.target, room: source.length }, message)
          assert.equal(Buffer.compare(plain.target, source), 0, message)
        }
      }
    })

    it(`decompresses zlib's ${name} as the model does`, function () {
      this.timeout(60_000)
      if (addon === undefined) return
      const twins = new Twins(addon)
      for (const level of [1, 6, 9]) {
        const part = file.subarray(0, 4 << 20)
        const source = zlib.deflateRawSync(part, { level })
        const { csb, target } = twins.runDirect(
          {
            fc: 0x10,
            source,
            room: part.length,
          },
          `${name}, level ${level}`,
        )
        assert.equal(csb.getUint32(0), 0x80000020)
        assert.equal(Buffer.compare(target, part), 0)
      }
    })
  }

  it('stops counting a symbol at 2 ** 24 - 1', function () {
    this.timeout(60_000)
    if (addon === undefined) return
    // Every fourth byte is the same: too few in a row for a match, mostly.
    const source = new Uint8Array(69 << 20)
    const words = new Uint32Array(source.buffer)
    let state = 1
    for (let index = 0; index < words.length; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      words[index] = state & 0xffffff00
    }
    const room = source.length * 2
    const { cpb } = new Twins(addon).runDirect({ fc: 0x04, source, room, effort: 1 }, 'counts')
    assert.equal(cpb.getUint32(400), 0xffffff)
  })
})
