// SPDX-License-Identifier: MIT
/** The largest prime below 65536: both halves of an Adler-32 are sums modulo it (RFC 1950, section 8). */
const ADLER_PRIME = 65521

/** The CRC-32 polynomial without its x^32, least significant bit first: bit 31 stands for x^0 (RFC 1952, section 8). */
const CRC_POLYNOMIAL = 0xedb88320
const ONE = 0x80000000
/** x^8: what one byte of zeros multiplies a CRC-32 by. */
const BYTE = 0x00800000

/** Lengths are numbers: up to 2^53 bytes. */
const LENGTH_BITS = 53

/** Entry k is what 2^k bytes of zeros multiply a CRC-32 by. */
const ZERO_BYTES = new Uint32Array(LENGTH_BITS + 1)
ZERO_BYTES[0] = BYTE
for (let k = 1; k < ZERO_BYTES.length; k++) ZERO_BYTES[k] = multiply(ZERO_BYTES[k - 1], ZERO_BYTES[k - 1])

/**
 * The Adler-32 of A followed by B.
 *
 * @param first Adler-32 of A
 * @param second Adler-32 of B, started from 1
 * @param secondBytes bytes of B, up to 2^53
 */
export function combineAdler32(first: number, second: number, secondBytes: number): number {
  const [firstSum, firstSums] = [first & 0xffff, first >>> 16]
  const [secondSum, secondSums] = [second & 0xffff, second >>> 16]
  // B's own sums start from 1 and 0; after A they start from A's. The difference enters the low half once and the high
  // half once for each byte of B.
  const difference = firstSum + ADLER_PRIME - 1
  const low = (secondSum + difference) % ADLER_PRIME
  const high = (firstSums + secondSums + (secondBytes % ADLER_PRIME) * difference) % ADLER_PRIME
  return high * 0x10000 + low
}

/**
 * The CRC-32 of A followed by B.
 *
 * @param first CRC-32 of A
 * @param second CRC-32 of B, started from 0
 * @param secondBytes bytes of B, up to 2^53
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  // A CRC is linear: that of AB is that of A followed by as many zeros as B has bytes, plus that of B.
  let shifted = first
  let bytes = secondBytes
  for (let k = 0; bytes > 0; k++) {
    if (bytes % 2 === 1) shifted = multiply(ZERO_BYTES[k], shifted)
    bytes = Math.floor(bytes / 2)
  }
  return (shifted ^ second) >>> 0
}

/** Product of two polynomials over GF(2) modulo the CRC-32 polynomial. */
function multiply(a: number, b: number): number {
  let product = 0
  let power = b
  for (let left = a; left !== 0; left <<= 1) {
    if ((left & ONE) !== 0) product ^= power
    power = (power & 1) !== 0 ? (power >>> 1) ^ CRC_POLYNOMIAL : power >>> 1
  }
  return product >>> 0
}
