// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'

import { PNG } from 'pngjs'

import { node } from '../node-zlib.cjs'
import { picture, SIZES, WRITERS, writeAll } from '../pictures.mjs'

/** A chunk of a PNG file, without its CRC. */
function chunk(type, data) {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
}

/** Bytes of compressed data in a chunk of our files. */
const IDAT_BYTES = 8192

/** A PNG file of the picture, compressed by node:zlib. */
function fileOf({ width, height, data }) {
  const lines = Buffer.alloc(height * (width * 4 + 1))
  for (let y = 0; y < height; y++)
    data.copy(lines, y * (width * 4 + 1) + 1, y * width * 4, (y + 1) * width * 4)
  const compressed = node.deflateSync(lines)
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const parts = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header)]
  for (let at = 0; at < compressed.length; at += IDAT_BYTES) {
    parts.push(chunk('IDAT', compressed.subarray(at, at + IDAT_BYTES)))
  }
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))])
}

/** How pngjs reads one. */
const READERS = {
  'in sync mode': (file) => PNG.sync.read(file, { checkCRC: false }),
  'by stream': async (file) => {
    const png = new PNG({ checkCRC: false })
    for (let at = 0; at < file.length; at += 3000) png.write(file.subarray(at, at + 3000))
    png.end()
    await once(png, 'parsed')
    return png
  },
}

const checks = {}
for (const [how, write] of Object.entries(WRITERS)) {
  checks[`pngjs: node:zlib reads what it writes ${how}`] = () => writeAll(write, { deflateStrategy: 0 })
  checks[`pngjs: node:zlib reads what it writes ${how} by its own settings`] = {
    leftToNode: 'its strategy, Z_RLE',
    run: () => writeAll(write, {}),
  }
}
for (const [how, read] of Object.entries(READERS)) {
  checks[`pngjs: reads ${how} what node:zlib compressed`] = async () => {
    for (const [width, height] of SIZES) {
      const png = picture(width, height)
      assert.ok((await read(fileOf(png))).data.equals(png.data), `${width} x ${height}`)
    }
  }
}

export default checks
