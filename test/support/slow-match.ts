// SPDX-License-Identifier: MIT
import type { Effort } from '../../lib/model/nx/effort.js'

/** A literal, or a match of `length` bytes that lie `distance` bytes back. */
export type SlowToken = number | { readonly length: number; readonly distance: number }

interface Match {
  readonly length: number
  readonly distance: number
}

const REACH = 32768

/** The match rule of lib/model/nx/match-finder.ts as it reads, without a thought for speed. */
export function slowMatch(source: Uint8Array, historyBytes: number, effort: Effort): SlowToken[] {
  switch (effort.finder) {
    case 'probe':
      return slowProbe(source, historyBytes, effort.skip)
    case 'bucket':
      return new SlowBucket(source, historyBytes, effort.skip, effort.nice, effort.stride).run()
    case 'chain':
      return new SlowChain(source, historyBytes, effort.skip, effort).run()
  }
}

/** The small rule likewise, which an engine takes in place of the chain rule where the source is small enough. */
export function slowSmallMatch(source: Uint8Array, historyBytes: number, effort: ChainLimits): SlowToken[] {
  return new SlowSmall(source, historyBytes, effort).run()
}

abstract class SlowFinder {
  protected readonly tokens: SlowToken[] = []
  protected misses = 0

  constructor(
    protected readonly source: Uint8Array,
    protected position: number,
    private readonly skip: number,
  ) {}

  protected abstract insert(position: number): void

  protected insertHistory(): void {
    for (let position = 0; position < this.position; position++) this.insert(position)
  }

  protected hasWord(position: number): boolean {
    return position + 4 <= this.source.length
  }

  protected word(position: number): number {
    const [a, b, c, d] = this.source.subarray(position, position + 4)
    return a + b * 0x100 + c * 0x10000 + d * 0x1000000
  }

  protected hash4(position: number): number {
    return upperBits(BigInt(this.word(position)), 15)
  }

  protected hash3(position: number): number {
    return upperBits(BigInt(this.word(position)) << 8n, 14)
  }

  protected common(candidate: number, position: number): number {
    let length = 0
    while (
      length < 258 &&
      position + length < this.source.length &&
      this.source[candidate + length] === this.source[position + length]
    )
      length++
    return length
  }

  protected putLiteral(): void {
    this.tokens.push(this.source[this.position++])
  }

  protected putRun(): void {
    const run = 1 + Math.min(this.misses >> this.skip, 15)
    for (let count = 0; count < run && this.position < this.source.length; count++) {
      this.putLiteral()
      this.misses++
    }
  }

  protected putMatch(match: Match): void {
    this.tokens.push(match)
    this.misses = 0
  }
}

/** Whether a match counts although one that starts a byte before it is held. */
function isGain(match: Match, held: Match): boolean {
  const bits = held.distance.toString(2).length - match.distance.toString(2).length
  return 4 * (match.length - held.length) + bits >= 3
}

function upperBits(word: bigint, bits: number): number {
  return Number(BigInt.asUintN(32, word * 0x9e3779b1n) >> BigInt(32 - bits))
}

/** One piece of the data with its history, as a source of its own. */
class SlowProbe extends SlowFinder {
  /** For each hash5 the position inserted last. */
  readonly #last = new Map<number, number>()

  constructor(
    source: Uint8Array,
    historyBytes: number,
    private readonly groupSkip: number,
  ) {
    super(source, historyBytes, groupSkip)
  }

  #hasLook(position: number): boolean {
    return position + 8 <= this.source.length
  }

  protected insert(position: number): void {
    this.#last.set(this.#hash5(position), position)
  }

  #hash5(position: number): number {
    const bits = Math.min(Math.max((this.source.length - 1).toString(2).length, 10), 15)
    const sum = BigInt(this.word(position)) * 0x9e3779b1n + BigInt(this.word(position + 1))
    return Number(BigInt.asUintN(32, sum) >> BigInt(32 - bits))
  }

  #search(): Match | undefined {
    const gap = this.position - (this.#last.get(this.#hash5(this.position)) ?? 0) - 1
    const distance = 1 + (gap % REACH)
    const length = this.common(this.position - distance, this.position)
    return length >= 4 ? { length, distance } : undefined
  }

  /** Searches a group's positions; false: none of them was a match, all are literals. */
  #matchInGroup(): boolean {
    const end = this.position + 4
    while (this.position < end) {
      const match = this.#search()
      this.insert(this.position)
      if (match) {
        this.putMatch(match)
        for (let inside = this.position + 1; inside < end; inside++) this.insert(inside)
        this.position += match.length
        if (this.#hasLook(this.position - 1)) this.insert(this.position - 1)
        return true
      }
      this.putLiteral()
    }
    return false
  }

  run(): SlowToken[] {
    for (let position = 0; position < this.position; position += 8)
      if (this.#hasLook(position)) this.insert(position)
    if (this.position === 0) this.putLiteral()
    while (this.#hasLook(this.position)) {
      if (this.#matchInGroup()) continue
      this.misses += 4
      const run = 4 * Math.min(this.misses >> this.groupSkip, 15)
      this.misses += run
      for (let count = 0; count < run && this.position < this.source.length; count++) this.putLiteral()
    }
    while (this.position < this.source.length) this.putLiteral()
    return this.tokens
  }
}

function slowProbe(source: Uint8Array, historyBytes: number, skip: number): SlowToken[] {
  const data = source.length - historyBytes
  let pieces = data < 98304 ? 1 : 3
  while (data > pieces * 98304) pieces += 3
  const size = Math.ceil(data / pieces)
  const tokens: SlowToken[] = []
  for (let start = historyBytes; start < source.length; start += size) {
    const history = Math.min(start, REACH)
    const piece = source.subarray(start - history, start + size)
    tokens.push(...new SlowProbe(piece, history, skip).run())
  }
  return tokens
}

class SlowBucket extends SlowFinder {
  /** For each hash4 the positions inserted, oldest first; only the last two count. */
  readonly #inserted = new Map<number, number[]>()

  constructor(
    source: Uint8Array,
    historyBytes: number,
    skip: number,
    private readonly nice: number,
    private readonly stride: number,
  ) {
    super(source, historyBytes, skip)
  }

  protected insert(position: number): void {
    if (!this.hasWord(position)) return
    const hash = this.hash4(position)
    this.#inserted.set(hash, [...(this.#inserted.get(hash) ?? []).slice(-1), position])
  }

  #search(): Match | undefined {
    const candidates = (this.#inserted.get(this.hash4(this.position)) ?? []).toReversed()
    let best: Match | undefined
    for (const candidate of candidates) {
      const distance = this.position - candidate
      if (best && best.length >= this.nice) break
      if (distance >= REACH || this.word(candidate) !== this.word(this.position)) continue
      const length = this.common(candidate, this.position)
      if (length > (best?.length ?? 0)) best = { length, distance }
    }
    return best
  }

  run(): SlowToken[] {
    this.insertHistory()
    while (this.position < this.source.length) {
      if (!this.hasWord(this.position)) {
        this.putLiteral()
        continue
      }
      const match = this.#search()
      this.insert(this.position)
      if (match === undefined) {
        this.putRun()
        continue
      }
      this.putMatch(match)
      for (let inside = 1; inside < match.length; inside += this.stride) this.insert(this.position + inside)
      this.position += match.length
    }
    return this.tokens
  }
}

interface ChainLimits {
  readonly span: number
  readonly near3: boolean
  readonly depth: number
  readonly nice: number
  readonly good: number
  readonly lazy: number
}

class SlowChain extends SlowFinder {
  /** For each chain hash the positions inserted, oldest first. */
  readonly #inserted = new Map<number, number[]>()
  /** For each hash4, and for each hash3, the position inserted last. */
  readonly #nearest = new Map<number, number>()
  readonly #last = new Map<number, number>()

  constructor(
    source: Uint8Array,
    historyBytes: number,
    skip: number,
    private readonly limits: ChainLimits,
  ) {
    super(source, historyBytes, skip)
  }

  protected hasLook(position: number): boolean {
    return position + 8 <= this.source.length
  }

  #chainHash(position: number): number {
    const high = BigInt.asUintN(32, BigInt(this.word(position + 4)) << BigInt(8 * (8 - this.limits.span)))
    const sum = BigInt(this.word(position)) * 0x9e3779b1n + high * 0x85ebca6bn
    return Number(BigInt.asUintN(32, sum) >> 16n)
  }

  protected insert(position: number): void {
    if (!this.hasWord(position)) return
    this.#nearest.set(this.hash4(position), position)
    if (!this.hasLook(position)) return
    const hash = this.#chainHash(position)
    const positions = this.#inserted.get(hash)
    if (positions) positions.push(position)
    else this.#inserted.set(hash, [position])
    this.#last.set(this.hash3(position), position)
  }

  #search(held: Match | undefined): Match | undefined {
    const match = this.#longest(held)
    return match && held && !isGain(match, held) ? undefined : match
  }

  #longest(held: Match | undefined): Match | undefined {
    const { near3, depth, nice, good } = this.limits
    const here = this.position
    let match: Match | undefined
    let best = held?.length ?? 3
    const near = this.#last.get(this.hash3(here))
    if (near3 && !held && near !== undefined && here - near <= 2048 && this.common(near, here) >= 3)
      match = { length: 3, distance: here - near }

    const enough = Math.min(nice, 258, this.source.length - here)
    const tries = held && held.length >= good ? depth >> 2 : depth
    const chain = (this.#inserted.get(this.#chainHash(here)) ?? []).toReversed().slice(0, tries)
    const nearest = this.#nearest.get(this.hash4(here))
    for (const candidate of nearest === undefined ? chain : [nearest, ...chain]) {
      if (here - candidate >= REACH || best >= enough) break
      const length = this.common(candidate, here)
      if (length < 4 || length <= best) continue
      match = { length, distance: here - candidate }
      best = length
    }
    return match
  }

  /** A match of a position that has not its 8 bytes. */
  #atEnd(): Match | undefined {
    if (!this.hasWord(this.position)) return undefined
    const nearest = this.#nearest.get(this.hash4(this.position))
    if (nearest === undefined || this.position - nearest >= REACH) return undefined
    const length = this.common(nearest, this.position)
    return length >= 4 ? { length, distance: this.position - nearest } : undefined
  }

  #putAtEnd(): void {
    const match = this.#atEnd()
    this.insert(this.position)
    if (!match) {
      this.putLiteral()
      return
    }
    this.putMatch(match)
    for (let inside = 1; inside < match.length; inside++) this.insert(this.position + inside)
    this.position += match.length
  }

  run(): SlowToken[] {
    this.insertHistory()
    let held: Match | undefined
    while (this.position < this.source.length) {
      const searched = this.hasLook(this.position)
      const match = searched ? this.#search(held) : undefined
      if (searched) this.insert(this.position)
      if (match) {
        if (held) this.tokens.push(this.source[this.position - 1])
        held = match
        if (match.length < this.limits.lazy) {
          this.position++
          continue
        }
        this.position++
      }
      if (held) {
        // The match starts at the byte before the present position, which has been inserted if it was searched.
        const start = this.position - 1
        this.putMatch(held)
        for (let inside = start + 1; inside < start + held.length; inside++)
          if (match || !searched || inside > this.position) this.insert(inside)
        this.position = start + held.length
        held = undefined
      } else if (searched) this.putRun()
      else this.#putAtEnd()
    }
    if (held) this.putMatch(held)
    return this.tokens
  }
}

class SlowSmall extends SlowFinder {
  /** The hash4 of each position. */
  readonly #hashes: number[] = []

  constructor(
    source: Uint8Array,
    historyBytes: number,
    private readonly limits: ChainLimits,
  ) {
    super(source, historyBytes, 0)
    for (let position = 0; this.hasWord(position); position++) this.insert(position)
  }

  protected insert(position: number): void {
    this.#hashes[position] = this.hash4(position)
  }

  #longest(held: Match | undefined): Match | undefined {
    const { depth, nice, good } = this.limits
    const here = this.position
    const enough = Math.min(nice, 258, this.source.length - here)
    let left = 1 + (held && held.length >= good ? depth >> 2 : depth)
    let best = held?.length ?? 3
    let match: Match | undefined
    for (let candidate = here - 1; candidate >= 0 && left > 0 && best < enough; candidate--) {
      if (this.#hashes[candidate] !== this.#hashes[here]) continue
      left--
      const length = this.common(candidate, here)
      if (length < 4 || length <= best) continue
      match = { length, distance: here - candidate }
      best = length
    }
    return match
  }

  run(): SlowToken[] {
    let held: Match | undefined
    while (this.hasWord(this.position)) {
      let match = this.#longest(held)
      if (match && held && !isGain(match, held)) match = undefined
      if (match && held) this.tokens.push(this.source[this.position - 1])
      if (match && match.length < this.limits.lazy) {
        held = match
        this.position++
        continue
      }
      const taken = match ?? held
      if (taken) {
        this.putMatch(taken)
        this.position += taken.length - (match ? 0 : 1)
        held = undefined
      } else this.putLiteral()
    }
    if (held) {
      this.putMatch(held)
      this.position += held.length - 1
    }
    while (this.position < this.source.length) this.putLiteral()
    return this.tokens
  }
}
