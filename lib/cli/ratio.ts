// SPDX-License-Identifier: MIT
/**
 * How much smaller the compressed data is, as gzip prints it: headers and trailers do not count.
 *
 * @param plain bytes
 * @param compressed bytes, with header and trailer
 * @param overhead bytes of header and trailer
 */
export function ratio(plain: number, compressed: number, overhead: number): string {
  const percent = plain === 0 ? 0 : (100 * (plain - (compressed - overhead))) / plain
  // Of all the ties only .25 is rounded up by toFixed and down, to the even digit, by C.
  const isTie = Math.abs(percent % 1) === 0.25
  const rounded = (isTie ? percent - Math.sign(percent) * 0.05 : percent).toFixed(1)
  return `${rounded.padStart(5)}%`
}
