// SPDX-License-Identifier: MIT
import { constants } from 'node:zlib'

import { Compressor, type TakeBlock } from '../deflate/compressor.js'
import { giveTarget, takeTarget } from '../deflate/spare-targets.js'
import type { JobRunner, Steps } from '../deflate/steps.js'
import { NxError } from '../errors.js'
import { streamError, ZlibError } from './errors.js'
import { gzipHeader, gzipTrailer } from './gzip-format.js'
import { Background } from './handle-background.js'
import { GatheredInput } from './gathered-input.js'
import { TURN, type HandleEngine, type Left, type WriteSteps } from './handle-engine.js'
import { NodeDeflate } from './node-deflate.js'
import type { NodeInternals } from './node-engine.js'
import type { Format } from './one-shot.js'
import { behind } from './plain-bytes.js'
import { Turn } from '../deflate/turns.js'
import { zlibHeader, zlibTrailer } from './zlib-format.js'

const { Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_BLOCK } = constants

/** Bytes of a block from which on its job takes spare memory. */
const LEAST_SPARE_BYTES = 16 * 1024

/** How much each flush value asks for: one without new input has an effect only after a weaker one. */
const RANK: Readonly<Record<number, number>> = {
  [Z_NO_FLUSH]: 0,
  [Z_BLOCK]: 1,
  [Z_PARTIAL_FLUSH]: 2,
  [Z_SYNC_FLUSH]: 3,
  [Z_FULL_FLUSH]: 4,
  [Z_FINISH]: 5,
}

/** Below every flush value: nothing was written yet. */
const BEFORE_ALL = -1

/** An empty stored block that starts at a byte boundary (RFC 1951 3.2.4). */
const MARKER = Uint8Array.of(0x00, 0x00, 0x00, 0xff, 0xff)

/** zlib's default level. */
const DEFAULT_LEVEL = 6

/** Settings of a compressing stream. */
export interface DeflateSettings {
  /** -1..9. */
  readonly level: number
  readonly strategy: number
}

/** What a compressor needs to go on with a stream. */
type StreamSoFar = Pick<Compressor, 'adler' | 'crc' | 'history'>

/** Output that waits for room. */
interface Piece {
  bytes: Uint8Array
  /** Memory that serves again once the bytes are handed out. */
  readonly memory?: Uint8Array<ArrayBuffer>
}

/** A block that is compressed while the next one is gathered. */
interface BlockUnderWay {
  readonly work: Background<Uint8Array[]>
  readonly data: Uint8Array<ArrayBuffer>
  readonly before: StreamSoFar
}

/** Streams give their memory to each other: so many make much garbage, of a kind that is collected late. */
const intoSpareMemory: TakeBlock = (block) => {
  const memory = takeTarget(block.length)
  memory.set(block)
  return memory.subarray(0, block.length)
}

const NO_STREAM: StreamSoFar = { adler: 1, crc: 0, history: new Uint8Array(0) }

/** The compressing engine of a handle: gathers input for jobs, and hands out what they made over the writes. */
export class DeflateEngine implements HandleEngine {
  readonly correction = 0
  readonly #format: Format
  readonly #internals: NodeInternals
  readonly #runner: JobRunner
  #settings: DeflateSettings
  readonly #gathered = new GatheredInput()
  #compressor: Compressor | undefined
  /** Takes the place of the compressor when the device fails, or a strategy is asked for that jobs do not have. */
  #substitute: NodeDeflate | undefined
  #underWay: BlockUnderWay | undefined
  #output: Piece[] = []
  #size = 0
  #flushed = BEFORE_ALL
  /** There was input since the last flush. */
  #hasInput = false
  #headerWritten = false
  #finished = false

  /** @param runner what runs the jobs */
  constructor(
    format: Format,
    internals: NodeInternals,
    runner: JobRunner,
    { level, strategy }: DeflateSettings,
  ) {
    this.#format = format
    this.#internals = internals
    this.#runner = runner
    this.#settings = settled(level, strategy)
  }

  *write(flush: number, input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<Left> {
    const { length } = input
    if (this.#finished) this.#checkFinished(flush, length)
    this.#writeHeader()
    let at = 0
    let filled = 0
    const checkKept = () => {
      // Whoever detached the input or the room while a job ran took what is left of them away.
      if (input.length !== length || out.length < filled) throw streamError()
    }
    for (;;) {
      const left = length - at
      const { room } = this.#gathered
      const fills = left > room || (left === room && flush === Z_NO_FLUSH)
      if (fills || this.#underWay?.work.isOver) {
        yield* this.#settle(blocks)
        checkKept()
      }
      if (this.#output.length > 0) {
        filled += this.#handOut(behind(out, filled))
        if (this.#output.length > 0) break
      }
      if (fills) {
        at += yield* this.#compressFull(behind(input, at), blocks)
        checkKept()
      } else if (left > 0) {
        at += this.#take(behind(input, at))
      } else if (this.#hasInput ? flush !== Z_NO_FLUSH : RANK[flush] > this.#flushed) {
        yield* this.#settle(blocks)
        yield* this.#flush(flush, blocks)
      } else {
        // Also a flush without effect, so that after a weak one a strong one has an effect again.
        this.#flushed = RANK[flush]
        break
      }
    }
    return { availIn: length - at, availOut: out.length - filled }
  }

  params(...values: [level: number, strategy: number]): void {
    const before = this.#settings
    const { level, strategy } = (this.#settings = settled(...values))
    // zlib ends a block when its matcher changes, but not with a gzip header.
    const endsBlock = matcherOf(before.level) !== matcherOf(level) || before.strategy !== strategy
    if (this.#format !== 'gzip' && endsBlock && this.#flushed > RANK[Z_BLOCK]) this.#flushed = RANK[Z_BLOCK]
    if (!this.#underWay) this.#applySettings()
  }

  #applySettings(): void {
    const { level, strategy } = this.#settings
    if (this.#substitute) this.#substitute.change(level, strategy)
    else if (!isOurs(strategy)) this.#substitute = this.#makeSubstitute()
    else this.#compressor?.change(level, strategy === constants.Z_FIXED)
  }

  reset(): void {
    this.close()
    this.#substitute = undefined
    this.#compressor = undefined
    this.#underWay = undefined
    this.#output = []
    this.#size = 0
    this.#flushed = BEFORE_ALL
    this.#hasInput = false
    this.#headerWritten = false
    this.#finished = false
    if (!isOurs(this.#settings.strategy)) this.#substitute = this.#makeSubstitute()
  }

  close(): void {
    this.#substitute?.close()
    this.#gathered.release()
  }

  /** After the end of the stream zlib only takes another Z_FINISH without input. */
  #checkFinished(flush: number, bytes: number): void {
    if (flush !== Z_FINISH) throw streamError()
    if (bytes > 0) throw new ZlibError('buffer error', 'Z_BUF_ERROR')
  }

  /** zlib writes the header with the first write, whatever that one brings. */
  #writeHeader(): void {
    if (this.#headerWritten) return
    this.#headerWritten = true
    const { level, strategy } = this.#settings
    const settings = { level, fixed: strategy >= constants.Z_HUFFMAN_ONLY }
    if (this.#format === 'gzip') this.#put(gzipHeader(settings))
    if (this.#format === 'zlib') this.#put(zlibHeader(settings))
  }

  /** Gathers input, as much as there is room for. */
  #take(input: Uint8Array): number {
    const taken = this.#gathered.add(input)
    this.#size += taken
    this.#hasInput = true
    return taken
  }

  /** Gathers input for which there is no more room than that, and has it compressed. */
  *#compressFull(input: Uint8Array, blocks: boolean): WriteSteps<number> {
    // Where jobs queue, nothing is gained by gathering on meanwhile: memory for the whole block is taken when its turn has come.
    const isCrowded = !blocks && !this.#substitute && Turn.areTaken
    if (isCrowded) {
      const { length } = input
      yield TURN
      if (input.length !== length) throw streamError()
    }
    const taken = this.#take(input)
    if (!isCrowded && !blocks && !this.#substitute) {
      this.#begin()
      return taken
    }
    yield* this.#compress(false)
    if (isCrowded) this.#gathered.release()
    return taken
  }

  *#flush(flush: number, blocks: boolean): WriteSteps<void> {
    const hadInput = this.#hasInput
    this.#hasInput = false
    this.#flushed = RANK[flush]
    const final = flush === Z_FINISH
    if (!blocks && this.#gathered.length >= LEAST_SPARE_BYTES) yield TURN
    if (final || this.#gathered.length > 0) yield* this.#compress(final)
    // Z_PARTIAL_FLUSH and Z_BLOCK are done with that: a block ends on a byte boundary, so that nothing of it is held back.
    if (final) this.#finish()
    // Without input the first of them makes an empty block all the same.
    if (flush === Z_PARTIAL_FLUSH && !hadInput) this.#put(MARKER)
    if (flush === Z_FULL_FLUSH && this.#substitute) this.#put(...this.#substitute.forgetHistory())
    else if (flush === Z_SYNC_FLUSH || flush === Z_FULL_FLUSH) {
      const compressor = this.#started()
      // Each flush has its marker, but it may be the one with which the last block was ended.
      if (!hadInput || !compressor.endsInMarker) this.#put(MARKER)
      if (flush === Z_FULL_FLUSH) this.#compressor?.forgetHistory()
    }
  }

  #finish(): void {
    this.#finished = true
    const { adler, crc } = this.#substitute ?? this.#started()
    if (this.#format === 'gzip') this.#put(gzipTrailer(crc, this.#size))
    if (this.#format === 'zlib') this.#put(zlibTrailer(adler))
  }

  /** Compresses what was gathered. */
  *#compress(final: boolean): Steps<void> {
    const data = this.#gathered.bytes
    this.#gathered.clear()
    const compressor = this.#started()
    if (compressor instanceof NodeDeflate) {
      this.#put(...compressor.compress(data, final))
      return
    }
    const before = stateOf(compressor)
    try {
      this.#putSpare(yield* compressor.compress(data, final))
    } catch (error) {
      this.#goOnWithZlib(error, before, data, final)
    }
  }

  /** The same in the background, for a block that is full and not the last one, while its turn is free. */
  #begin(): void {
    const compressor = this.#started()
    const data = this.#gathered.take()
    if (compressor instanceof NodeDeflate) {
      this.#put(...compressor.compress(data, false))
      return
    }
    const before = stateOf(compressor)
    const work = new Background(this.#runner, compressAndGive(compressor, data))
    this.#underWay = { work, data, before }
  }

  /** Waits for the block that is under way. */
  *#settle(blocks: boolean): WriteSteps<void> {
    const underWay = this.#underWay
    if (!underWay) return
    const { work, data, before } = underWay
    if (!blocks && !work.isOver) yield work.over
    try {
      this.#putSpare(work.isOver ? work.value : yield* work.takenOver())
    } catch (error) {
      this.#goOnWithZlib(error, before, data, false)
    }
    this.#underWay = undefined
    this.#applySettings()
  }

  /** The device failed, not the data: zlib goes on from before this data. */
  #goOnWithZlib(error: unknown, before: StreamSoFar, data: Uint8Array, final: boolean): void {
    if (!(error instanceof NxError)) throw error
    this.#substitute = this.#makeSubstitute(before)
    this.#put(...this.#substitute.compress(data, final))
  }

  /** What compresses; for the first time when there is something to compress. */
  #started(): Compressor | NodeDeflate {
    const existing = this.#substitute ?? this.#compressor
    if (existing) return existing
    const { level, strategy } = this.#settings
    const fixed = strategy === constants.Z_FIXED
    try {
      const { jobLimit, ignoresHints } = this.#runner
      return (this.#compressor = new Compressor({
        level,
        fixed,
        jobLimit,
        ignoresHints,
        take: intoSpareMemory,
      }))
    } catch (error) {
      // No device opens.
      if (!(error instanceof NxError)) throw error
      return (this.#substitute = this.#makeSubstitute())
    }
  }

  #makeSubstitute({ adler, crc, history }: StreamSoFar = this.#compressor ?? NO_STREAM): NodeDeflate {
    return new NodeDeflate(this.#internals, { ...this.#settings, history }, { adler, crc })
  }

  #put(...pieces: Uint8Array[]): void {
    for (const bytes of pieces) this.#output.push({ bytes })
  }

  /** Puts what a compressor made, whose memory is ours. */
  #putSpare(pieces: Uint8Array[]): void {
    for (const bytes of pieces) this.#output.push({ bytes, memory: bytes as Uint8Array<ArrayBuffer> })
  }

  /** Copies what is ready; returns how many bytes. */
  #handOut(out: Uint8Array): number {
    let filled = 0
    let pieces = 0
    for (const piece of this.#output) {
      const { bytes, memory } = piece
      const part = bytes.subarray(0, out.length - filled)
      out.set(part, filled)
      filled += part.length
      if (part.length < bytes.length) {
        piece.bytes = bytes.subarray(part.length)
        break
      }
      if (memory) giveTarget(memory)
      pieces++
    }
    this.#output.splice(0, pieces)
    return filled
  }
}

/** Compresses a block that is not the last one, and gives its memory back. */
function* compressAndGive(compressor: Compressor, data: Uint8Array<ArrayBuffer>): Steps<Uint8Array[]> {
  const pieces = yield* compressor.compress(data, false)
  giveTarget(data)
  return pieces
}

function stateOf({ adler, crc, history }: Compressor): StreamSoFar {
  return { adler, crc, history }
}

/** Whether jobs have the strategy. */
export function isOurs(strategy: number): boolean {
  return strategy === constants.Z_DEFAULT_STRATEGY || strategy === constants.Z_FIXED
}

/** Which of zlib's matchers serves a level: none, the fast one, or the slow one. */
function matcherOf(level: number): number {
  if (level === 0) return 0
  return level > 0 && level < 4 ? 1 : 2
}

/** The integers that Node's own engine makes of what it is given: NaN, which node:zlib lets through, is 0. */
function settled(level: number, strategy: number): DeflateSettings {
  return { level: level < 0 ? DEFAULT_LEVEL : Math.trunc(level) || 0, strategy: Math.trunc(strategy) || 0 }
}
