// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { crb, describe as describeBytes, FC, NxUsageError } from '../../lib/nx.js'
import { bytesOf } from '../support/unit.js'

/** The lines of a dump that start with this name, without their places and explanations. */
const valueOf = (dump: string, name: string) =>
  dump
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((columns) => columns[2] === name)?.[3]

describe('describe', () => {
  it('names the fields of a CRB, its DDEs and its CCB', () => {
    const memory = { source: new Uint8Array(7), target: new Uint8Array(9) }
    const dump = describeBytes(crb({ fc: FC.WRAP, ...memory }, { csb: 0xabc0n }))
    assert.match(dump, /^CRB, 128 bytes\n/)
    assert.equal(valueOf(dump, 'fc'), '0x1e')
    assert.equal(valueOf(dump, 'csb_address'), '0x000000000000abc0')
    assert.equal(valueOf(dump, 'bytecount'), '0x00000007')
    assert.ok(dump.includes('target_dde') && dump.includes('0x00000009') && dump.includes('CCB'))
  })

  it('names the fields of a CSB', () => {
    const dump = describeBytes(bytesOf('8000fa40 00000000 0000123456789abc'))
    assert.match(dump, /^CSB, 16 bytes\n/)
    assert.deepEqual(
      ['v', 'cc', 'ce', 'tpbc', 'address'].map((name) => valueOf(dump, name)),
      ['0x1', '0xfa', '0x2', '0x00000000', '0x0000123456789abc'],
    )
  })

  it('names the fields of a CPB', () => {
    const cpb = new Uint8Array(1680)
    cpb.set(bytesOf('00620062 43beb7e8 10000003'), 0)
    const dump = describeBytes(cpb)
    assert.match(dump, /^CPB, 1680 bytes\n/)
    assert.deepEqual(
      ['in_adler', 'in_crc', 'in_histlen', 'in_subc'].map((name) => valueOf(dump, name)),
      ['0x00620062', '0xe8b7be43', '0x100', '0x3'],
    )
  })

  it('takes bytes that lie anywhere in a buffer', () => {
    const memory = new Uint8Array(40)
    memory.set(bytesOf('80004020 00000003'), 13)
    assert.equal(valueOf(describeBytes(memory.subarray(13, 29)), 'cc'), '0x40')
  })

  it('refuses other lengths', () => {
    for (const length of [0, 15, 17, 127, 256, 1679]) {
      assert.throws(
        () => describeBytes(new Uint8Array(length)),
        (error) => error instanceof NxUsageError && error.code === 'ERR_NX_INVALID_ARGUMENT',
      )
    }
  })
})
