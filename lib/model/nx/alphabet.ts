// SPDX-License-Identifier: MIT
import { MAX_CODE_BITS } from '../../format/deflate.js'

/** The code lengths of an alphabet (RFC 1951 3.2.2), and what is counted while they come in. */
export class Alphabet {
  /** Of each symbol, in bits; 0: no code. */
  readonly lengths: Uint8Array
  /** How many codes there are of each length. */
  readonly counts = new Int32Array(MAX_CODE_BITS + 1)
  /** The symbols that have a code, in rising order: mostly they are few. */
  readonly symbols: Uint16Array
  /** How many they are. */
  used = 0

  constructor(size: number) {
    this.lengths = new Uint8Array(size)
    this.symbols = new Uint16Array(size)
  }

  static of(lengths: Uint8Array): Alphabet {
    const alphabet = new Alphabet(lengths.length)
    alphabet.set(lengths)
    return alphabet
  }

  /** @param lengths as many as there are symbols */
  set(lengths: Uint8Array): void {
    this.clear()
    this.lengths.set(lengths)
    const { symbols, counts } = this
    let used = 0
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol]
      if (length === 0) continue
      symbols[used++] = symbol
      counts[length]++
    }
    this.used = used
  }

  clear(): void {
    this.lengths.fill(0)
    clear(this.counts)
    this.used = 0
  }
}

/** Few numbers are cleared sooner than `fill` is called. */
export function clear(numbers: Uint8Array | Int32Array): void {
  for (let index = 0; index < numbers.length; index++) numbers[index] = 0
}
