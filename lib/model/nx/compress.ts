// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { END_OF_BLOCK, FIXED_D_LENGTHS, FIXED_LL_LENGTHS, WINDOW_BYTES } from '../../format/deflate.js'
import { Alphabet } from './alphabet.js'
import { Dht } from './dht.js'
import { DEFAULT_EFFORT, effortRow } from './effort.js'
import { BlockWriter, Codes } from './encode.js'
import { BucketFinder } from './match-finder-bucket.js'
import { ChainFinder } from './match-finder-chain.js'
import { ProbeFinder } from './match-finder-probe.js'
import { SmallFinder } from './match-finder-small.js'
import { SMALL_BYTES, type MatchFinder } from './match-finder.js'
import type { Target } from './target.js'
import { TokenCache, type CachedTokens } from './token-cache.js'
import { addSaturating, HISTOGRAM_SIZE, TokenChunk } from './tokens.js'

export { DEFAULT_EFFORT } from './effort.js'

/** A compress job as its engine sees it. */
export interface CompressRequest {
  /** The history, then at least one byte of data. */
  readonly source: Uint8Array
  /** Bytes of `source` that only seed the history; only the last 32768 of them matter. */
  readonly historyBytes: number
  /** The 288 bytes of the CPB's DHT field; null: fixed Huffman codes. */
  readonly dht: Uint8Array | null
  /** Bits of `dht` that are the table; 0 without. */
  readonly dhtlen: number
  /** 1 (fastest) to 9 (smallest); 0: `DEFAULT_EFFORT`. */
  readonly effort: number
  /** A counting job: an encoding job for the same source is likely to follow. */
  readonly count: boolean
  /** Of a counting job: the block is measured, and nothing is written to the target. */
  readonly countsOnly: boolean
}

export interface CompressResult {
  /** 0, 13, 66 or 68, see `CC`. */
  cc: number
  /** Bytes stored in the target. */
  tpbc: number
  /** Valid bits in the last byte; 0: all 8. */
  tebc: number
  /** Symbols of the block, LL0..LL285 then D0..D29, each at most 2^24 - 1; EOB counted once. Not valid with CC 13 and 68. */
  readonly counts: Uint32Array
  /** What is remembered of the job's source from a counting job to its encoding job; null: nothing. */
  kept: CachedTokens | null
}

/** Compresses: each job becomes one DEFLATE block (UM 5.1.1). Tables and buffers live as long as the engine. */
export class CompressEngine {
  readonly #fixed = new Codes().set(Alphabet.of(FIXED_LL_LENGTHS), Alphabet.of(FIXED_D_LENGTHS))
  readonly #dynamic = new Codes()
  readonly #dht = new Dht()
  /** What the dynamic codes were made of; 0: nothing yet. */
  #dhtVersion = 0
  readonly #probeFinder = new ProbeFinder()
  readonly #bucketFinder = new BucketFinder()
  readonly #chainFinder = new ChainFinder()
  readonly #smallFinder = new SmallFinder()
  readonly #chunk = new TokenChunk()
  readonly #cache = new TokenCache()
  readonly #writer = new BlockWriter()
  #countsOnly = false
  /** Nothing was counted yet. */
  #isFirst = true
  #codes = this.#fixed
  /** The job's DHT is valid, if it has one. */
  #isValid = false
  /** Where the tokens of the block come from: the cache, or a finder, and then they may be recorded. */
  #cached: CachedTokens | undefined
  #finder: MatchFinder | undefined
  #record: CachedTokens | null = null
  readonly #result: CompressResult = {
    cc: 0,
    tpbc: 0,
    tebc: 0,
    counts: new Uint32Array(HISTOGRAM_SIZE),
    kept: null,
  }

  /**
   * Runs one job. The source is read and the target written before it returns; the result is the engine's own and
   * stands until the next run.
   */
  run(request: CompressRequest, target: Target): CompressResult {
    try {
      this.begin(request, target)
      while (!this.step());
    } finally {
      this.end()
    }
    return this.#result
  }

  /** Begins a job, to be run in slices: `step` until it is done, then `end`. One job at a time. */
  begin(request: CompressRequest, target: Target): void {
    const result = this.#result
    this.#isFirst = true
    result.tpbc = 0
    result.tebc = 0
    result.kept = null
    this.#isValid = false

    const { dht, dhtlen, count } = request
    this.#codes = this.#fixed
    if (dht !== null) {
      result.cc = CC.INVALID_DHT
      if (this.#dht.read(dht, 0, dhtlen) !== dhtlen) return
      if (this.#dhtVersion !== this.#dht.version) this.#dynamic.set(this.#dht.ll, this.#dht.d)
      this.#dhtVersion = this.#dht.version
      this.#codes = this.#dynamic
    }

    const historyBytes = Math.min(request.historyBytes, WINDOW_BYTES)
    const source = request.source.subarray(request.historyBytes - historyBytes)
    const effort = request.effort === 0 ? DEFAULT_EFFORT : request.effort

    const writer = this.#writer
    this.#countsOnly = request.countsOnly
    writer.begin(target, !request.countsOnly)
    result.cc = writer.reserve(3 + dhtlen) ? CC.OK : CC.TARGET_SPACE
    writer.putHeader(dht, dhtlen)
    this.#isValid = true
    if (result.cc !== CC.OK) return
    this.#cached = count ? undefined : this.#cache.find(source, historyBytes, effort)
    if (this.#cached) return
    this.#record = count ? this.#cache.open(source, historyBytes, effort) : null
    // Shared memory may change meanwhile: what is recorded has to follow from the copy that is recorded with it.
    const searched = this.#record?.source ?? source
    this.#finder = this.#beginFinder(searched, historyBytes, effort, this.#record !== null)
  }

  /** Runs the next slice. @returns whether the job is done, and `result` says how */
  step(): boolean {
    if (!this.#isValid) return true
    if (this.#cached) this.#putCached(this.#cached)
    else if (this.#finder && this.#findAndPut(this.#finder)) return false
    const result = this.#result
    const tebc = this.#writer.end(this.#codes)
    if (result.cc !== CC.TARGET_SPACE) result.tebc = tebc
    result.tpbc = this.#writer.position
    return true
  }

  /** How the job ended, until another one begins. */
  get result(): CompressResult {
    return this.#result
  }

  /** Lets go of the job's memory, also of a job that is not done. */
  end(): void {
    this.#finder?.end()
    this.#finder = undefined
    // What was kept is no longer here.
    if (this.#record) this.#cache.drop(this.#record)
    this.#record = null
    this.#cached = undefined
  }

  #putCached(cached: CachedTokens): void {
    this.#result.kept = cached
    this.#put(cached.tokens, cached.length, cached.histogram)
    if (this.#result.cc !== CC.TARGET_SPACE) this.#cache.drop(cached)
  }

  /** Puts the tokens of a slice; false: the block is done, or does not fit. */
  #findAndPut(finder: MatchFinder): boolean {
    const result = this.#result
    const chunk = this.#chunk
    const record = this.#record
    chunk.clear()
    const more = finder.find(chunk)
    if (!more) chunk.histogram[END_OF_BLOCK] = 1
    this.#put(chunk.tokens, chunk.length, chunk.histogram)
    if (result.cc === CC.TARGET_SPACE) return false
    record?.append(chunk.tokens, chunk.length)
    if (more || !record) return more
    // No count of a source that is short enough for the cache can have reached the limit of 24 bits.
    record.histogram.set(result.counts)
    this.#cache.keep(record)
    this.#record = null
    result.kept = record
    return false
  }

  /** Starts the finder of an effort. @param isOwn nobody else can change the source */
  #beginFinder(source: Uint8Array, historyBytes: number, effort: number, isOwn: boolean): MatchFinder {
    const row = effortRow(effort)
    switch (row.finder) {
      case 'probe':
        this.#probeFinder.begin(source, historyBytes, row)
        return this.#probeFinder
      case 'bucket':
        this.#bucketFinder.begin(source, historyBytes, row)
        return this.#bucketFinder
      case 'chain':
        if (source.length <= SMALL_BYTES && !row.near3) {
          this.#smallFinder.begin(source, historyBytes, row)
          return this.#smallFinder
        }
        this.#chainFinder.begin(source, historyBytes, row, isOwn)
        return this.#chainFinder
    }
  }

  /**
   * Counts and sends tokens. Their exact size follows from the histogram, so that room is checked once and CC=13 means
   * that the block with its EOB, which the last histogram includes, does not fit.
   */
  #put(tokens: Int32Array, count: number, histogram: Int32Array): void {
    const result = this.#result
    const codes = this.#codes
    // That of a chunk, or of a source that is short enough for the cache, is below the limit of 24 bits.
    if (this.#isFirst) result.counts.set(histogram)
    else addSaturating(result.counts, histogram)
    this.#isFirst = false
    const cost = codes.cost(histogram)
    if (cost < 0) result.cc = CC.MISSING_CODE
    const bits = cost < 0 ? -1 - cost : cost
    if (this.#writer.reserve(bits)) {
      if (this.#countsOnly) this.#writer.skip(bits - histogram[END_OF_BLOCK] * codes.bits[END_OF_BLOCK])
      else this.#writer.putTokens(tokens, count, codes)
    } else {
      this.#writer.putTokensThatFit(tokens, count, codes)
      result.cc = CC.TARGET_SPACE
    }
  }
}
