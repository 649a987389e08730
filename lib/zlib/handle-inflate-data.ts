// SPDX-License-Identifier: MIT
import { Decompressor, type Position } from '../deflate/decompressor.js'
import { DataError } from '../deflate/job-failure.js'
import { SharedOutput } from '../deflate/shared-output.js'
import { giveTarget, takeTarget } from '../deflate/spare-targets.js'
import { NxError } from '../errors.js'
import { adler32, crc32 } from '../format/checksums.js'
import { TURN, type WriteSteps } from './handle-engine.js'
import type { NodeInternals } from './node-engine.js'
import { NodeInflate, probe } from './node-inflate.js'
import { CHECKSUM_OF, type Format } from './one-shot.js'

/**
 * Most and least bytes of input that are copied for jobs at a time. Larger: fewer jobs where the data hardly shrank, or much.
 * Smaller: less memory a stream.
 */
const MOST_SLICE_BYTES = 64 * 1024
const LEAST_SLICE_BYTES = 16 * 1024

/** Room for a job's output in bytes. Larger: fewer jobs. Smaller: less memory for each stream whose output waits. */
const ROOM_BYTES = 160 * 1024

/** Bytes of output that a slice should make: no more than a job will take of it. */
const SLICE_OUTPUT_BYTES = 0.6 * ROOM_BYTES

/** Bytes of output per byte of input that are expected before anything is known about the data. */
const FIRST_RATIO = 4

/** What a step did. */
export interface DataStep {
  /** Bytes of input that are dealt with. */
  readonly consumed: number
  /** Bytes of output that are in the room given: only where zlib inflates. What jobs make is handed out. */
  readonly written: number
  /** The DEFLATE stream is complete. */
  readonly finished: boolean
}

/** A job's output, of which writes take what they have room for. Its memory is given back when nobody needs it any more. */
interface Piece {
  readonly output: Uint8Array
  /** Bytes of it that were handed out. */
  given: number
  /** Where the job began, its input, and how many bytes of that it consumed. */
  readonly position: Position
  readonly source: Uint8Array
  readonly consumed: number
}

/** Where node:zlib believes the stream to be: within the input of a job whose output is partly handed out. */
export interface Reported {
  readonly piece: Piece
  /** Bytes of the piece that had been handed out. */
  readonly given: number
  /** Bytes of the job's input that were reported as consumed: an estimate. */
  readonly consumed: number
}

/** The compressed data of one stream after another: jobs inflate it, and zlib does from where a job failed on. */
export class InflateData {
  readonly #internals: NodeInternals
  readonly #window = new SharedOutput(ROOM_BYTES)
  #format: Format = 'raw'
  #decompressor: Decompressor | undefined
  #substitute: NodeInflate | undefined
  #piece: Piece | undefined
  /** The piece of which a part was handed out when the present write began. */
  #reported: Piece | undefined
  #ratio = FIRST_RATIO
  #size = 0
  #adler = 1
  #crc = 0

  constructor(internals: NodeInternals) {
    this.#internals = internals
  }

  /** Another stream of such a format begins. Output of the one before may still wait. */
  begin(format: Format): void {
    this.#forgetStream()
    this.#format = format
  }

  #forgetStream(): void {
    this.#substitute?.close()
    this.#decompressor = undefined
    this.#substitute = undefined
    this.#window.forget()
    this.#size = 0
  }

  /** Forgets all output. */
  reset(): void {
    this.#forgetStream()
    this.#dropPiece()
  }

  /** No job may be under way. */
  close(): void {
    this.#substitute?.close()
    this.#dropPiece()
    this.endWrite()
    this.#window.close()
  }

  /** Size of the stream's plain data so far, and of its checksums the one that its format has. */
  get checked(): { adler: number; crc: number; size: number } {
    return { adler: this.#adler, crc: this.#crc, size: this.#size }
  }

  /** Bytes of output that wait for room. */
  get waitingBytes(): number {
    const piece = this.#piece
    return piece ? piece.output.length - piece.given : 0
  }

  /** Bytes of input that jobs consumed, but that are not to be reported yet: zlib would not have come to them. */
  get unreported(): number {
    const piece = this.#piece
    return piece ? Math.floor((piece.consumed * this.waitingBytes) / piece.output.length) : 0
  }

  /** Keeps what node:zlib was told last until the write ends, and returns it, if that was an estimate. */
  beginWrite(): Reported | undefined {
    const piece = (this.#reported = this.#piece)
    if (!piece) return undefined
    return { piece, given: piece.given, consumed: piece.consumed - this.unreported }
  }

  endWrite(): void {
    if (this.#reported && this.#reported !== this.#piece) giveTarget(this.#reported.source)
    this.#reported = undefined
  }

  /** Copies output that waits; returns how many bytes. */
  handOut(out: Uint8Array): number {
    const piece = this.#piece
    if (!piece) return 0
    const { output, given } = piece
    const bytes = Math.min(output.length - given, out.length)
    out.set(output.subarray(given, given + bytes))
    piece.given += bytes
    if (piece.given === output.length) this.#dropPiece()
    return bytes
  }

  /**
   * Inflates some of the input, at least one byte if there is one; only when no output waits.
   *
   * @param out room for what zlib inflates
   * @param blocks the caller can only wait for jobs
   * @throws ZlibError as zlib does
   */
  *step(input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<DataStep> {
    if (this.#substitute) return this.#substituteStep(this.#substitute, input, out)
    if (input.length === 0) return NO_STEP
    if (!blocks) yield TURN
    // Jobs get memory that is ours alone, and a later error needs their input and where they began again.
    const source = copied(input.subarray(0, this.#sliceBytes))
    this.#decompressor ??= new Decompressor({
      window: this.#window,
      jobBytes: ROOM_BYTES,
      roomBytes: ROOM_BYTES,
      checksum: CHECKSUM_OF[this.#format],
    })
    const { position } = this.#decompressor
    let result
    try {
      result = yield* this.#decompressor.decompress(source)
    } catch (error) {
      if (!(error instanceof DataError) && !(error instanceof NxError)) throw error
      this.#takeChecksums(this.#decompressor)
      // A device that was late may still write to it, and the next stream would have its output there.
      this.#window.abandonRoom()
      const substitute = new NodeInflate(this.#internals, position, source)
      this.#substitute = substitute
      const step = this.#substituteStep(substitute, input.subarray(substitute.borrowed), out)
      return { ...step, consumed: substitute.borrowed + step.consumed }
    }
    const { output, consumed, finished } = result
    this.#takeChecksums(this.#decompressor)
    this.#size += output.length
    if (consumed > 0) this.#ratio = output.length / consumed
    if (output.length > 0) this.#piece = { output, given: 0, position, source, consumed }
    else giveTarget(source)
    return { consumed, written: 0, finished }
  }

  /** Lets zlib look for an error that no job has found, at the end of the input. @throws ZlibError */
  checkUndecoded(): void {
    if (!this.#substitute && this.#decompressor) probe(this.#internals, this.#decompressor.position)
  }

  /** By how many bytes zlib would have consumed more than was reported; negative: fewer. */
  correction({ piece: { position, source }, given, consumed }: Reported): number {
    // How much zlib consumes depends on the length of the history, not on what is in it: that is another one by now.
    const history = new Uint8Array(position.history.length)
    const inflate = new NodeInflate(this.#internals, { ...position, history }, source)
    const written = inflate.write(source.subarray(inflate.borrowed), new Uint8Array(given))
    inflate.close()
    return inflate.borrowed + written.consumed - consumed
  }

  get #sliceBytes(): number {
    const fitting = Math.ceil(SLICE_OUTPUT_BYTES / this.#ratio)
    return Math.min(MOST_SLICE_BYTES, Math.max(LEAST_SLICE_BYTES, fitting))
  }

  #substituteStep(substitute: NodeInflate, input: Uint8Array, out: Uint8Array): DataStep {
    const { consumed, written } = substitute.write(input, out)
    const output = out.subarray(0, written)
    this.#adler = adler32(output, this.#adler)
    this.#crc = crc32(output, this.#crc)
    this.#size += written
    return { consumed, written, finished: written < out.length && substitute.isFinished }
  }

  #dropPiece(): void {
    const piece = this.#piece
    this.#piece = undefined
    if (!piece) return
    giveTarget(piece.output)
    if (piece !== this.#reported) giveTarget(piece.source)
  }

  #takeChecksums({ adler, crc }: Decompressor): void {
    this.#adler = adler
    this.#crc = crc
  }
}

const NO_STEP: DataStep = { consumed: 0, written: 0, finished: false }

/** A copy in spare memory. */
function copied(bytes: Uint8Array): Uint8Array {
  const memory = takeTarget(Math.max(LEAST_SLICE_BYTES, bytes.length))
  memory.set(bytes)
  return memory.subarray(0, bytes.length)
}
