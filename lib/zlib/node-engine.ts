// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import { ZlibError, type ZlibCode } from './errors.js'

/** The object behind a stream of node:zlib: what Node's `Zlib` class in C++ offers. */
export interface NodeHandle {
  init: (...values: unknown[]) => void
  write: (...values: WriteArguments) => void
  writeSync: (...values: WriteArguments) => void
  params: (level: number, strategy: number) => void
  reset: () => void
  close: () => void
  /** Set by node:zlib: gets what a write fails with. */
  onerror: OnError
}

/** Flush value; input, where in it and how much; room for output, where in it and how much. */
export type WriteArguments = [number, Uint8Array | null, number, number, Uint8Array, number, number]

/** What node:zlib and the handle tell each other errors with: zlib's message, its return code, and that one's name. */
export type OnError = (message: string, errno: number, code: ZlibCode) => void

/** What node:zlib gives to a handle to be called after each write; `this` is the handle. */
export type ProcessCallback = (this: object) => void

/** The parts of a stream of node:zlib that its engine has to do with. */
export interface NodeStream {
  _handle: object | null
  /** After each write: free bytes of the room for output, then bytes of the input that were not consumed. */
  _writeState: Uint32Array
  bytesWritten: number
  _level: number
  _strategy: number
}

/** zlib's internals as this version of Node has them. */
export interface NodeInternals {
  readonly Handle: new (mode: number) => NodeHandle
  readonly processCallback: ProcessCallback
  /** The values that node:zlib gave to an `init`: some are the same for every stream, and versions differ in number. */
  readonly initValues: readonly unknown[]
}

/** The modes of a handle, as the legacy constants of node:zlib number them. */
export const MODE = {
  Deflate: 1,
  Inflate: 2,
  Gzip: 3,
  Gunzip: 4,
  DeflateRaw: 5,
  InflateRaw: 6,
  Unzip: 7,
} as const

const METHODS = ['init', 'write', 'writeSync', 'params', 'reset', 'close'] as const

/** Indexes of `init`'s values. */
const INIT = { windowBits: 0, level: 1, memLevel: 2, strategy: 3, writeState: 4, callback: 5, dictionary: 6 }

/** zlib's default memLevel. */
const DEFAULT_MEM_LEVEL = 8

/**
 * Looks at how this version of Node drives its engine.
 *
 * @returns the internals, or why they are not as expected: then node:zlib's streams must stay as they are
 */
function inspectInternals(): NodeInternals | string {
  const { _handle: handle } = new zlib.DeflateRaw() as unknown as NodeStream
  if (!handle) return 'a stream of node:zlib has no handle'
  const prototype = Object.getPrototypeOf(handle) as NodeHandle
  for (const name of METHODS) {
    if (typeof prototype[name] !== 'function') return `the handle of node:zlib's streams has no ${name}()`
  }
  const initValues = initValuesOf(prototype)
  const callback = initValues?.[INIT.callback]
  if (!initValues || typeof callback !== 'function') return 'node:zlib gives no callback to its handles'
  if (!(initValues[INIT.writeState] instanceof Uint32Array)) return 'node:zlib gives no state to its handles'
  return {
    Handle: handle.constructor as NodeInternals['Handle'],
    processCallback: callback as ProcessCallback,
    initValues,
  }
}

/** Makes a stream to see what it gives to its handle. */
function initValuesOf(prototype: NodeHandle): unknown[] | undefined {
  const own = Object.getOwnPropertyDescriptor(prototype, 'init')
  const { init } = prototype
  let values: unknown[] | undefined
  prototype.init = function (this: NodeHandle, ...given) {
    values = given
    Reflect.apply(init, this, given)
  }
  try {
    new zlib.DeflateRaw()
  } finally {
    if (own) Object.defineProperty(prototype, 'init', own)
    else Reflect.deleteProperty(prototype, 'init')
  }
  return values
}

/** This Node's internals, or why they cannot be used. Taken when this module loads. */
export const nodeInternals: NodeInternals | string = inspectInternals()

/** What a write came to. */
export interface Written {
  /** Bytes of input. */
  readonly consumed: number
  /** Bytes of output. */
  readonly written: number
}

/** Settings of an engine of Node's own. */
export interface NodeEngineOptions {
  /** Default 15. */
  readonly windowBits?: number
  /** Compression only. Default 6 and Z_DEFAULT_STRATEGY. */
  readonly level?: number
  readonly strategy?: number
  readonly dictionary?: Uint8Array
}

/** Room for no output; zlib wants a place nevertheless. */
const NO_ROOM = new Uint8Array(1)

/** Node's own zlib, called from here. */
export class NodeEngine {
  readonly #handle: NodeHandle
  readonly #state: Uint32Array
  #error: ZlibError | undefined

  /**
   * Takes over the handle of a stream, or any other that nobody uses.
   *
   * @param state where it puts what became of a write
   */
  constructor(handle: NodeHandle, state: Uint32Array) {
    this.#handle = handle
    this.#state = state
    handle.onerror = (message, _errno, code) => {
      this.#error = new ZlibError(message, code)
    }
  }

  /** Makes an engine that belongs to no stream. */
  static create(
    { Handle, initValues }: NodeInternals,
    mode: number,
    { windowBits = 15, level = 6, strategy = 0, dictionary }: NodeEngineOptions = {},
  ): NodeEngine {
    const state = new Uint32Array(2)
    const values = [...initValues]
    values[INIT.windowBits] = windowBits
    values[INIT.level] = level
    values[INIT.memLevel] = DEFAULT_MEM_LEVEL
    values[INIT.strategy] = strategy
    values[INIT.writeState] = state
    values[INIT.dictionary] = dictionary
    const handle = new Handle(mode)
    handle.init(...values)
    return new NodeEngine(handle, state)
  }

  /** One blocking call of zlib. @throws ZlibError */
  write(flush: number, input: Uint8Array, out: Uint8Array = NO_ROOM.subarray(0, 0)): Written {
    const room = out.length === 0 ? NO_ROOM : out
    this.#handle.writeSync(flush, input, 0, input.length, room, 0, out.length)
    const error = this.#error
    if (error) {
      this.#error = undefined
      throw error
    }
    const [availOut, availIn] = this.#state
    return { consumed: input.length - availIn, written: out.length - availOut }
  }

  /** @throws ZlibError */
  params(level: number, strategy: number): void {
    this.#handle.params(level, strategy)
    const error = this.#error
    this.#error = undefined
    if (error) throw error
  }

  reset(): void {
    this.#handle.reset()
  }

  close(): void {
    this.#handle.close()
  }
}
