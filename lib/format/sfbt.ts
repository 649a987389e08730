// SPDX-License-Identifier: MIT
/**
 * Source Final Block Type (UM tables 6-3 and 6-4): 4 bits, of which the upper 3 name the kind of block and the lowest is
 * BFINAL.
 */

/** SFBT of a suspension inside a stored block, 100x: RemByteCnt belongs to it. */
export function isInStoredBlock(sfbt: number): boolean {
  return sfbt >>> 1 === 0b100
}

/** SFBT of a suspension inside a dynamic block, 110x: DHT and DHTlen belong to it. */
export function isInDynamicBlock(sfbt: number): boolean {
  return sfbt >>> 1 === 0b110
}
