// SPDX-License-Identifier: MIT
/** Seeded test data: the same seed gives the same bytes on every machine. */

/** A small random number generator (mulberry32): 32 bits of state, good enough to make data from. */
export interface Random {
  /** 0 <= number < 1. */
  next(): number
  /** 0 <= integer < bound. */
  below(bound: number): number
  /** first <= integer <= last. */
  between(first: number, last: number): number
  /** One of the items. */
  pick<T>(items: readonly T[]): T
}

export function makeRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    between: (first, last) => first + below(last - first + 1),
    pick: (items) => items[below(items.length)],
  }
}

const SYLLABLES = 'an ber co di en fa gra ho in jo ka lem mi nor o pel qua re st th u ver wi y zo'.split(' ')
const COMMON = 'the of and to in a is that for it as was with be by on not he his but at are this'.split(' ')

function makeWords(random: Random, count: number): string[] {
  const words = [...COMMON]
  while (words.length < count) {
    words.push(Array.from({ length: random.between(1, 4) }, () => random.pick(SYLLABLES)).join(''))
  }
  return words
}

/** Word `rank` is picked about 1 / rank as often as the first one, as in any language (Zipf's law). */
function zipf(random: Random, words: string[]): string {
  return words[Math.floor(words.length ** random.next()) - 1]
}

function fill(n: number, piece: () => string | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(n)
  const encoder = new TextEncoder()
  let at = 0
  while (at < n) {
    const made = piece()
    const chunk = typeof made === 'string' ? encoder.encode(made) : made
    bytes.set(chunk.subarray(0, n - at), at)
    at += chunk.length
  }
  return bytes
}

/** Prose of invented words in sentences and lines: zlib's level 6 makes about a third of it. */
export function textLike(seed: number, n: number): Uint8Array {
  const random = makeRandom(seed)
  const words = makeWords(random, 4000)
  const phrases = Array.from({ length: 200 }, () =>
    Array.from({ length: random.between(2, 5) }, () => zipf(random, words)).join(' '),
  )
  return fill(n, () => {
    const parts = Array.from({ length: random.between(4, 18) }, () =>
      random.below(5) === 0 ? random.pick(phrases) : zipf(random, words),
    )
    const sentence = parts.join(' ')
    const end = random.pick(['. ', '. ', '.\n', ', ', '; ', '?\n'])
    return sentence[0].toUpperCase() + sentence.slice(1) + end
  })
}

/** An array of log records with ids, times, numbers and a few repeated strings. */
export function jsonLike(seed: number, n: number): Uint8Array {
  const random = makeRandom(seed)
  const words = makeWords(random, 500)
  let id = random.below(1e6)
  let time = Date.UTC(2024, 0, 1)
  return fill(n, () => {
    id += random.between(1, 3)
    time += random.below(60_000)
    const record = {
      id,
      time: new Date(time).toISOString(),
      level: random.pick(['info', 'info', 'info', 'warn', 'error']),
      user: { name: zipf(random, words), session: random.below(2 ** 32).toString(16) },
      path: `/api/v${random.between(1, 2)}/${zipf(random, words)}/${random.below(500)}`,
      took: Math.round(random.next() ** 3 * 1e5) / 100,
      tags: Array.from({ length: random.below(4) }, () => zipf(random, words)),
      ok: random.below(10) !== 0,
    }
    return `${JSON.stringify(record)},\n`
  })
}

/** Like a program file: instructions of a few shapes, tables of rising offsets, names, gaps of zeros. */
export function binaryLike(seed: number, n: number): Uint8Array {
  const random = makeRandom(seed)
  const words = makeWords(random, 600)
  const opcodes = Array.from({ length: 60 }, () =>
    Uint8Array.from({ length: random.between(1, 4) }, () => random.below(256)),
  )
  let offset = random.below(1 << 16)
  const instruction = (): number[] => {
    const opcode = opcodes[Math.floor(opcodes.length * random.next() ** 2)]
    const operands = Array.from({ length: random.below(3) }, () => Math.floor(256 * random.next() ** 3))
    return [...opcode, ...operands]
  }
  return fill(n, () => {
    const shape = random.below(20)
    if (shape < 14) return Uint8Array.from(Array.from({ length: random.between(10, 60) }, instruction).flat())
    if (shape < 17) {
      const table = new DataView(new ArrayBuffer(random.between(4, 60) * 8))
      for (let at = 0; at < table.byteLength; at += 8) {
        offset += random.between(1, 400)
        table.setUint32(at, offset, true)
        table.setUint16(at + 4, random.below(12), true)
      }
      return new Uint8Array(table.buffer)
    }
    if (shape < 19) return `_${zipf(random, words)}_${zipf(random, words)}\0`
    return new Uint8Array(random.between(4, 300))
  })
}

export function zeros(n: number): Uint8Array {
  return new Uint8Array(n)
}

/** Bytes that no compressor can shorten. */
export function randomBytes(seed: number, n: number): Uint8Array {
  const random = makeRandom(seed)
  return Uint8Array.from({ length: n }, () => random.below(256))
}

/** `n` times the same byte. */
export function oneByte(n: number, byte = 0x61): Uint8Array {
  return new Uint8Array(n).fill(byte)
}

/**
 * Bytes whose counts follow the Fibonacci numbers, the weights that make Huffman codes longest, shuffled: with 20000 bytes
 * or more zlib's codes for them reach 15 bits.
 */
export function fibonacciWeighted(n: number, seed = 1): Uint8Array {
  const random = makeRandom(seed)
  const counts = [1, 1]
  let sum = 2
  for (;;) {
    const next = counts[counts.length - 1] + counts[counts.length - 2]
    if (sum + next > n) break
    counts.push(next)
    sum += next
  }
  const bytes = new Uint8Array(n).fill(counts.length - 1)
  let at = 0
  counts.forEach((count, symbol) => {
    bytes.fill(symbol, at, at + count)
    at += count
  })
  for (let index = n - 1; index > 0; index--) {
    const other = random.below(index + 1)
    const byte = bytes[index]
    bytes[index] = bytes[other]
    bytes[other] = byte
  }
  return bytes
}

/** `n` bytes of each kind. */
export function samples(n: number): Record<string, Uint8Array> {
  return {
    text: textLike(1, n),
    json: jsonLike(2, n),
    binary: binaryLike(3, n),
    zeros: zeros(n),
    random: randomBytes(4, n),
    'one byte': oneByte(n),
    'Fibonacci weights': fibonacciWeighted(n),
  }
}
