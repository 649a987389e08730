// SPDX-License-Identifier: MIT
/** Random jobs of all functions: valid, truncated, corrupted, scattered, limited, and against every rule. */
import * as zlib from 'node:zlib'
import { encodeTable, fillCounts, type HuffmanTable, makeTable } from '../../lib/deflate/huffman.js'
import { LZCOUNTS } from '../../lib/format/cpb.js'
import { makeRandom, type Random, samples } from '../support/data.js'
import { Job } from './twins.js'

const { constants } = zlib

/** What jobs are made of. Made once; a job changes copies. */
export interface Pool {
  readonly plain: readonly Uint8Array[]
  readonly streams: readonly Uint8Array[]
  readonly tables: readonly { dht: Uint8Array; dhtlen: number }[]
}

/** Lengths of data: mostly short, because a short job meets as many rules as a long one. */
function someLength(random: Random, most: number): number {
  return Math.floor((most + 1) ** (random.next() ** 0.6)) - 1
}

function someOf(random: Random, bytes: Uint8Array, length: number): Uint8Array {
  const from = random.below(Math.max(1, bytes.length - length))
  return bytes.slice(from, from + length)
}

function makeStream(random: Random, plain: Uint8Array): Uint8Array {
  return zlib.deflateRawSync(plain, {
    level: random.below(10),
    // A low memLevel makes many small blocks.
    memLevel: random.between(1, 9),
    strategy: random.pick([
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
    ]),
  })
}

function makeCounts(random: Random): Uint32Array {
  const kinds = random.pick([0, 0.02, 0.3, 1])
  const counts = Uint32Array.from({ length: LZCOUNTS }, () =>
    random.next() < kinds ? Math.floor(2 ** random.between(0, 20)) : 0,
  )
  return random.below(2) === 0 ? fillCounts(counts, 'all') : counts
}

/**
 * Repeats at the distances and of the lengths at which the match rule changes its mind (lib/model/nx/match-finder.ts and
 * effort.ts), between bytes that do not compress.
 */
export function edgesOfTheRule(random: Random, length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, () => random.below(256))
  const distances = [1, 2, 3, 4, 2048, 32_768, 33_000]
  const lengths = [3, 4, 8, 12, 16, 32, 64, 128, 258, 300]
  for (let at = random.below(40); at < length; at += random.below(random.pick([2, 8, 60]))) {
    const distance = Math.max(1, random.pick(distances) + random.between(-1, 1))
    const end = Math.min(length, at + Math.max(2, random.pick(lengths) + random.between(-1, 1)))
    if (distance > at) continue
    for (; at < end; at++) bytes[at] = bytes[at - distance]
  }
  return bytes
}

/** Tables with codes that stand for no symbol: those with no distance code, with one, and with no code but EOB's. */
export function incompleteTables(random: Random): HuffmanTable[] {
  const { ll } = makeTable(fillCounts(makeCounts(random), 'all'))
  const noCode = new Uint8Array(30)
  const oneCode = noCode.slice()
  oneCode[random.below(30)] = 1
  const endOnly = new Uint8Array(286)
  endOnly[256] = 1
  return [encodeTable(ll, noCode), encodeTable(ll.slice(), oneCode), encodeTable(endOnly, oneCode.slice())]
}

/** @param longest bytes of the longest data */
export function makePool(seed: number, longest: number): Pool {
  const random = makeRandom(seed)
  const kinds = [...Object.values(samples(Math.max(longest, 50_000))), edgesOfTheRule(random, 120_000)]
  const plain = Array.from({ length: 120 }, () =>
    someOf(random, random.pick(kinds), 1 + someLength(random, longest - 1)),
  )
  const streams = Array.from({ length: 240 }, () => makeStream(random, random.pick(plain)))
  const tables: HuffmanTable[] = Array.from({ length: 100 }, () => makeTable(makeCounts(random)))
  for (let times = 0; times < 7; times++) tables.push(...incompleteTables(random))
  return { plain, streams, tables }
}

const LIMITS = [
  { maxByteCountHigh: 0, maxByteCountLow: 300 },
  { maxByteCountHigh: 5000, maxByteCountLow: 1 },
  { maxByteCountHigh: 17, maxByteCountLow: 0 },
  { maxByteCountHigh: 0, maxByteCountLow: 40_000 },
]

/** Puts errors into some bytes. */
function corrupt(random: Random, bytes: Uint8Array): void {
  for (let times = random.between(1, 3); times > 0 && bytes.length > 0; times--) {
    const at = random.below(Math.min(bytes.length, random.pick([2, 120, bytes.length])))
    bytes[at] = random.below(2) === 0 ? random.below(256) : bytes[at] ^ (1 << random.below(8))
  }
}

/** A range of mapped memory. */
interface Piece {
  readonly address: bigint
  readonly bytes: number
}

/** One random job. What is random about it is decided by `random` alone. */
class JobMaker {
  readonly job: Job
  /** What the job compresses. */
  plain: Uint8Array | undefined
  /** Where the CPB is, in its buffer. */
  readonly #control: Uint8Array
  readonly #cpbAt: number

  constructor(
    private readonly random: Random,
    private readonly pool: Pool,
    private readonly previous: Previous,
  ) {
    const resident = random.below(12) !== 0
    const residency = resident ? 'all' : random.pick([0.9, 0.97, 0.5])
    const pageSize = random.pick([4096, 4096, 65536])
    this.job = new Job(
      { pageSize, residency, seed: random.below(2 ** 31) },
      random.pick(LIMITS),
      random.below(4) === 0,
    )
    // With pages of 4096 bytes, input and output of the CPB are then on different ones at times.
    const csbAt = 16 * random.below(random.pick([8, 400]))
    this.#cpbAt = csbAt + 16
    // Sometimes not all of the CPB is mapped.
    const bytes = random.below(150) === 0 ? this.#cpbAt + random.below(1680) : this.#cpbAt + 1680
    this.#control = new Uint8Array(bytes).fill(0xee)
    const address = this.job.map(this.#control)
    this.job.view.setBigUint64(8, address + BigInt(csbAt))
  }

  #chance(oneIn: number): boolean {
    return this.random.below(oneIn) === 0
  }

  /** Sets CPB bytes, as far as they are mapped. */
  #setCpb(at: number, bytes: Uint8Array): void {
    this.#control
      .subarray(this.#cpbAt + at)
      .set(bytes.subarray(0, Math.max(0, this.#control.length - this.#cpbAt - at)))
  }

  #setCpb16(at: number, value: number): void {
    this.#setCpb(at, Uint8Array.of(value >>> 8, value))
  }

  make(): Job {
    const { random, job } = this
    const kind = random.below(100)
    this.#fillCpb()
    if (kind < 40) this.#compress()
    else if (kind < 90) this.#decompress()
    else if (kind < 96) this.#plainJob(0x1e, someLength(random, 20_000))
    else this.#plainJob(random.below(64), someLength(random, 3000))
    if (this.#chance(4)) job.crb[3] |= 1
    job.crb[80] = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, random.below(256)])
    job.crb[81] = random.pick([0, 0, 1, random.below(256)])
    if (this.#chance(20)) {
      job.crb[15] |= random.pick([0x0a, 0x08, 0x02])
      job.crb[63] = this.#chance(4) ? random.below(256) : 1
    }
    // Bytes that NX ignores, and any bit of the others.
    if (this.#chance(20)) job.crb.fill(0xa5, 88)
    if (this.#chance(3)) job.view.setUint32(88, random.pick([0x41444c52, 0x43524333, 0x4e4f4e45, 0x41444c53]))
    if (this.#chance(40))
      job.crb[random.pick([15, 16, 19, 32, 35, 63, random.below(64)])] ^= 1 << random.below(8)
    return job
  }

  /** CPB input of every kind: all that a job does not set itself. */
  #fillCpb(): void {
    const { random } = this
    this.#setCpb(
      0,
      Uint8Array.from({ length: 16 }, () => random.pick([0, 0, 0xff, random.below(256)])),
    )
    this.#setCpb16(8, random.below(16))
    this.#setCpb(13, Uint8Array.of(random.pick([0, 0, random.below(16), random.below(256)])))
    this.#useTable()
  }

  #useTable(): void {
    const { random } = this
    const table = random.pick(this.pool.tables)
    const dht = table.dht.slice()
    let { dhtlen } = table
    if (this.#chance(12)) corrupt(random, dht.subarray(0, dhtlen >>> 3))
    if (this.#chance(30)) dhtlen = random.pick([dhtlen + 1, dhtlen - 1, random.below(4096)])
    this.#setCpb16(14, dhtlen)
    this.#setCpb(16, dht)
  }

  #compress(): void {
    const { random } = this
    const fc = 2 * random.below(8)
    // The same data again: the native engine remembers the symbols of a job that counts them for the next one.
    const data =
      this.previous.plain !== undefined && !this.#chance(3)
        ? this.previous.plain
        : random.pick(this.pool.plain)
    this.plain = data
    let room = data.length + (data.length >>> 3) + 320
    if (this.#chance(4)) room = someLength(random, room)
    if ((fc & 8) !== 0 && !this.#chance(2)) {
      const most = Math.min(data.length >>> 4, 2060)
      this.#setCpb16(8, (random.below(most + (this.#chance(20) ? 5 : 1)) << 4) | random.below(16))
    }
    this.#put(fc, data.slice(), room)
  }

  #decompress(): void {
    const { random } = this
    const { suspended } = this.previous
    if (suspended !== undefined && !this.#chance(3)) {
      this.#resume(suspended)
      return
    }
    if (this.#chance(6)) {
      this.#resumeAnywhere()
      return
    }
    let source = random.pick(this.pool.streams).slice()
    if (this.#chance(3)) source = source.subarray(0, random.below(source.length + 1)).slice()
    if (this.#chance(4)) corrupt(random, source)
    if (this.#chance(10))
      source = Uint8Array.of(...source.subarray(0, 9000), ...new Uint8Array(random.below(12_000)))
    // Random bytes; a few of them are often a block header that is cut off.
    if (this.#chance(8)) {
      source = Uint8Array.from({ length: random.between(1, random.pick([4, 8, 200])) }, () =>
        random.below(256),
      )
      source[0] = (source[0] & ~6) | random.pick([2, 2, 4, random.below(8)])
      // HDIST of a dynamic block, about its largest value.
      if (this.#chance(4)) source[1] = random.between(28, 31) | (source[1] & ~31)
    }
    const fc = random.pick([0x10, 0x10, 0x10, 0x12, 0x14, 0x16])
    const room = this.#chance(4) ? someLength(random, 60_000) : random.pick([100_000, 400_000, 4000])
    this.#put(fc, source, room)
  }

  /** Goes on where an earlier job was suspended, with its history. */
  #resume({ cpb, rest, history }: Suspended): void {
    const { random } = this
    const histlen = Math.min(random.pick([0, 1, 20, 2048, 2048]), history.length >>> 4)
    this.#setCpb(0, cpb.subarray(384, 392))
    this.#setCpb16(8, histlen << 4)
    this.#setCpb(11, Uint8Array.of(cpb[395] & 7))
    this.#setCpb(13, cpb.subarray(397, 400))
    this.#setCpb(16, cpb.subarray(400, 688))
    if (this.#chance(20)) this.#useTable()
    const last = rest.subarray(0, this.#chance(3) ? random.below(rest.length + 1) : rest.length)
    const source = new Uint8Array(histlen * 16 + last.length)
    source.set(history.subarray(history.length - histlen * 16))
    source.set(last, histlen * 16)
    if (this.#chance(10)) corrupt(random, source)
    this.#put(random.pick([0x14, 0x14, 0x16]), source, random.pick([100_000, 400_000, 4000, 60]))
  }

  /** Goes on in the middle of a block with a few random bytes, so that the source ends within all kinds of symbols. */
  #resumeAnywhere(): void {
    const { random } = this
    const table = random.pick(this.pool.tables)
    this.#setCpb(
      8,
      Uint8Array.of(0, 0, 0, random.below(8), 0, random.pick([10, 11, 12, 12, 13, random.below(16)])),
    )
    this.#setCpb16(14, table.dhtlen)
    this.#setCpb(16, table.dht)
    const source = Uint8Array.from({ length: random.between(1, 6) }, () =>
      random.pick([0, 0xff, random.below(256)]),
    )
    this.#put(random.pick([0x14, 0x16]), source, 4000)
  }

  #plainJob(fc: number, length: number): void {
    const { random } = this
    const source = someOf(random, random.pick(this.pool.plain), Math.max(1, length))
    this.#put(fc, source, this.#chance(4) ? someLength(random, length) : length + random.below(50))
  }

  #put(fc: number, source: Uint8Array, room: number): void {
    this.job.crb[3] = fc
    this.#describe(16, source, source.length)
    this.#describe(32, undefined, room)
  }

  /** Sets a DDE of the CRB to `length` bytes of memory, filled with `data` if there is some. */
  #describe(at: number, data: Uint8Array | undefined, length: number): void {
    const { random, job } = this
    if (!this.#chance(3)) {
      const [piece] = this.#pieces(data, length, 1)
      this.#setDde(job.view, at, 0, piece.bytes, piece.address)
      return
    }
    const pieces = this.#pieces(data, length, 1 + someLength(random, this.#chance(10) ? 300 : 12))
    const list = new Uint8Array(16 * pieces.length)
    const view = new DataView(list.buffer)
    pieces.forEach(({ address, bytes }, index) => {
      this.#setDde(view, 16 * index, 0, bytes, address)
    })
    if (this.#chance(25)) list[random.below(list.length)] ^= 1 << random.below(8)
    const count = this.#chance(25) ? random.below(256) : pieces.length
    const bytecount = this.#chance(10) ? random.below(2 * length + 2) : length
    const address = job.map(list) + (this.#chance(60) ? BigInt(random.below(64)) : 0n)
    this.#setDde(job.view, at, count & 0xff, bytecount, address)
  }

  /** Memory for `length` bytes in pieces, with unused bytes around each. */
  #pieces(data: Uint8Array | undefined, length: number, count: number): Piece[] {
    const { random, job } = this
    const cuts = Array.from({ length: count - 1 }, () => random.below(length + 1)).sort((a, b) => a - b)
    const gaps = Array.from({ length: count + 1 }, () => random.below(random.pick([3, 40])))
    const bytes = new Uint8Array(length + gaps.reduce((sum, gap) => sum + gap, 0)).fill(0xdd)
    const base = job.map(bytes)
    let at = 0
    return [...cuts, length].map((end, index) => {
      const start = index === 0 ? 0 : cuts[index - 1]
      at += gaps[index]
      if (data) bytes.set(data.subarray(start, end), at)
      const piece = { address: base + BigInt(at), bytes: end - start }
      at += end - start
      // Sometimes an address or a length that leads out of the memory.
      if (this.#chance(150))
        return { address: BigInt(random.below(2 ** 31)) << BigInt(random.below(33)), bytes: piece.bytes }
      if (this.#chance(150)) return { address: piece.address, bytes: piece.bytes + random.below(200_000) }
      return piece
    })
  }

  #setDde(view: DataView, at: number, count: number, bytecount: number, address: bigint): void {
    view.setUint8(at + 2, count)
    view.setUint32(at + 4, bytecount)
    view.setBigUint64(at + 8, address)
  }
}

/** A decompress job that was suspended, for the next one to go on with. */
interface Suspended {
  /** Its CPB as it was left. */
  readonly cpb: Uint8Array
  /** The source bytes that the CPB says are to be sent again, and those behind them. */
  readonly rest: Uint8Array
  /** What it has written. */
  readonly history: Uint8Array
}

/** What the job before has left for the next one. */
interface Previous {
  plain?: Uint8Array | undefined
  suspended?: Suspended
}

/** Makes one job after the other; some go on where the one before was suspended. */
export class JobStream {
  readonly #random: Random
  #previous: Previous = {}

  constructor(
    seed: number,
    private readonly pool: Pool,
  ) {
    this.#random = makeRandom(seed)
  }

  next(): Job {
    const maker = new JobMaker(this.#random, this.pool, this.#previous)
    const job = maker.make()
    this.#previous = { plain: maker.plain }
    return job
  }

  /** To be told a job that has run. */
  learn(job: Job): void {
    const { view } = job
    const fc = view.getUint8(3) & 0x3e
    const direct = view.getUint8(18) === 0 && view.getUint8(34) === 0
    const csb = job.space.view(view.getBigUint64(8) & ~15n, 16)
    if (fc < 0x10 || fc > 0x16 || !direct || csb?.getUint32(0) !== 0x800003a0) return
    const cpb = job.space.bytes((view.getBigUint64(8) & ~15n) + 16n, 692)
    const source = job.space.bytes(view.getBigUint64(24), view.getUint32(20))
    const history = job.space.bytes(view.getBigUint64(40), csb.getUint32(4))
    if (!cpb || !source || !history) return
    const output = new DataView(cpb.buffer, cpb.byteOffset)
    const taken = output.getUint32(688) - Math.ceil(output.getUint16(394) / 8)
    this.#previous.suspended = { cpb: cpb.slice(), rest: source.slice(taken), history: history.slice() }
  }
}
