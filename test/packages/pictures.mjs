// SPDX-License-Identifier: MIT
// Pictures, and pngjs as it writes them.
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'

import { PNG } from 'pngjs'

import { noise } from './data.mjs'
import { node } from './node-zlib.cjs'

/** A picture: a gradient with some noise. */
export function picture(width, height) {
  const png = new PNG({ width, height })
  const grain = noise(width * height)
  for (let i = 0; i < width * height; i++) {
    png.data.set([i % 256, (i >> 8) % 256, grain[i] & 3, 255], i * 4)
  }
  return png
}

/** The chunks of a PNG file: type and contents. */
function chunksOf(file) {
  const chunks = []
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const start = at + 8
    chunks.push({
      type: file.toString('latin1', at + 4, start),
      data: file.subarray(start, start + file.readUInt32BE(at)),
    })
  }
  return chunks
}

/** The filtered lines of a PNG file, as node:zlib inflates them. */
const linesOf = (file) =>
  node.inflateSync(Buffer.concat(chunksOf(file).flatMap(({ type, data }) => (type === 'IDAT' ? [data] : []))))

/** The bytes of a stream of pngjs's, which has events only. */
async function bytesOf(stream) {
  const chunks = []
  stream.on('data', (data) => chunks.push(data))
  await once(stream, 'end')
  return Buffer.concat(chunks)
}

/** How pngjs writes a file. */
export const WRITERS = {
  'in sync mode': (png, options) => PNG.sync.write(png, options),
  'by stream': (png, options) => {
    const copy = new PNG({ width: png.width, height: png.height, ...options })
    png.data.copy(copy.data)
    return bytesOf(copy.pack())
  },
}

/** Width and height of pictures. */
export const SIZES = [
  [1, 1],
  [33, 7],
  [500, 400],
]

/** Writes pictures whose lines node:zlib must find in the files: each is a byte of 0, for no filter, and its pixels. */
export async function writeAll(write, options) {
  for (const [width, height] of SIZES) {
    const png = picture(width, height)
    const lines = linesOf(await write(png, { filterType: 0, ...options }))
    for (let y = 0; y < height; y++) {
      const line = lines.subarray(y * (width * 4 + 1) + 1, (y + 1) * (width * 4 + 1))
      assert.ok(
        line.equals(png.data.subarray(y * width * 4, (y + 1) * width * 4)),
        `${width} x ${height}, line ${y}`,
      )
    }
  }
}
