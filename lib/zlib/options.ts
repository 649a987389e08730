// SPDX-License-Identifier: MIT
import { constants, type ZlibOptions } from 'node:zlib'

/** What the offloaded functions need of node:zlib's options, checked. */
export interface PlainOptions {
  /** 0..9. */
  readonly level: number
  /** Z_FIXED. */
  readonly fixed: boolean
  /** Bytes. */
  readonly maxOutputLength: number
  /** Decompression keeps to the window size in a zlib header: node:zlib's default as soon as there are options. */
  readonly headerWindow: boolean
}

/** zlib's default level. */
const DEFAULT_LEVEL = 6

/** The window that all our streams use: 32 KiB. */
const WINDOW_BITS = 15

/** Where no limit is given, as in node:zlib. */
const NO_LIMIT = Infinity

const isInteger = (value: unknown, low: number, high: number): value is number =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high

/**
 * For each option that node:zlib reads, whether a value leaves the work to us. node:zlib has to serve calls with other
 * options, which it hands on to its streams.
 */
const OURS: Readonly<Record<string, (value: unknown, decompress: boolean) => boolean>> = {
  level: (value) => isInteger(value, -1, 9),
  windowBits: (value) => value === WINDOW_BITS,
  memLevel: (value) => isInteger(value, 1, 9),
  strategy: (value, decompress) =>
    decompress
      ? isInteger(value, 0, 4)
      : value === constants.Z_DEFAULT_STRATEGY || value === constants.Z_FIXED,
  chunkSize: (value) => isInteger(value, 64, 2 ** 31),
  flush: (value) => value === constants.Z_NO_FLUSH,
  finishFlush: (value) => value === constants.Z_FINISH,
  maxOutputLength: (value) => isInteger(value, 1, 2 ** 32),
  info: (value) => value === false,
  dictionary: () => false,
  rejectGarbageAfterEnd: (value) => value === false,
}

const ROWS = Object.entries(OURS).map(([name, isOurs]) => ({ name, isOurs }))

const DEFAULTS: PlainOptions = {
  level: DEFAULT_LEVEL,
  fixed: false,
  maxOutputLength: NO_LIMIT,
  headerWindow: false,
}

/**
 * The options of a call that jobs can serve, or undefined for one that node:zlib itself has to serve or to refuse: then
 * its results and its errors are exactly node:zlib's.
 */
export function plainOptions(
  options: ZlibOptions | null | undefined,
  decompress: boolean,
): PlainOptions | undefined {
  if (!options) return DEFAULTS
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OURS, name) && Reflect.get(Object(options) as object, name) !== undefined)
      return undefined
  }
  // Read one by one, as node:zlib does: they may be inherited.
  for (const { name, isOurs } of ROWS) {
    const value: unknown = (options as Record<string, unknown>)[name]
    if (value !== undefined && !isOurs(value, decompress)) return undefined
  }
  const { level = DEFAULT_LEVEL, strategy, maxOutputLength = NO_LIMIT, windowBits } = options
  return {
    level: level === -1 ? DEFAULT_LEVEL : level,
    fixed: strategy === constants.Z_FIXED,
    maxOutputLength,
    headerWindow: windowBits === undefined,
  }
}
