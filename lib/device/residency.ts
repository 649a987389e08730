// SPDX-License-Identifier: MIT
/**
 * Brings the pages of a piece of memory in, as the kernel wants it of a program whose job met a page that is not there
 * (UM 6.10). Atomic operations, because they are carried out even though nobody looks at what they give, and because a
 * page that the device shall write has to be written: one that was only read is still the kernel's page of zeros.
 *
 * @param from offset of the first byte in the view
 * @param length bytes; what reaches beyond the view is left alone
 * @param write whether the device will write there. No job may be under way on the memory: it would be written between
 */
export function touchPages(
  view: Uint8Array,
  from: number,
  length: number,
  write: boolean,
  pageSize: number,
): void {
  const end = Math.min(from + length, view.length)
  for (let at = from; at < end; at += pageSize) touchByte(view, at, write)
  // The last page, which the steps may have passed over.
  if (from < end) touchByte(view, end - 1, write)
}

function touchByte(view: Uint8Array, at: number, write: boolean): void {
  if (write) Atomics.or(view, at, 0)
  else Atomics.load(view, at)
}
