// SPDX-License-Identifier: MIT
// Data to compress: the same in each run.
import { Buffer } from 'node:buffer'

/** A function that returns numbers in 0..2^32-1 (xorshift). */
function random(seed) {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Bytes that do not compress. */
export function noise(length, seed = 1) {
  const next = random(seed)
  return Buffer.alloc(length).map(() => next() >>> 24)
}

const WORDS =
  'window credit paste source target history block table stream the of a to and in für über'.split(' ')

/** Words, some of them longer in UTF-8 than they look; at least `length` characters. */
export function text(length, seed = 1) {
  const next = random(seed)
  let result = ''
  while (result.length < length) result += `${WORDS[next() % WORDS.length]} `
  return result
}
