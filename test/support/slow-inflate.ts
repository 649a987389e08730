// SPDX-License-Identifier: MIT
import type { InflateRequest } from '../../lib/model/nx/inflate.js'

/*
 * A decompressor as RFC 1951 and UM table 5-3 tell it, one bit at a time, with no table of the library. It is there to be
 * compared with, so it is plain before all else.
 */

/** Where a decompression stands after a step of which all bits were there. */
export interface Step {
  /** Source bit behind the step, and target bytes so far. */
  bit: number
  written: number
  place: 'header' | 'stored' | 'fixed' | 'dynamic' | 'done'
  bfinal: number
  rembytecnt: number
  /** The bits of the table, from its first one on, if in a dynamic block. */
  dht: string
  /** A block ended here. */
  blockEnded: boolean
}

export interface SlowResult {
  cc: number
  partial: boolean
  tpbc: number
  spbc: number
  subc: number
  sfbt: number
  rembytecnt: number
  dht: string
  output: Uint8Array
}

interface Code {
  /** The symbol of each code, written as a string of bits in the order in which they come. */
  symbols: Map<string, number>
  fixed: boolean
}

class SourceEnded extends Error {}

class Failed extends Error {
  constructor(readonly cc: number) {
    super(`CC=${cc}`)
  }
}

const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]

/** Distance symbol 0..29: two symbols share a count of extra bits from 2 on. */
const distanceExtra = (symbol: number): number => Math.max(0, Math.floor(symbol / 2) - 1)
function leastDistance(symbol: number): number {
  let distance = 1
  for (let before = 0; before < symbol; before++) distance += 2 ** distanceExtra(before)
  return distance
}

/** Codes from code lengths (RFC 1951 3.2.2). */
function makeCode(lengths: number[], fixed: boolean): Code {
  const symbols = new Map<string, number>()
  let code = 0
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((its, symbol) => {
      if (its === length) symbols.set((code++).toString(2).padStart(length, '0'), symbol)
    })
    code *= 2
  }
  return { symbols, fixed }
}

function checkCode(lengths: number[], loneCodeAllowed: boolean): void {
  const used = lengths.filter((length) => length > 0)
  const sum = used.reduce((total, length) => total + 2 ** -length, 0)
  if (sum === 1) return
  if (loneCodeAllowed && (used.length === 0 || (used.length === 1 && used[0] === 1))) return
  throw new Failed(68)
}

const FIXED_LL = makeCode(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  true,
)
const FIXED_D = makeCode(new Array<number>(32).fill(5), true)

class Bits {
  constructor(
    readonly bytes: Uint8Array,
    public bit: number,
    public end: number,
  ) {}

  one(): number {
    if (this.bit >= this.end) throw new SourceEnded()
    const value = (this.bytes[Math.floor(this.bit / 8)] >> (this.bit % 8)) & 1
    this.bit++
    return value
  }

  number(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++) value += this.one() * 2 ** index
    return value
  }

  text(from: number, to: number): string {
    const copy = new Bits(this.bytes, from, to)
    let text = ''
    while (copy.bit < to) text += String(copy.one())
    return text
  }

  /** The next symbol; a code without one takes all the bits that UM table 5-1 says it takes to detect it. */
  symbol(code: Code, alphabet: 'll' | 'd' | 'lengths'): number {
    let seen = ''
    for (;;) {
      seen += String(this.one())
      if (code.fixed && alphabet === 'd' && seen === '1111') throw new Failed(66)
      const symbol = code.symbols.get(seen)
      if (code.fixed && alphabet === 'll' && (symbol === 286 || symbol === 287)) throw new Failed(66)
      if (symbol !== undefined) return symbol
      if (seen.length === 15) throw new Failed(66)
    }
  }
}

function readDht(bits: Bits): { ll: Code; d: Code } {
  const hlit = bits.number(5)
  if (hlit > 29) throw new Failed(68)
  const hdist = bits.number(5)
  if (hdist > 29) throw new Failed(68)
  const hclen = bits.number(4)
  const codeLengths = new Array<number>(19).fill(0)
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  for (const symbol of order.slice(0, hclen + 4)) codeLengths[symbol] = bits.number(3)
  checkCode(codeLengths, false)
  const code = makeCode(codeLengths, false)
  const lengths: number[] = []
  const total = hlit + 257 + hdist + 1
  while (lengths.length < total) {
    const symbol = bits.symbol(code, 'lengths')
    if (symbol < 16) {
      lengths.push(symbol)
    } else {
      if (symbol === 16 && lengths.length === 0) throw new Failed(68)
      const repeated = symbol === 16 ? lengths[lengths.length - 1] : 0
      const count =
        symbol === 16 ? 3 + bits.number(2) : symbol === 17 ? 3 + bits.number(3) : 11 + bits.number(7)
      if (lengths.length + count > total) throw new Failed(68)
      for (let index = 0; index < count; index++) lengths.push(repeated)
    }
  }
  const ll = lengths.slice(0, hlit + 257)
  const d = lengths.slice(hlit + 257)
  checkCode(ll, true)
  checkCode(d, true)
  return { ll: makeCode(ll, false), d: makeCode(d, false) }
}

/** The result of a job whose source ends at bit `end` (a whole byte) and whose last complete step is `step`. */
export function resultAt(
  step: Step,
  source: Uint8Array,
  end: number,
  cutOff = false,
): Omit<SlowResult, 'output'> {
  const left = end - step.bit
  const result = {
    cc: 3,
    partial: true,
    tpbc: step.written,
    spbc: end / 8,
    subc: left,
    sfbt: 0,
    rembytecnt: 0,
    dht: '',
  }
  if (step.place === 'stored') return { ...result, sfbt: 8 + step.bfinal, rembytecnt: step.rembytecnt }
  if (step.place === 'fixed') return { ...result, sfbt: 10 + step.bfinal }
  if (step.place === 'dynamic') return { ...result, sfbt: 12 + step.bfinal, dht: step.dht }
  if (step.place === 'header') {
    const bfinal = left > 0 ? (source[Math.floor(step.bit / 8)] >> (step.bit % 8)) & 1 : 0
    return { ...result, sfbt: 14 + bfinal }
  }
  const shown = prefetched(step.bit, end)
  if (left < 8 && !cutOff) return { ...result, ...shown, cc: 0, partial: false }
  return { ...result, ...shown }
}

/** Source shown behind the end of a block: 8191 bytes at most. */
function prefetched(bit: number, end: number): { spbc: number; subc: number } {
  const spbc = Math.min(end / 8, Math.ceil(bit / 8) + 8191)
  return { spbc, subc: spbc * 8 - bit }
}

/** Runs a job; `steps`, if given, receives every step that it takes. */
export function slowInflate(request: InflateRequest, capacity: number, steps?: Step[]): SlowResult {
  const { source } = request
  const sfbt = request.resume ? request.sfbt : 14
  const start = request.resume && source.length > 0 ? (8 - request.subc) % 8 : 0
  const bits = new Bits(source, start, source.length * 8)
  const history = Array.from(request.history.slice(-32768))
  const plain = [...history]
  const written = (): number => plain.length - history.length
  let limit = request.byteLimit === 0 ? Infinity : request.byteLimit
  let ll = FIXED_LL
  let d = FIXED_D
  let last: Step = {
    bit: start,
    written: 0,
    place: 'header',
    bfinal: 0,
    rembytecnt: 0,
    dht: '',
    blockEnded: false,
  }

  const write = (byte: number): void => {
    if (written() === capacity) throw new Failed(13)
    plain.push(byte)
  }
  const done = (change: Partial<Step>): void => {
    last = { ...last, blockEnded: false, ...change, bit: bits.bit, written: written() }
    steps?.push(last)
    if (written() >= limit) {
      limit = Infinity
      bits.end = Math.ceil(bits.bit / 8) * 8
    }
  }
  const endBlock = (): void => {
    done({ place: last.bfinal === 1 ? 'done' : 'header', rembytecnt: 0, dht: '', blockEnded: true })
  }

  const enter = (): void => {
    const bfinal = sfbt % 2
    if (sfbt === 8 || sfbt === 9) {
      bits.bit = Math.ceil(bits.bit / 8) * 8
      last = { ...last, bit: bits.bit }
      if (request.rembytecnt > 0) last = { ...last, place: 'stored', bfinal, rembytecnt: request.rembytecnt }
      else if (bfinal === 1) last = { ...last, place: 'done', bfinal, blockEnded: true }
    } else if (sfbt === 10 || sfbt === 11) {
      last = { ...last, place: 'fixed', bfinal }
    } else if (sfbt === 12 || sfbt === 13) {
      const table = new Bits(request.dht, 0, Math.min(request.dhtlen, request.dht.length * 8))
      try {
        ;({ ll, d } = readDht(table))
      } catch {
        throw new Failed(68)
      }
      if (table.bit !== request.dhtlen) throw new Failed(68)
      last = { ...last, place: 'dynamic', bfinal, dht: table.text(0, request.dhtlen) }
    }
  }

  const header = (): void => {
    const bfinal = bits.one()
    const type = bits.number(2)
    if (type === 3) throw new Failed(66)
    if (type === 0) {
      while (bits.bit % 8 !== 0) bits.one()
      const len = bits.number(16)
      const nlen = bits.number(16)
      if (len + nlen !== 65535) throw new Failed(66)
      done({ place: 'stored', bfinal, rembytecnt: len })
      if (len === 0) endBlock()
    } else if (type === 1) {
      ll = FIXED_LL
      d = FIXED_D
      done({ place: 'fixed', bfinal })
    } else {
      const first = bits.bit
      ;({ ll, d } = readDht(bits))
      done({ place: 'dynamic', bfinal, dht: bits.text(first, bits.bit) })
    }
  }

  const symbol = (): void => {
    const code = bits.symbol(ll, 'll')
    if (code === 256) {
      endBlock()
      return
    }
    if (code < 256) {
      write(code)
    } else {
      const length = LENGTHS[code - 257] + bits.number(LENGTH_EXTRA[code - 257])
      const far = bits.symbol(d, 'd')
      const distance = leastDistance(far) + bits.number(distanceExtra(far))
      if (distance > plain.length || distance > 32768) throw new Failed(67)
      for (let index = 0; index < length; index++) write(plain[plain.length - distance])
    }
    done({})
  }

  const stored = (): void => {
    const byte = bits.number(8)
    write(byte)
    done({ rembytecnt: last.rembytecnt - 1 })
    if (last.rembytecnt === 0) endBlock()
  }

  const finish = (result: Omit<SlowResult, 'output'>): SlowResult => ({
    ...result,
    output: Uint8Array.from(plain.slice(history.length)),
  })

  try {
    enter()
    for (;;) {
      if (last.place === 'done') break
      if (last.blockEnded && request.singleBlock) {
        const shown = prefetched(last.bit, bits.end)
        return finish({ ...resultAt(last, source, bits.end), ...shown, sfbt: 14 })
      }
      if (last.place === 'header') header()
      else if (last.place === 'stored') stored()
      else symbol()
    }
  } catch (stop) {
    if (stop instanceof Failed) {
      const nothing = { partial: false, spbc: 0, subc: 0, sfbt: 0, rembytecnt: 0, dht: '' }
      return finish({ ...nothing, cc: stop.cc, tpbc: written() })
    }
    if (!(stop instanceof SourceEnded)) throw stop
  }
  return finish(resultAt(last, source, bits.end, bits.end < source.length * 8))
}
