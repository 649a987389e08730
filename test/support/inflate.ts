// SPDX-License-Identifier: MIT
import { InflateEngine, type InflateRequest, type InflateResult } from '../../lib/model/nx/inflate.js'
import { DirectTarget } from '../../lib/model/nx/target.js'
import { slowInflate, type SlowResult, type Step } from './slow-inflate.js'

const NOTHING = new Uint8Array(0)

/** A job that decompresses from the start of a stream, but for what `given` says. */
export function request(given: Partial<InflateRequest>): InflateRequest {
  return {
    source: NOTHING,
    history: NOTHING,
    subc: 0,
    sfbt: 0,
    rembytecnt: 0,
    dht: new Uint8Array(288),
    dhtlen: 0,
    resume: false,
    singleBlock: false,
    byteLimit: 0,
    ...given,
  }
}

/** What a run says, with the DHT as text, in the order of its bits, and the output. */
export function run(engine: InflateEngine, job: InflateRequest, capacity: number): SlowResult {
  const target = new Uint8Array(capacity)
  return { ...plainResult(engine.run(job, new DirectTarget(target))), output: target }
}

/** The result with its DHT as text; the output still to be added. */
export function plainResult(result: InflateResult): Omit<SlowResult, 'output'> {
  const { cc, partial, tpbc, spbc, subc, sfbt, rembytecnt, dhtlen, dht } = result
  return { cc, partial, tpbc, spbc, subc, sfbt, rembytecnt, dht: bitText(dht, dhtlen) }
}

/** The first `count` bits, as text. */
export function bitText(bytes: Uint8Array, count: number): string {
  let text = ''
  for (let bit = 0; bit < count; bit++) text += String((bytes[bit >> 3] >> (bit & 7)) & 1)
  return text
}

/** Bytes from bits that are written in the order in which they are read; the last byte is filled up with zeros. */
export function fromBits(text: string): Uint8Array {
  const bits = text.replace(/[^01]/g, '')
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (let bit = 0; bit < bits.length; bit++) if (bits[bit] === '1') bytes[bit >> 3] |= 1 << (bit & 7)
  return bytes
}

/** `count` bits of a number, least significant first: a field of RFC 1951 that is no Huffman code. */
export function field(value: number, count: number): string {
  let text = ''
  for (let bit = 0; bit < count; bit++) text += String((value >> bit) & 1)
  return text
}

/** The job that goes on where `result` says that one of source `source` stopped (UM 5.2.5.4). */
export function resumption(result: InflateResult, source: Uint8Array, history: Uint8Array): InflateRequest {
  const from = result.spbc - ((result.subc + 7) >> 3)
  return request({
    source: source.subarray(from),
    history,
    subc: result.subc % 8,
    sfbt: result.sfbt,
    rembytecnt: result.rembytecnt,
    dht: result.dht.slice(),
    dhtlen: result.dhtlen,
    resume: true,
  })
}

/** The codes of code lengths, as text in the order in which their bits are read; '' where there is no code. */
export function codesOf(lengths: readonly number[]): string[] {
  const codes = lengths.map(() => '')
  let code = 0
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((its, symbol) => {
      if (its === length) codes[symbol] = (code++).toString(2).padStart(length, '0')
    })
    code *= 2
  }
  return codes
}

/** A DHT in which each length is one 4-bit code: HCLEN names all 19 code-length codes, 16, 17 and 18 have none. */
export function plainDht(ll: readonly number[], d: readonly number[]): string {
  const codeLengths = '000'.repeat(3) + field(4, 3).repeat(16)
  const lengths = [...ll, ...d].map((length) => length.toString(2).padStart(4, '0')).join('')
  return field(ll.length - 257, 5) + field(d.length - 1, 5) + field(15, 4) + codeLengths + lengths
}

/** Lengths of `count` symbols that are 0 but for those given. */
export function lengthsOf(count: number, given: Record<number, number>): number[] {
  return Array.from({ length: count }, (_, symbol) => given[symbol] ?? 0)
}

/** The bits of the one block of a stream, its BFINAL set to `bfinal`; no stored block, which is bound to its place. */
export function blockOf(stream: Uint8Array, bfinal: 0 | 1): string {
  if ((stream[0] & 6) === 0) throw new Error('a stored block cannot be moved')
  const steps: Step[] = []
  slowInflate(request({ source: stream }), Infinity, steps)
  return String(bfinal) + bitText(stream, steps[steps.length - 1].bit).slice(1)
}

/** A stored block behind `before` bits. */
export function storedBlock(bytes: Uint8Array, bfinal: 0 | 1, before: number): string {
  const padding = '0'.repeat((8 - ((before + 3) % 8)) % 8)
  const plain = bitText(bytes, bytes.length * 8)
  return `${bfinal}00${padding}${field(bytes.length, 16)}${field(bytes.length ^ 0xffff, 16)}${plain}`
}

/** A job whose source has just these bits: they end with a byte, and so may start within one. */
export function bitsOnly(bits: string): Partial<InflateRequest> {
  const before = (8 - (bits.length % 8)) % 8
  return { source: fromBits('1'.repeat(before) + bits), subc: (8 - before) % 8, sfbt: 14, resume: true }
}
