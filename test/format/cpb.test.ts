// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import {
  CPB,
  CPB_OUTPUT_OFFSET,
  DHT_BYTES,
  IN_DHT_OFFSET,
  LZCOUNT_OFFSET,
  LZCOUNTS,
  MAX_INPUT_QUADWORDS,
  OUT_DHT_OFFSET,
} from '../../lib/format/cpb.js'
import type { Field } from '../../lib/format/struct.js'
import { assertPlace, columns, hexOf, viewOf } from './field-bytes.js'

const SIZE = 1680

/** UM tables 6-5 and 6-6: quadword(bits), then the quadword's byte and its 16 bytes with the field's bits set. */
const PLACES: readonly [name: keyof typeof CPB.field, place: string, quadword: number, mask: string][] = [
  ['in_adler', '0(0:31)', 0, 'ffffffff 00000000 00000000 00000000'],
  ['in_crc', '0(32:63)', 0, '00000000 ffffffff 00000000 00000000'],
  ['in_histlen', '0(64:75)', 0, '00000000 00000000 fff00000 00000000'],
  ['in_subc', '0(93:95)', 0, '00000000 00000000 00000007 00000000'],
  ['in_sfbt', '0(108:111)', 0, '00000000 00000000 00000000 000f0000'],
  ['in_rembytecnt', '0(112:127)', 0, '00000000 00000000 00000000 0000ffff'],
  ['in_dhtlen', '0(116:127)', 0, '00000000 00000000 00000000 00000fff'],
  ['out_adler', '24(0:31)', 384, 'ffffffff 00000000 00000000 00000000'],
  ['out_crc', '24(32:63)', 384, '00000000 ffffffff 00000000 00000000'],
  ['out_tebc', '24(77:79)', 384, '00000000 00000000 00070000 00000000'],
  ['out_subc', '24(80:95)', 384, '00000000 00000000 0000ffff 00000000'],
  ['out_sfbt', '24(108:111)', 384, '00000000 00000000 00000000 000f0000'],
  ['out_rembytecnt', '24(112:127)', 384, '00000000 00000000 00000000 0000ffff'],
  ['out_dhtlen', '24(116:127)', 384, '00000000 00000000 00000000 00000fff'],
  ['out_spbc_comp', '25(0:31)', 400, 'ffffffff 00000000 00000000 00000000'],
  ['out_spbc_decomp', '43(0:31)', 688, 'ffffffff 00000000 00000000 00000000'],
  ['out_spbc_comp_with_count', '104(0:31)', 1664, 'ffffffff 00000000 00000000 00000000'],
]

/** A value of each field and the bytes of its quadword that stand for it. */
const VALUES: Readonly<Record<keyof typeof CPB.field, [value: number, bytes: string]>> = {
  in_adler: [0x091e01de, '091e01de 00000000 00000000 00000000'],
  in_crc: [0xcbf43926, '00000000 2639f4cb 00000000 00000000'],
  in_histlen: [0x07a, '00000000 00000000 07a00000 00000000'],
  in_subc: [5, '00000000 00000000 00000005 00000000'],
  in_sfbt: [0b1101, '00000000 00000000 00000000 000d0000'],
  in_rembytecnt: [0x8765, '00000000 00000000 00000000 00008765'],
  in_dhtlen: [2283, '00000000 00000000 00000000 000008eb'],
  out_adler: [0xf91e01de, 'f91e01de 00000000 00000000 00000000'],
  out_crc: [0x12345678, '00000000 78563412 00000000 00000000'],
  out_tebc: [6, '00000000 00000000 00060000 00000000'],
  out_subc: [2285, '00000000 00000000 000008ed 00000000'],
  out_sfbt: [0b1010, '00000000 00000000 00000000 000a0000'],
  out_rembytecnt: [0xfffe, '00000000 00000000 00000000 0000fffe'],
  out_dhtlen: [42, '00000000 00000000 00000000 0000002a'],
  out_spbc_comp: [0x1009, '00001009 00000000 00000000 00000000'],
  out_spbc_decomp: [0x80001000, '80001000 00000000 00000000 00000000'],
  out_spbc_comp_with_count: [0x00010000, '00010000 00000000 00000000 00000000'],
}

describe('CPB (UM tables 6-3 to 6-6)', () => {
  it('has 105 quadwords', () => {
    assert.equal(CPB.size, SIZE)
  })

  it('has no field that the tables of this test do not know', () => {
    assert.deepEqual(
      Object.keys(CPB.field),
      PLACES.map(([name]) => name),
    )
  })

  for (const [name, place, at, mask] of PLACES) {
    it(`has ${name} at quadword ${place}`, () => {
      const [value, bytes] = VALUES[name]
      const field: Field<number> = CPB.field[name]
      assertPlace(field, SIZE, { at, mask: mask.replace(/ /g, ''), value, bytes: bytes.replace(/ /g, '') })
    })
  }

  it('has the input DHT in quadwords 1 to 18', () => {
    assert.deepEqual([IN_DHT_OFFSET, IN_DHT_OFFSET + DHT_BYTES], [16, 304])
  })

  it('has the output from quadword 24 on, the DHT in 25 to 42', () => {
    assert.deepEqual([CPB_OUTPUT_OFFSET, OUT_DHT_OFFSET, OUT_DHT_OFFSET + DHT_BYTES], [384, 400, 688])
  })

  it('has 316 counts in quadwords 25 to 103', () => {
    assert.deepEqual([LZCOUNTS, LZCOUNT_OFFSET, LZCOUNT_OFFSET + 4 * LZCOUNTS], [316, 400, 1664])
  })

  it('knows a DHT of 42 to 2283 bits and up to 19 quadwords of input', () => {
    assert.equal(MAX_INPUT_QUADWORDS, 19)
  })

  it('holds the CRC in the order of the bytes in a gzip trailer', () => {
    const trailer = zlib.gzipSync('123456789').subarray(-8, -4)
    const view = new DataView(new ArrayBuffer(SIZE))
    trailer.forEach((byte, index) => {
      view.setUint8(388 + index, byte)
    })
    assert.equal(CPB.field.out_crc.get(view, 0), 0xcbf43926)
  })

  it('holds the Adler in the order of the bytes in a zlib trailer', () => {
    const trailer = zlib.deflateSync('123456789').subarray(-4)
    const view = new DataView(new ArrayBuffer(SIZE))
    trailer.forEach((byte, index) => {
      view.setUint8(384 + index, byte)
    })
    assert.equal(CPB.field.out_adler.get(view, 0), 0x091e01de)
  })

  it('passes the output of a suspended decompression on as input, but for HistLen (UM 5.2.5.4)', () => {
    const view = new DataView(new ArrayBuffer(SIZE))
    const values = { out_adler: 0x01020304, out_crc: 0x0a0b0c0d, out_subc: 9, out_sfbt: 0b1010 }
    CPB.write(view, { ...values, out_rembytecnt: 0 })
    assert.equal(hexOf(view, 384, 16), '01020304' + '0d0c0b0a' + '00000009' + '000a0000')
    const bytes = new Uint8Array(view.buffer)
    bytes.copyWithin(0, 24 * 16, 43 * 16)
    CPB.write(view, { in_histlen: 0x7a })
    assert.equal(hexOf(view, 0, 16), '01020304' + '0d0c0b0a' + '07a00009' + '000a0000')
    const { in_adler, in_crc, in_subc, in_sfbt } = CPB.read(view)
    assert.deepEqual(
      { in_adler, in_crc, in_subc, in_sfbt },
      { in_adler: 0x01020304, in_crc: 0x0a0b0c0d, in_subc: 1, in_sfbt: 0b1010 },
    )
  })

  it('holds the HistLen that follows from SPBC 0x1009 in UM figure 5-1', () => {
    const view = new DataView(new ArrayBuffer(SIZE))
    CPB.write(view, { in_histlen: 0x1009 >>> 4 })
    assert.equal(hexOf(view, 8, 4), '10000000')
    assert.equal(CPB.field.in_histlen.get(view, 0), 0x100)
  })

  it('holds HistLen 4095, the largest', () => {
    const view = new DataView(new ArrayBuffer(SIZE))
    CPB.write(view, { in_histlen: 4095 })
    assert.equal(CPB.field.in_histlen.get(view, 0), 4095)
  })

  it('describes itself', () => {
    const input = '091e01de 2639f4cb 07a00001 000a02ff' + '00'.repeat(368)
    const output = '091e01de 2639f4cb 00050009 000d0119' + '00001009' + '00'.repeat(284)
    const cpb = viewOf(`${input}${output}00001000${'00'.repeat(972)}00010000${'00'.repeat(12)}`)
    assert.deepEqual(columns(CPB.describe(cpb)), [
      'CPB, 1680 bytes',
      '0 0:31 in_adler 0x091e01de',
      '4 0:31 in_crc 0xcbf43926',
      '8 0:11 in_histlen 0x07a',
      '11 5:7 in_subc 0x1',
      '13 4:7 in_sfbt 0xa',
      '14 0:15 in_rembytecnt 0x02ff',
      '14 4:15 in_dhtlen 0x2ff',
      '384 0:31 out_adler 0x091e01de',
      '388 0:31 out_crc 0xcbf43926',
      '393 5:7 out_tebc 0x5',
      '394 0:15 out_subc 0x0009',
      '397 4:7 out_sfbt 0xd',
      '398 0:15 out_rembytecnt 0x0119',
      '398 4:15 out_dhtlen 0x119',
      '400 0:31 out_spbc_comp 0x00001009',
      '688 0:31 out_spbc_decomp 0x00001000',
      '1664 0:31 out_spbc_comp_with_count 0x00010000',
    ])
  })
})
