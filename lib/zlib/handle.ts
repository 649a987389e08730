import { AsyncResource } from 'node:async_hooks'

import { runSteps, runStepsSync, type JobRunner, type Steps } from '../deflate/steps.js'
import { ZlibError } from './errors.js'
import type { HandleEngine, Left } from './handle-engine.js'
import type { NodeHandle, NodeStream, OnError, ProcessCallback, WriteArguments } from './node-engine.js'
import { plainBytes } from './plain-bytes.js'
import { Turn } from './turns.js'

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
    // A write that needs no job gives way to other events, as Node's does; behind a job they had their turn.
    let defer: (callback: () => void) => unknown = setImmediate
    const complete = (work: () => void) => {
      // Outside of the promise, so that what a callback throws is an uncaught exception, as with node:zlib.
      defer(() => {
        this.#isWriting = false
        try {
          this.#resource.runInAsyncScope(work)
        } finally {
          this.#catchUp()
        }
      })
    }
    const turn = new Turn(this.#parts.runner)
    runSteps(
      turn,
      this.#untilClosed(values, () => {
        defer = (callback) => {
          process.nextTick(callback)
        }
      }),
    )
      .finally(() => {
        turn.end()
      })
      .then(
        (left) => {
          complete(() => {
            this.#report(values, left)
            Reflect.apply(this.#parts.processCallback, this, [])
          })
        },
        (error: unknown) => {
          complete(() => {
            this.#fail(error)
          })
        },
      )
  }

  /** The same at once, and without a call. */
  writeSync(...values: WriteArguments): void {
    try {
      this.#report(values, runStepsSync(this.#parts.runner, this.#steps(values)))
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

  #steps([flush, input, inOff, inLen, out, outOff, outLen]: WriteArguments): Steps<Left> {
    // As an option it may have a fraction, which Node's own engine cuts off.
    return this.#parts.engine.write(Math.trunc(flush), part(input, inOff, inLen), part(out, outOff, outLen))
  }

  /** The steps of a write, of which nobody waits for the rest once the stream is closed. */
  *#untilClosed(values: WriteArguments, onJob: () => void): Steps<Left> {
    const steps = this.#steps(values)
    let step = steps.next()
    while (!step.done) {
      onJob()
      let result
      try {
        result = yield step.value
      } catch (error) {
        step = steps.throw(error)
        continue
      }
      if (this.#isClosing) return { availIn: values[3], availOut: values[6] }
      step = steps.next(result)
    }
    return step.value
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

/** The bytes that a write is about; a subclass of Uint8Array may not make something else of them. */
function part(bytes: Uint8Array | null, offset: number, length: number): Uint8Array {
  return bytes ? plainBytes(bytes).subarray(offset, offset + length) : new Uint8Array(0)
}
