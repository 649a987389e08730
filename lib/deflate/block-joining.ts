// SPDX-License-Identifier: MIT
import { MAX_STORED_BYTES } from '../format/deflate.js'

/** LEN and NLEN of an empty stored block (RFC 1951 3.2.4). */
const EMPTY_STORED = Uint8Array.of(0x00, 0x00, 0xff, 0xff)

/** Bytes of a stored block's header that starts at a byte boundary: BFINAL, BTYPE and padding, LEN, NLEN. */
const STORED_HEADER_BYTES = 5

/** Most valid bits of a last byte behind which BFINAL and BTYPE of the next block still fit. */
const HEADER_FITS_BITS = 5

/**
 * Makes a block end on a byte boundary, as the next job's output needs it: appends an empty stored block that is not
 * final (UM 5.2.5.2, table 5-2), of at most 5 bytes. The bits behind the block's last one become 0.
 *
 * @param end where the block ends: its last byte is `bytes[end - 1]`
 * @param tebc valid bits in that byte as the CPB's TEBC gives them; 0 means all 8, and nothing is added
 * @returns the new end
 * @throws RangeError when `bytes` has no room
 */
export function appendSyncFlush(bytes: Uint8Array, end: number, tebc: number): number {
  if (tebc === 0) return end
  // `set` throws where there is no room, a plain store would not.
  const at = tebc <= HEADER_FITS_BITS ? end : end + 1
  bytes.set(EMPTY_STORED, at)
  bytes[end - 1] &= (1 << tebc) - 1
  if (at > end) bytes[end] = 0
  return at + EMPTY_STORED.length
}

/** Sets BFINAL, the least significant bit of the block's first byte; the block starts on a byte boundary. */
export function setFinal(bytes: Uint8Array, blockStart: number, final: boolean): void {
  bytes[blockStart] = (bytes[blockStart] & 0xfe) | (final ? 1 : 0)
}

/**
 * Writes the 5 header bytes of a stored block that starts on a byte boundary.
 *
 * @param length bytes that follow the header, 0..65535
 * @returns where those bytes go
 * @throws RangeError when LEN cannot hold the length, or `bytes` has no room
 */
export function writeStoredHeader(bytes: Uint8Array, at: number, length: number, final: boolean): number {
  if (length > MAX_STORED_BYTES) throw new RangeError(`a stored block cannot hold ${length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, STORED_HEADER_BYTES)
  view.setUint8(0, final ? 1 : 0)
  view.setUint16(1, length, true)
  view.setUint16(3, ~length, true)
  return at + STORED_HEADER_BYTES
}
