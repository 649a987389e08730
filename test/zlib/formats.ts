// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'

/** The formats, and what the functions of either library are called for each. */
export const FORMATS = [
  { format: 'gzip', compress: 'gzip', decompress: 'gunzip' },
  { format: 'zlib', compress: 'deflate', decompress: 'inflate' },
  { format: 'raw', compress: 'deflateRaw', decompress: 'inflateRaw' },
] as const

export type CompressName = (typeof FORMATS)[number]['compress']
export type DecompressName = (typeof FORMATS)[number]['decompress'] | 'unzip'

export const COMPRESS_NAMES: readonly CompressName[] = FORMATS.map(({ compress }) => compress)
export const DECOMPRESS_NAMES: readonly DecompressName[] = ['gunzip', 'inflate', 'inflateRaw', 'unzip']

export const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const

/** A convenience function that blocks, with arguments that types would not allow. */
export type AnySync = (buffer: unknown, options?: unknown) => Buffer

/** One with a callback, likewise. */
export type AnyAsync = (...values: unknown[]) => void

export function ours(name: CompressName | DecompressName): { sync: AnySync; async: AnyAsync } {
  return { sync: nxzlib[`${name}Sync`] as AnySync, async: nxzlib[name] as AnyAsync }
}

/** The control. */
export function nodes(name: CompressName | DecompressName): { sync: AnySync; async: AnyAsync } {
  return { sync: zlib[`${name}Sync`] as AnySync, async: zlib[name] as AnyAsync }
}
