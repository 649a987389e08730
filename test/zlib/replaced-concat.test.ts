// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { constants } from 'node:zlib'

import type { NodeHandle, NodeStream } from '../../lib/zlib/node-engine.js'
import type { StreamName } from '../../lib/zlib/streams.js'
import { textLike } from '../support/data.js'
import { makeStream, pieces } from './stream-log.js'

const DATA = Buffer.from(textLike(1, 100_000))

/** More than any write here makes. */
const ROOM_BYTES = 1_000_000

/** What a stream makes of data in blocking writes, during which Buffer.concat is as minizlib has it: it does nothing. */
function writtenWithoutConcat(name: StreamName, data: Uint8Array): Buffer {
  const { _handle, _writeState: state } = makeStream('ours', name) as unknown as NodeStream
  const handle = _handle as NodeHandle
  const output: Uint8Array[] = []
  const concat: typeof Buffer.concat = Reflect.get(Buffer, 'concat')
  Buffer.concat = ((list: unknown) => list) as typeof concat
  try {
    for (const chunk of [...pieces(data, 1000), new Uint8Array(0)]) {
      const flush = chunk.length > 0 ? constants.Z_NO_FLUSH : constants.Z_FINISH
      const room = new Uint8Array(ROOM_BYTES)
      handle.writeSync(flush, chunk, 0, chunk.length, room, 0, room.length)
      output.push(room.subarray(0, room.length - state[0]))
    }
  } finally {
    Buffer.concat = concat
  }
  return Buffer.concat(output)
}

describe('streams while Buffer.concat is replaced', () => {
  it('decompress', () => {
    assert.ok(writtenWithoutConcat('Gunzip', zlib.gzipSync(DATA)).equals(DATA))
    assert.ok(writtenWithoutConcat('Inflate', zlib.deflateSync(DATA)).equals(DATA))
  })

  it('compress', () => {
    assert.ok(zlib.gunzipSync(writtenWithoutConcat('Gzip', DATA)).equals(DATA))
  })
})
