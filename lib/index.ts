// SPDX-License-Identifier: MIT
/** `nxzlib`: node:zlib, with gzip, deflate and raw deflate by jobs of the gzip unit. */
import type * as zlib from 'node:zlib'

import { configuration, configure } from './configuration.js'
import { install, uninstall } from './install.js'
import { record } from './job/recording.js'
import { resetStats, stats } from './zlib/call-statistics.js'
import { status } from './zlib/service-status.js'
import { addToSurface, surface } from './zlib/surface.js'

export type * from 'node:zlib'

/** What node:zlib exports: by names that can be seen without running this module, as `import { name }` needs them. */
export const {
  brotliCompress,
  brotliCompressSync,
  BrotliCompress,
  brotliDecompress,
  brotliDecompressSync,
  BrotliDecompress,
  codes,
  constants,
  crc32,
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
  createUnzip,
  deflate,
  Deflate,
  deflateRaw,
  DeflateRaw,
  deflateRawSync,
  deflateSync,
  gunzip,
  Gunzip,
  gunzipSync,
  gzip,
  Gzip,
  gzipSync,
  inflate,
  Inflate,
  inflateRaw,
  InflateRaw,
  inflateRawSync,
  inflateSync,
  unzip,
  Unzip,
  unzipSync,
} = surface

export type BrotliCompress = zlib.BrotliCompress
export type BrotliDecompress = zlib.BrotliDecompress
export type Deflate = zlib.Deflate
export type DeflateRaw = zlib.DeflateRaw
export type Gunzip = zlib.Gunzip
export type Gzip = zlib.Gzip
export type Inflate = zlib.Inflate
export type InflateRaw = zlib.InflateRaw
export type Unzip = zlib.Unzip

/** What only newer versions have. */
type NewerName =
  | 'createZstdCompress'
  | 'createZstdDecompress'
  | 'zstdCompress'
  | 'ZstdCompress'
  | 'zstdCompressSync'
  | 'zstdDecompress'
  | 'ZstdDecompress'
  | 'zstdDecompressSync'

/** As the types of node:zlib have it, or undefined if they do not. */
type Newer<Name extends NewerName> = typeof zlib extends Record<Name, infer Value> ? Value : undefined

const newer = surface as unknown as { readonly [Name in NewerName]: Newer<Name> }

export const createZstdCompress: Newer<'createZstdCompress'> = newer.createZstdCompress
export const createZstdDecompress: Newer<'createZstdDecompress'> = newer.createZstdDecompress
export const zstdCompress: Newer<'zstdCompress'> = newer.zstdCompress
export const ZstdCompress: Newer<'ZstdCompress'> = newer.ZstdCompress
export const zstdCompressSync: Newer<'zstdCompressSync'> = newer.zstdCompressSync
export const zstdDecompress: Newer<'zstdDecompress'> = newer.zstdDecompress
export const ZstdDecompress: Newer<'ZstdDecompress'> = newer.ZstdDecompress
export const zstdDecompressSync: Newer<'zstdDecompressSync'> = newer.zstdDecompressSync

export type { Configuration, ConfigurationChanges, ServiceChoice } from './configuration.js'
export type { InstallOptions } from './install.js'
export type { RecordingStatus, RecordOptions } from './job/recording.js'
export type { ResultWithInfo } from './zlib/call-info.js'
export type { CallFigures, Stats } from './zlib/call-statistics.js'
export type { ServiceStatus } from './zlib/service-status.js'

/** What node:zlib does not have. */
export { configuration, configure, install, record, resetStats, stats, status, uninstall }

addToSurface({ configuration, configure, install, record, resetStats, stats, status, uninstall })

// To who requires it, an object with exactly the properties of the running version's node:zlib.
module.exports = surface
