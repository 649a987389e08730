// SPDX-License-Identifier: MIT
import { constants } from 'node:zlib'

import { adler32, crc32 } from '../format/checksums.js'
import { MODE, NodeEngine, type NodeInternals } from './node-engine.js'

/** Bytes of room for one call of zlib. */
const ROOM_BYTES = 64 * 1024

/** Node's own deflater, made to go on with a DEFLATE stream that jobs began, from a byte boundary on. */
export class NodeDeflate {
  adler: number
  crc: number
  endsInMarker = false
  readonly #engine: NodeEngine

  /**
   * @param history the last 32 KiB of the data so far
   * @param checksums those of all of the data so far
   */
  constructor(
    internals: NodeInternals,
    settings: { level: number; strategy: number; history: Uint8Array },
    { adler, crc }: { adler: number; crc: number },
  ) {
    const { level, strategy, history } = settings
    const dictionary = history.length > 0 ? { dictionary: history } : {}
    this.#engine = NodeEngine.create(internals, MODE.DeflateRaw, { level, strategy, ...dictionary })
    this.adler = adler
    this.crc = crc
  }

  /** Compresses the next bytes; the pieces end on a byte boundary. */
  compress(input: Uint8Array, final: boolean): Uint8Array[] {
    this.adler = adler32(input, this.adler)
    this.crc = crc32(input, this.crc)
    this.endsInMarker = true
    return this.#write(final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH, input)
  }

  /** Nothing that follows refers to the data so far. Gives the marker that zlib writes for it. */
  forgetHistory(): Uint8Array[] {
    return this.#write(constants.Z_FULL_FLUSH, new Uint8Array(0))
  }

  change(level: number, strategy: number): void {
    this.#engine.params(level, strategy)
  }

  close(): void {
    this.#engine.close()
  }

  #write(flush: number, input: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = []
    for (let at = 0; ;) {
      const room = new Uint8Array(ROOM_BYTES)
      const { consumed, written } = this.#engine.write(flush, input.subarray(at), room)
      at += consumed
      pieces.push(room.subarray(0, written))
      if (written < room.length) return pieces
    }
  }
}
