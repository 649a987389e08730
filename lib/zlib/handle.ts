// SPDX-License-Identifier: MIT
import { AsyncResource } from 'node:async_hooks'

import { NO_RESULT, runStepsSync, type JobRunner, type Steps } from '../deflate/steps.js'
import type { JobResult } from '../job/job.js'
import { ZlibError } from './errors.js'
import { TURN, type Awaited, type HandleEngine, type Left, type WriteSteps } from './handle-engine.js'
import type { NodeHandle, NodeStream, OnError, ProcessCallback, WriteArguments } from './node-engine.js'
import { NOTHING, plainBytes } from './plain-bytes.js'
import { Turn } from '../deflate/turns.js'
import { nextTick, setImmediate } from '../timers.js'

/** What a handle works with. */
export interface HandleParts {
  readonly engine: HandleEngine
  readonly stream: NodeStream
  readonly processCallback: ProcessCallback
  readonly runner: JobRunner
  /** Called when the handle is closed, with the bytes that it put out. */
  readonly closed: (bytesOut: number) => void
}

/**
 * What node:zlib's streams call instead of Node's own engine: the same methods, the same order of events. node:zlib keeps
 * things of its own on it, and so do some packages, which also replace its methods.
 */
export class Handle implements Omit<NodeHandle, 'init'> {
  /** Set by node:zlib. */
  onerror: OnError = () => undefined
  readonly #parts: HandleParts
  /** Callbacks run in the context in which the stream was made. */
  readonly #resource = new AsyncResource('ZLIB')
  #bytesOut = 0
  #isWriting = false
  #resetIsDue = false
  #isClosing = false
  #isClosed = false

  constructor(parts: HandleParts) {
    this.#parts = parts
  }

  /** Compresses or decompresses without blocking the event loop; then calls what node:zlib gave for that. */
  write(...values: WriteArguments): void {
    this.#isWriting = true
    const left = this.#handOut(values)
    if (left) {
      setImmediate(this.#completeWith, values, left)
      return
    }
    const turn = new Turn(this.#parts.runner)
    const steps = this.#steps(values, false)
    try {
      const step = goOnAtOnce(turn, steps, steps.next())
      if (!step.done) {
        void this.#goOn(values, turn, steps, step.value)
        return
      }
      // A write that has not to wait gives way to other events, as Node's does; behind a job they had their turn.
      setImmediate(this.#completeWith, values, step.value)
    } catch (error) {
      setImmediate(this.#completeWith, values, undefined, error)
    }
    turn.end()
  }

  /** The same at once, and without a call. */
  writeSync(...values: WriteArguments): void {
    try {
      // A caller that blocks is only given jobs to wait for.
      const steps = this.#steps(values, true) as Steps<Left>
      this.#report(values, runStepsSync(this.#parts.runner, steps))
    } catch (error) {
      this.#fail(error)
    }
    this.#catchUp()
  }

  params(level: number, strategy: number): void {
    try {
      this.#parts.engine.params(level, strategy)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** A write that is under way ends first. */
  reset(): void {
    this.#resetIsDue = true
    this.#catchUp()
  }

  /** A write that is under way ends first. */
  close(): void {
    this.#isClosing = true
    this.#catchUp()
  }

  /** Most writes of a stream whose data shrank well: nothing is to be done for them but to hand out what waits. */
  #handOut([, , , bytes, out, offset, length]: WriteArguments): Left | undefined {
    const { engine } = this.#parts
    return engine.handOut?.(bytes, part(out, offset, length))
  }

  #steps(
    [flush, inputs, inOff, inLen, out, outOff, outLen]: WriteArguments,
    blocks: boolean,
  ): WriteSteps<Left> {
    const { engine } = this.#parts
    // As an option it may have a fraction, which Node's own engine cuts off.
    return engine.write(Math.trunc(flush), part(inputs, inOff, inLen), part(out, outOff, outLen), blocks)
  }

  /** Goes on with a write that may have to wait. Nobody waits for the rest of it once the stream is closed. */
  async #goOn(values: WriteArguments, turn: Turn, steps: WriteSteps<Left>, first: Awaited): Promise<void> {
    const wait = (awaited: Awaited) => {
      if (awaited === TURN) return turn.begin()
      return awaited instanceof Promise ? awaited : turn.runOwned(awaited)
    }
    let left: Left | undefined
    let failure: unknown
    const events = { hadTheirTurn: false }
    setImmediate(() => (events.hadTheirTurn = true))
    try {
      for (let awaited = first; ;) {
        let step
        let result
        try {
          result = await wait(awaited)
        } catch (error) {
          step = steps.throw(error)
        }
        if (this.#isClosing) {
          left = { availIn: values[3], availOut: values[6] }
          break
        }
        // Who waits for something else than a job expects no result.
        step = goOnAtOnce(turn, steps, step ?? steps.next(result as JobResult))
        if (step.done) {
          left = step.value
          break
        }
        awaited = step.value
      }
    } catch (error) {
      failure = error
    }
    turn.end()
    // Outside of the promise, so that what a callback throws is an uncaught exception, as with node:zlib. Where the device that
    // was to run the job was not there, the next one may have run it at once.
    if (events.hadTheirTurn) nextTick(this.#completeWith, values, left, failure)
    else setImmediate(this.#completeWith, values, left, failure)
  }

  /** Ends a write: reports what is left, or else the error, to node:zlib. */
  readonly #completeWith = (values: WriteArguments, left: Left | undefined, error?: unknown): void => {
    this.#isWriting = false
    try {
      this.#resource.runInAsyncScope(this.#tell, this, values, left, error)
    } finally {
      this.#catchUp()
    }
  }

  #tell(values: WriteArguments, left: Left | undefined, error: unknown): void {
    if (!left) {
      this.#fail(error)
      return
    }
    this.#report(values, left)
    Reflect.apply(this.#parts.processCallback, this, [])
  }

  /** Does what had to wait for the end of a write. */
  #catchUp(): void {
    if (this.#isWriting || this.#isClosed) return
    const { engine } = this.#parts
    if (this.#resetIsDue) engine.reset()
    this.#resetIsDue = false
    if (!this.#isClosing) return
    this.#isClosed = true
    engine.close()
    this.#parts.closed(this.#bytesOut)
  }

  #report([, , , , , , room]: WriteArguments, { availOut, availIn }: Left): void {
    this.#bytesOut += room - availOut
    const { _writeState: state } = this.#parts.stream
    state[0] = availOut
    state[1] = availIn
  }

  /** Tells node:zlib what zlib would say. Anything else is a defect of ours and must be seen. */
  #fail(error: unknown): void {
    if (!(error instanceof ZlibError)) throw error
    const { engine, stream } = this.#parts
    stream.bytesWritten += engine.correction
    this.onerror(error.message, error.errno, error.code)
  }
}

/** Goes through the steps of a write until one has to be waited for. */
function goOnAtOnce(
  turn: Turn,
  steps: WriteSteps<Left>,
  step: IteratorResult<Awaited, Left>,
): IteratorResult<Awaited, Left> {
  while (!step.done) {
    const awaited = step.value
    if (awaited === TURN) {
      if (!turn.beginAtOnce()) return step
      step = steps.next(NO_RESULT)
      continue
    }
    if (awaited instanceof Promise || !turn.admitBrief(awaited)) return step
    let result
    try {
      result = turn.runSync(awaited)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return step
}

/** The bytes that a write is about; a subclass of Uint8Array may not make something else of them. */
function part(bytes: Uint8Array | null, offset: number, length: number): Uint8Array {
  if (!bytes || length === 0) return NOTHING
  // What has gone, or shrunk, since the write was asked for is another matter.
  if (bytes.length < offset + length) return plainBytes(bytes).subarray(offset, offset + length)
  return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length)
}
