// SPDX-License-Identifier: MIT
import { kMaxLength } from 'node:buffer'
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

/** Where no limit is given, as in node:zlib: the longest buffer that there can be. Taken once, as node:zlib takes it. */
const LONGEST_OUTPUT = kMaxLength

const isInteger = (value: unknown, low: number, high: number): value is number =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high

/**
 * For each option that node:zlib reads, whether a value leaves the work to us. node:zlib has to serve calls with other
 * options, which it hands on to its streams.
 */
const OURS = {
  level: (value: unknown) => isInteger(value, -1, 9),
  windowBits: (value: unknown) => value === WINDOW_BITS,
  memLevel: (value: unknown) => isInteger(value, 1, 9),
  strategy: (value: unknown, decompress: boolean) =>
    decompress
      ? isInteger(value, 0, 4)
      : value === constants.Z_DEFAULT_STRATEGY || value === constants.Z_FIXED,
  chunkSize: (value: unknown) => isInteger(value, 64, 2 ** 31),
  flush: (value: unknown) => value === constants.Z_NO_FLUSH,
  finishFlush: (value: unknown) => value === constants.Z_FINISH,
  maxOutputLength: (value: unknown) => isInteger(value, 1, 2 ** 32),
  info: (value: unknown) => value === false,
  dictionary: () => false,
  rejectGarbageAfterEnd: (value: unknown) => value === false,
}

/** Whether all options leave the work to us. By name and not in a loop, which takes the time of a small block's table. */
function areOurs(options: Readonly<Record<string, unknown>>, decompress: boolean): boolean {
  const isOurs = (value: unknown, test: (value: unknown, decompress: boolean) => boolean) =>
    value === undefined || test(value, decompress)
  // Read one by one, as node:zlib does: they may be inherited.
  return (
    isOurs(options.level, OURS.level) &&
    isOurs(options.windowBits, OURS.windowBits) &&
    isOurs(options.memLevel, OURS.memLevel) &&
    isOurs(options.strategy, OURS.strategy) &&
    isOurs(options.chunkSize, OURS.chunkSize) &&
    isOurs(options.flush, OURS.flush) &&
    isOurs(options.finishFlush, OURS.finishFlush) &&
    isOurs(options.maxOutputLength, OURS.maxOutputLength) &&
    isOurs(options.info, OURS.info) &&
    isOurs(options.dictionary, OURS.dictionary) &&
    isOurs(options.rejectGarbageAfterEnd, OURS.rejectGarbageAfterEnd)
  )
}

const DEFAULTS: PlainOptions = {
  level: DEFAULT_LEVEL,
  fixed: false,
  maxOutputLength: LONGEST_OUTPUT,
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
  if (!areOurs(options as Readonly<Record<string, unknown>>, decompress)) return undefined
  const { level = DEFAULT_LEVEL, strategy, maxOutputLength = LONGEST_OUTPUT, windowBits } = options
  return {
    level: level === -1 ? DEFAULT_LEVEL : level,
    fixed: strategy === constants.Z_FIXED,
    maxOutputLength,
    headerWindow: windowBits === undefined,
  }
}
