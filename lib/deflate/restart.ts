// SPDX-License-Identifier: MIT
import { DHT_BYTES } from '../format/cpb.js'
import { BTYPE_DYNAMIC, BTYPE_FIXED, BTYPE_STORED, CODE_LENGTH_ORDER } from '../format/deflate.js'
import { isInDynamicBlock, isInStoredBlock } from '../format/sfbt.js'
import type { Suspended } from './decompressor.js'

/** SFBT of a suspension inside a fixed block, 101x. */
const SFBT_FIXED = 0b101

/** Bits of BFINAL and BTYPE, and of those, the padding behind them, LEN and NLEN. */
const BLOCK_HEADER_BITS = 3
const STORED_HEADER_BITS = 40

/** Bits of an empty fixed block: header and end-of-block code. */
const EMPTY_FIXED_BITS = 10

/** Bits of `emptyDynamicBlock`: an odd number, as no other empty block has. */
const EMPTY_DYNAMIC_BITS = 93

/**
 * What an inflater that knows nothing of a suspended stream has to be given before the stream's next bits: the header of
 * the block in which it was suspended, and before that empty blocks, so that the stream's bits stay where they are in their
 * bytes.
 */
export interface Restart {
  /** The bits, first one in the least significant bit of the first byte; zeros behind them. */
  readonly bytes: Uint8Array
  /** Number of bits. Modulo 8 it is the number of those bits of the stream's next byte that are dealt with. */
  readonly bits: number
}

/** How to go on from where a job was suspended (UM table 5-3). */
export function restartOf(suspended: Suspended): Restart {
  const restart = new BitWriter()
  const dealtWith = (8 - suspended.subc) & 7
  fill(restart, dealtWith - headerBits(suspended))
  writeHeader(restart, suspended)
  return { bytes: restart.bytes, bits: restart.bits }
}

/** Bits of the header of the block in which a job was suspended; 0: it was not in one. */
function headerBits({ sfbt, dhtlen }: Suspended): number {
  if (isInStoredBlock(sfbt)) return STORED_HEADER_BITS
  if (isInDynamicBlock(sfbt)) return BLOCK_HEADER_BITS + dhtlen
  return sfbt >>> 1 === SFBT_FIXED ? BLOCK_HEADER_BITS : 0
}

function writeHeader(writer: BitWriter, { sfbt, rembytecnt, dht, dhtlen }: Suspended): void {
  const bfinal = sfbt & 1
  if (isInStoredBlock(sfbt)) {
    writer.write(bfinal | (BTYPE_STORED << 1), 8)
    writer.write(rembytecnt, 16)
    writer.write(~rembytecnt & 0xffff, 16)
  } else if (isInDynamicBlock(sfbt)) {
    writer.write(bfinal | (BTYPE_DYNAMIC << 1), BLOCK_HEADER_BITS)
    for (let bit = 0; bit < dhtlen; bit += 8) writer.write(dht[bit >>> 3], Math.min(8, dhtlen - bit))
  } else if (sfbt >>> 1 === SFBT_FIXED) {
    writer.write(bfinal | (BTYPE_FIXED << 1), BLOCK_HEADER_BITS)
  }
}

/** Puts the restart before the stream's next bytes, of which there must be one if the restart ends within a byte. */
export function joinRestart({ bytes, bits }: Restart, next: Uint8Array): Uint8Array {
  const whole = bits >>> 3
  const joined = new Uint8Array(whole + next.length)
  joined.set(bytes.subarray(0, whole))
  joined.set(next, whole)
  const shared = bits & 7
  if (shared > 0) joined[whole] = (next[0] & (0xff << shared)) | bytes[whole]
  return joined
}

/** Writes empty blocks of a number of bits that is congruent to `bits` modulo 8. */
function fill(writer: BitWriter, bits: number): void {
  let left = bits & 7
  if ((left & 1) === 1) {
    emptyDynamicBlock(writer)
    left = (left - EMPTY_DYNAMIC_BITS) & 7
  }
  for (; left > 0; left = (left - EMPTY_FIXED_BITS) & 7) writer.write(BTYPE_FIXED << 1, EMPTY_FIXED_BITS)
}

/** A dynamic block with nothing but its end-of-block code, of 1 bit, and one distance code (RFC 1951 3.2.7). */
function emptyDynamicBlock(writer: BitWriter): void {
  writer.write(BTYPE_DYNAMIC << 1, 3)
  // HLIT: LL0..LL256; HDIST: D0; HCLEN: all 19 lengths.
  writer.write(0, 5)
  writer.write(0, 5)
  writer.write(CODE_LENGTH_ORDER.length - 4, 4)
  // Codes of 1 bit for the length 1, and for 18, a run of 11 to 138 zeros.
  for (const symbol of CODE_LENGTH_ORDER) writer.write(symbol === 1 || symbol === 18 ? 1 : 0, 3)
  const [ONE, ZEROS] = [0, 1]
  for (const run of [138, 118]) {
    writer.write(ZEROS, 1)
    writer.write(run - 11, 7)
  }
  writer.write(ONE, 1)
  writer.write(ONE, 1)
  // The end-of-block code.
  writer.write(0, 1)
}

/** Room for a dynamic header, and for the empty blocks before it: one dynamic, and three fixed ones. */
const MOST_RESTART_BYTES = DHT_BYTES + 20

/** Collects bits, least significant one first, as DEFLATE packs them (RFC 1951 3.1.1). */
class BitWriter {
  bits = 0
  readonly #room = new Uint8Array(MOST_RESTART_BYTES)

  get bytes(): Uint8Array {
    return this.#room.subarray(0, (this.bits + 7) >>> 3)
  }

  /** @param count 0..16 */
  write(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++, this.bits++) {
      this.#room[this.bits >>> 3] |= ((value >>> bit) & 1) << (this.bits & 7)
    }
  }
}
