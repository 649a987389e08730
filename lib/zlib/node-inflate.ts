// SPDX-License-Identifier: MIT
import { constants } from 'node:zlib'

import type { Position, Suspended } from '../deflate/decompressor.js'
import { joinRestart, restartOf } from '../deflate/restart.js'
import { END_OF_BLOCK } from '../format/deflate.js'
import { isInDynamicBlock } from '../format/sfbt.js'
import { Dht } from '../model/nx/dht.js'
import { MODE, NodeEngine, type NodeInternals, type Written } from './node-engine.js'
import { ZlibError } from './errors.js'

const NOTHING = new Uint8Array(0)

function inflaterBehind(internals: NodeInternals, history: Uint8Array): NodeEngine {
  return NodeEngine.create(internals, MODE.InflateRaw, history.length > 0 ? { dictionary: history } : {})
}

/** Looks at what streams leave undecoded, by turns. */
let probeEngine: NodeEngine | undefined

/** Reads the tables of the blocks in which streams stand. */
const table = new Dht()

/**
 * Whether a dynamic block's table is good for zlib too, and any bits begin with a code or are the beginning of one. Only a code
 * of a single symbol, or of none, may be incomplete (UM table 5-1).
 */
function isFlawless({ dht, dhtlen }: Suspended): boolean {
  table.read(dht, 0, dhtlen)
  return table.ll.used > 1 && table.d.used > 1 && table.ll.lengths[END_OF_BLOCK] > 0
}

/**
 * Lets zlib look at what a job could not decode, as there are too few bits of it: zlib needs fewer to find an error. It also
 * refuses a table that NX would take, without any further bits.
 *
 * @throws ZlibError
 */
export function probe(internals: NodeInternals, { suspended, carry }: Position): void {
  const isInnocent = isInDynamicBlock(suspended.sfbt) ? isFlawless(suspended) : carry.length === 0
  if (isInnocent) return
  probeEngine ??= inflaterBehind(internals, NOTHING)
  probeEngine.reset()
  const position = { suspended, carry, history: NOTHING }
  new NodeInflate(internals, position, NOTHING, probeEngine).write(NOTHING, NOTHING)
}

/**
 * Node's own inflater, made to stand where jobs left a DEFLATE stream: it says what zlib says about the data that follows,
 * writes what zlib writes, and consumes what zlib consumes.
 */
export class NodeInflate {
  /** Bytes of the stream's next input that it already has. */
  readonly borrowed: number
  readonly #engine: NodeEngine
  /** What it was not given yet of the bytes before the next input. */
  #before: Uint8Array

  /**
   * @param next the stream's next input
   * @param engine an inflater of raw data with this history that has seen nothing yet; default: one of its own
   */
  constructor(
    internals: NodeInternals,
    { suspended, carry, history }: Position,
    next: Uint8Array,
    engine = inflaterBehind(internals, history),
  ) {
    this.#engine = engine
    const restart = restartOf(suspended)
    // The restart shares a byte with the stream if it ends within one.
    this.borrowed = carry.length === 0 && (restart.bits & 7) !== 0 ? 1 : 0
    this.#before = joinRestart(restart, this.borrowed > 0 ? next.subarray(0, 1) : carry)
  }

  /** Inflates input behind the borrowed bytes. @throws ZlibError as zlib does */
  write(input: Uint8Array, out: Uint8Array): Written {
    let written = 0
    if (this.#before.length > 0) {
      const first = this.#engine.write(constants.Z_NO_FLUSH, this.#before, out)
      this.#before = this.#before.subarray(first.consumed)
      written = first.written
      if (this.#before.length > 0) return { consumed: 0, written }
    }
    const second = this.#engine.write(constants.Z_NO_FLUSH, input, out.subarray(written))
    return { consumed: second.consumed, written: written + second.written }
  }

  /** Whether the stream is complete; to be asked when the last write left room. */
  get isFinished(): boolean {
    try {
      this.#engine.write(constants.Z_FINISH, NOTHING, new Uint8Array(1))
      return true
    } catch (error) {
      if (error instanceof ZlibError && error.code === 'Z_BUF_ERROR') return false
      throw error
    }
  }

  close(): void {
    this.#engine.close()
  }
}
