// SPDX-License-Identifier: MIT
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Transform } from 'node:stream'

import type { ContenderId } from './results.js'

type Callback = (error: Error | null, result: Uint8Array) => void

/** What a contender can do; what it lacks is not measured. */
export interface Contender {
  readonly id: ContenderId
  readonly gzipSync?: (data: Uint8Array, level: number) => Uint8Array
  readonly gunzipSync: (data: Uint8Array) => Uint8Array
  readonly gzip?: (data: Uint8Array, callback: Callback) => void
  readonly gunzip?: (data: Uint8Array, callback: Callback) => void
  readonly createGzip?: () => Transform
  readonly createGunzip?: () => Transform
  /** The calls that node:zlib served instead of the device: what they took must not be taken for the device's time. */
  readonly servedByNode?: () => number
}

/** What a contender is and how the reports call it. Software devices are named so. */
export interface Description {
  readonly id: ContenderId
  readonly label: string
  /** The device of nxzlib that it is. */
  readonly engine?: 'hardware' | 'native' | 'model'
  /** The npm package that must be there. */
  readonly package?: string
}

/** Their order is that of the reports; it also gives each its colour. */
export const CONTENDERS: readonly Description[] = [
  { id: 'node', label: 'node:zlib' },
  { id: 'native', label: 'nxzlib native, software', engine: 'native' },
  { id: 'model', label: 'nxzlib model, software', engine: 'model' },
  { id: 'pako', label: 'pako', package: 'pako' },
  { id: 'fflate', label: 'fflate', package: 'fflate' },
  { id: 'zlib-sync', label: 'zlib-sync', package: 'zlib-sync' },
  { id: 'hardware', label: 'nxzlib hardware', engine: 'hardware' },
]

/** The name of a contender in reports. */
export function labelOf(id: ContenderId): string {
  return CONTENDERS.find((one) => one.id === id)?.label ?? id
}

/** The folder with the peers that need a compiler, installed on their own (scripts/bench.mjs); the project's if there is none. */
const peers = process.env.NXZLIB_BENCH_PEERS

/** Where a package is, among the project's own or the peers; throws if nowhere. */
export function resolvePackage(name: string): string {
  const folders = [__filename, ...(peers ? [join(peers, 'package.json')] : [])]
  for (const folder of folders) {
    try {
      return createRequire(folder).resolve(name)
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`the package ${name} is not installed`)
}

/** node:zlib's functions, which nxzlib has too. Default options throughout, as programs use them. */
type Zlib = typeof import('node:zlib')

function fromZlib(id: ContenderId, zlib: Zlib): Contender {
  return {
    id,
    gzipSync: (data, level) => zlib.gzipSync(data, level === 6 ? {} : { level }),
    gunzipSync: (data) => zlib.gunzipSync(data),
    gzip: (data, callback) => {
      zlib.gzip(data, callback)
    },
    gunzip: (data, callback) => {
      zlib.gunzip(data, callback)
    },
    createGzip: () => zlib.createGzip(),
    createGunzip: () => zlib.createGunzip(),
  }
}

/** nxzlib on one device, for all sizes: what is left to node:zlib would be measured as node:zlib. */
async function fromDevice(engine: 'hardware' | 'native' | 'model'): Promise<Contender> {
  process.env.NXZLIB_ENGINE = engine
  process.env.NXZLIB_THRESHOLD = '0'
  const nxzlib = await import('../lib/index.js')
  return {
    ...fromZlib(engine, nxzlib),
    servedByNode: () => {
      const { compress, decompress } = nxzlib.stats()
      return compress.servedByNode + decompress.servedByNode
    },
  }
}

/** What of zlib-sync is used; its own declarations are there only where it is installed. */
interface ZlibSync {
  readonly Inflate: new (options: { windowBits: number }) => {
    push(data: Uint8Array, flush: boolean): void
    readonly err: number
    readonly msg: string | null
    readonly result: Uint8Array
  }
}

function fromZlibSync(): Contender {
  const { Inflate } = createRequire(__filename)(resolvePackage('zlib-sync')) as ZlibSync
  return {
    id: 'zlib-sync',
    gunzipSync: (data) => {
      // 16 more than the bits of the window: a gzip member.
      const inflate = new Inflate({ windowBits: 31 })
      inflate.push(
        Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length),
        true,
      )
      if (inflate.err < 0) throw new Error(inflate.msg ?? `zlib-sync: ${inflate.err}`)
      return inflate.result
    },
  }
}

const LOADERS: Readonly<Record<ContenderId, () => Promise<Contender>>> = {
  node: async () => fromZlib('node', await import('node:zlib')),
  native: () => fromDevice('native'),
  model: () => fromDevice('model'),
  hardware: () => fromDevice('hardware'),
  pako: async () => {
    const pako = await import('pako')
    return {
      id: 'pako',
      gzipSync: (data, level) => pako.gzip(data, { level }),
      gunzipSync: (data) => pako.ungzip(data),
    }
  },
  fflate: async () => {
    const fflate = await import('fflate')
    return {
      id: 'fflate',
      gzipSync: (data, level) => fflate.gzipSync(data, { level: level as 6 }),
      gunzipSync: (data) => fflate.gunzipSync(data),
    }
  },
  'zlib-sync': () => Promise.resolve(fromZlibSync()),
}

/** Loads a contender into this process. Throws if its package, addon or device is missing. */
export function loadContender(id: ContenderId): Promise<Contender> {
  return LOADERS[id]()
}
