// SPDX-License-Identifier: MIT
import type { TokenChunk } from './tokens.js'

/*
 * The match rule: which tokens a source becomes. It is the project's own (the silicon's is not public) and depends on
 * nothing but the source, its history and the effort. Another engine that follows it agrees in every token.
 *
 * Words
 *   N          bytes of the source: at most 32768 bytes of history, then the data
 *   word(i)    bytes i..i+3 as a little-endian 32-bit number; only defined for i + 4 <= N
 *   hash4(i)   the upper HASH4_BITS of the 32 low bits of word(i) * HASH_MULTIPLIER
 *   hash3(i)   the upper HASH3_BITS of the 32 low bits of (word(i) << 8) * HASH_MULTIPLIER: of bytes i..i+2
 *   hash5(i)   the upper bits of the 32 low bits of word(i) * HASH_MULTIPLIER + word(i+1): as many as N - 1 has, but
 *              LEAST_HASH5_BITS at least and MOST_HASH5_BITS at most
 *   common(c,i) how many bytes from c on equal those from i on, at most min(258, N - i)
 *   A position c is within reach of i if i - c < 32768. All tables start empty with every job.
 *   A position without a word is neither searched nor inserted, and without what else a rule asks for: it becomes a
 *   literal unless a match covers it.
 *   Before the first search the history positions are inserted in rising order, all of them but in the probe rule.
 *
 * Misses. `misses` starts at 0. A position that yields no match (and, in the chain rule, follows no held match) becomes
 * a run of 1 + min(misses >> skip, MAX_STEP - 1) literals, no longer than the data; only the first of them has been
 * searched and inserted. The run's length is added to misses; every match sets misses to 0. (The probe rule has its own.)
 *
 * Probe rule (efforts with finder 'probe')
 *   Data of at least LEAST_CUT_BYTES is cut into pieces: the least multiple of PIECES such that none is longer than
 *   MOST_PIECE_BYTES, all but the last of the same length, rounded up. Each piece is matched like a source of its own, with
 *   at most 32768 bytes before it as its history: N, positions and everything below are the piece's.
 *   Each hash5 value has an entry, 0 at the start of every piece: the position inserted last. Of the history, every
 *   HISTORY_STRIDEth position that has 8 bytes up to N is inserted. A position 0 that is not history becomes a literal.
 *   Positions are searched in groups of GROUP, as long as the first of them has 8 bytes up to N; what is left then becomes
 *   literals. At i of a group: d = 1 + (i - entry - 1) mod 32768, insert i. It is a match of common(i-d,i) bytes if
 *   word(i-d) = word(i), or else one literal.
 *   A match up to e: its token, misses = 0; the group's positions behind i are inserted, then e-1 if it has 8 bytes up to N;
 *   the next group begins at e.
 *   No match in the group: GROUP is added to misses, then GROUP * min(misses >> skip, MAX_STEP - 1) bytes more, but none
 *   beyond N, become literals and that product is added to misses as well.
 *
 * Bucket rule (efforts with finder 'bucket')
 *   Each hash4 value has room for two positions. Inserting i makes it the newer one and drops the oldest.
 *   At i: read both positions of hash4(i), insert i, then
 *   1. the newer one c is a match of common(c,i) bytes if it is within reach and word(c) = word(i);
 *   2. if that is not at least `nice` bytes long, the older one likewise, provided that it is longer than the newer's.
 *   No match: a run of literals. A match: its token; then i+1, i+1+stride, i+1+2*stride ... inside it are inserted.
 *
 * Chain rule (efforts with finder 'chain')
 *   chainHash(i): the upper CHAIN_BITS of the 32 low bits of word(i) * HASH_MULTIPLIER + high(i) * FIFTH_MULTIPLIER, where
 *   high(i) is the 32 low bits of word(i+4) << 8 * (8 - span): of bytes i..i+span-1.
 *   Each chainHash value has the chain of all positions inserted with it, newest first. Each hash4 value and, with near3,
 *   each hash3 value has the one position inserted last. Positions with fewer than 8 bytes up to N are inserted for their
 *   hash4 alone. Every position inside a match is inserted.
 *   At i, `held` being the match put off at i-1 or none: read hash3(i)'s position t, hash4(i)'s position n and
 *   chainHash(i)'s chain, insert i, then
 *   1. best = held's length, or 3 without held. With near3, but without held, t is a match of 3 bytes if i - t <= NEAR3 and
 *      its 3 bytes equal i's.
 *   2. Unless best >= min(nice, N - i, 258): the candidates are n, and then the chain's positions, newest first, over at
 *      most `depth` of them, or depth >> 2 if held is at least `good` long. A candidate c with word(c) = word(i) and
 *      common(c,i) > best is the match, best = common(c,i); stop if best >= min(nice, N - i, 258), or at a candidate that
 *      is not within reach.
 *   3. With held, the match counts only if 4 * (its length - held's) + bits(held's distance) - bits(its distance) is at
 *      least LEAST_GAIN, bits(d) being how many bits d has as a binary number.
 *   4. A match, and held: byte i-1 becomes a literal and held is dropped. Then a match of at least `lazy` bytes becomes a
 *      token, a shorter one is held, and the next position is i+1.
 *   5. No match, but held: held becomes the token. No match, nothing held: a run of literals.
 *   When the next position has fewer than 8 bytes, what is held becomes the token. From then on: read hash4(i)'s position n,
 *   insert i; it is a match of common(n,i) bytes if n is within reach and word(n) = word(i), or else one literal.
 *
 * Small rule (N <= SMALL_BYTES, with an effort that has finder 'chain' and no near3)
 *   Each hash4 value has the chain of all positions inserted with it, newest first. Every position that has a word is
 *   inserted. What is done at i is what the chain rule does, but the candidates are the chain's positions that are before i,
 *   one more of them than `depth`, or depth >> 2, says; and without a match, and nothing held, i becomes one literal.
 *   When the next position has no word, what is held becomes the token.
 */

export const HASH_MULTIPLIER = 0x9e3779b1 | 0

/** For the bytes of a chain's hash behind the first four. */
export const FIFTH_MULTIPLIER = 0x85ebca6b | 0

/**
 * Size of the table over 5 bytes: as many entries as there are positions, so that small jobs do not wait for large tables
 * to be cleared. MOST_HASH5_BITS larger: smaller output, more cache misses (14 bits make 0.5% larger output).
 */
export const LEAST_HASH5_BITS = 10
export const MOST_HASH5_BITS = 15

/**
 * Positions that the probe rule searches before it looks whether one of them is a match. An engine can do them all at once,
 * without a branch for each that nobody could predict. Larger: fewer rounds for data of many literals, but more positions
 * searched in vain where match follows match.
 */
export const GROUP = 4

/**
 * Pieces that the probe rule cuts data into, which an engine can work on side by side: one waits for memory while the
 * others compute. Larger: shorter pieces, the history of each is inserted again. Two are 5% slower in C++.
 */
export const PIECES = 3

/** Least data that is cut into pieces. Smaller: the inserting of history outweighs what is gained. */
export const LEAST_CUT_BYTES = 96 * 1024

/** Longest piece. Larger: fewer histories to insert, but more memory for the tokens of pieces that are not finished. */
export const MOST_PIECE_BYTES = 96 * 1024

/**
 * Every how many bytes the probe rule inserts a position of the history. Larger: faster, fewer matches into the history (4:
 * 1% slower, 0.3% smaller output).
 */
export const HISTORY_STRIDE = 8

/**
 * Size of the table over 4 bytes: 128 KiB for the chain finder, 256 KiB for the bucket finder. Larger: fewer different
 * strings share an entry. Smaller: fewer cache misses.
 */
export const HASH4_BITS = 15

/** Size of the table over 3 bytes; it serves near matches only, so 64 KiB are plenty. */
export const HASH3_BITS = 14

/**
 * Size of the table of chains, 256 KiB. Larger: fewer different strings share a chain, of which each costs a try (17 bits: 2%
 * faster, but twice the memory). Smaller: 15 bits are 7% slower and make 0.1% larger output.
 */
export const CHAIN_BITS = 16

/**
 * Least gain in quarters of a byte of a match over the one that is held. Larger: longer, but farther matches are passed
 * over. Without it output is 0.1% larger.
 */
export const LEAST_GAIN = 3

/** Farthest distance of a 3-byte match: beyond it the distance costs more bits than the literals. */
export const NEAR3 = 2048

/** Most literals that one search without result is followed by. Larger: faster on random data, but matches start later. */
export const MAX_STEP = 16

/**
 * The longest source that the small rule is for. Larger: a table of more bytes, and more of those with long chains of four
 * bytes. Smaller: fewer sources have the advantage.
 */
export const SMALL_BYTES = 4096

/** The largest distance is one less than this. */
export const REACH = 32768

/**
 * Tables hold base + position, and base grows by more than `REACH` from job to job, so that old entries are out of
 * reach and nothing is cleared. Beyond this value entries are cleared, or within a job moved down, so that all stay clear of
 * 32-bit overflow: a chunk adds less than 10 KB. Smaller: cleared more often.
 */
export const REBASE_AT = 2 ** 30

/** What a finder holds between jobs instead of a source. */
export const NO_BYTES: Uint8Array = new Uint8Array(0)
export const NO_VIEW: DataView = new DataView(NO_BYTES.buffer)

/** Turns a source into tokens chunk by chunk, once it has been begun. */
export interface MatchFinder {
  /** Appends tokens of the next bytes to the empty `chunk`; true when there are more behind them. */
  find(chunk: TokenChunk): boolean
  /** Lets go of the job's source, whether it is finished or not. */
  end(): void
}

/** Moves table entries down by `delta`; those that are out of reach become empty. */
export function moveDown(table: Int32Array, delta: number): void {
  for (let index = 0; index < table.length; index++) table[index] = Math.max(table[index] - delta, 0)
}

/** How many bytes at `candidate` equal those at `position`, at most `most`; the first four are known to. */
export function commonLength(view: DataView, candidate: number, position: number, most: number): number {
  let length = 4
  for (; length + 4 <= most; length += 4) {
    const difference = view.getInt32(candidate + length, true) ^ view.getInt32(position + length, true)
    if (difference !== 0) return length + ((31 - Math.clz32(difference & -difference)) >>> 3)
  }
  while (length < most && view.getUint8(candidate + length) === view.getUint8(position + length)) length++
  return length
}
