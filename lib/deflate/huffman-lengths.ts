// SPDX-License-Identifier: MIT
import { LL_SYMBOLS, MAX_CODE_BITS } from '../format/deflate.js'

/** Scratch for the largest alphabet. Everything here runs to its end before the next call, so one set is enough. */
const symbols = new Uint16Array(LL_SYMBOLS)
const sorted = new Uint16Array(LL_SYMBOLS)
const placeOfByte = new Uint16Array(257)
const weights = new Float64Array(LL_SYMBOLS)
const nodeWeights = new Float64Array(LL_SYMBOLS)
const nodeParents = new Uint16Array(LL_SYMBOLS)
const nodeLeaves = new Uint8Array(LL_SYMBOLS)
const nodeDepths = new Uint16Array(LL_SYMBOLS)
const codesOfLength = new Int16Array(MAX_CODE_BITS + 1)

/** Most entries of a list that package-merge needs: twice the symbols, less two. */
const LIST_ENTRIES = 2 * LL_SYMBOLS - 2
const mergedWeights = new Float64Array(LIST_ENTRIES)
const otherMergedWeights = new Float64Array(LIST_ENTRIES)
/** For each code length and entry of its list, the leaves among the entries up to this one. */
const leavesUpTo = new Uint16Array((MAX_CODE_BITS + 1) * LIST_ENTRIES)

/**
 * Code lengths for the symbol counts of one alphabet of up to 286 symbols: a Huffman code, held to `maxBits` bits.
 *
 * The code is always complete and has at least two symbols: where fewer occur, the lowest others get a code too, since a
 * decoder or NX may refuse an incomplete code. Equal counts are told apart by their symbols, so the result is always the
 * same. The symbols that occur must not outnumber the codes of `maxBits` bits.
 *
 * @param lengths receives the code length of each symbol, 0 for none; as long as `counts`
 */
export function codeLengths(counts: Uint32Array, maxBits: number, lengths: Uint8Array): void {
  const used = sortSymbols(counts)
  buildTree(used)
  if (!countTreeLengths(used, maxBits)) limitLengths(used, maxBits)

  // The rarest symbols take the longest codes.
  lengths.fill(0)
  let next = 0
  for (let length = maxBits; length > 0; length--) {
    for (let left = codesOfLength[length]; left > 0; left--) lengths[symbols[next++]] = length
  }
}

/** Symbols up to which they are sorted one by one: a pass of the sort by bytes looks at up to 256 values. */
const MOST_INSERTED = 24

/** Fills `symbols` and `weights`, the rarest first and equal ones by their symbol, and returns how many get a code. */
function sortSymbols(counts: Uint32Array): number {
  let used = 0
  let anyCount = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] === 0) continue
    symbols[used++] = symbol
    anyCount |= counts[symbol]
  }
  for (let symbol = 0; used < 2; symbol++) {
    if (counts[symbol] === 0) symbols[used++] = symbol
  }
  if (used <= MOST_INSERTED) sortByInsertion(counts, used)
  else sortByBytes(counts, used, anyCount)
  for (let index = 0; index < used; index++) weights[index] = counts[symbols[index]]
  return used
}

function sortByInsertion(counts: Uint32Array, used: number): void {
  for (let index = 1; index < used; index++) {
    const symbol = symbols[index]
    const count = counts[symbol]
    let place = index
    for (; place > 0 && counts[symbols[place - 1]] > count; place--) symbols[place] = symbols[place - 1]
    symbols[place] = symbol
  }
}

/**
 * A radix sort by the bytes of the counts: each pass keeps the order of the one before where its byte is the same. On a
 * full alphabet it takes a third of the time of the built-in sort.
 *
 * @param anyCount has all the bits that any count has
 */
function sortByBytes(counts: Uint32Array, used: number, anyCount: number): void {
  for (let shift = 0; shift < 32 && anyCount >>> shift !== 0; shift += 8) {
    // No value of this byte is larger than all its bits together: small counts need few places.
    const most = (1 << (32 - Math.clz32((anyCount >>> shift) & 0xff))) - 1
    // Entry v + 1 counts the symbols with byte value v; summed up, entry v is where the first of them goes.
    for (let value = 0; value <= most + 1; value++) placeOfByte[value] = 0
    for (let index = 0; index < used; index++) placeOfByte[((counts[symbols[index]] >>> shift) & 0xff) + 1]++
    for (let value = 0; value < most; value++) placeOfByte[value + 1] += placeOfByte[value]
    for (let index = 0; index < used; index++) {
      const symbol = symbols[index]
      sorted[placeOfByte[(counts[symbol] >>> shift) & 0xff]++] = symbol
    }
    for (let index = 0; index < used; index++) symbols[index] = sorted[index]
  }
}

/**
 * Builds the Huffman tree: fills `nodeDepths` and `nodeLeaves`, the root last.
 *
 * Nodes come into being in the order of their weight. So the leaves, which are sorted, and the nodes are two queues, and
 * the two lightest of all always stand at the heads of them. Only depths matter, so a node keeps its parent and the
 * number of leaves under it, and the leaves themselves are handed their lengths by rank.
 */
function buildTree(used: number): void {
  const nodes = used - 1
  let leaf = 0
  let node = 0
  for (let made = 0; made < nodes; made++) {
    let weight = 0
    let leaves = 0
    for (let child = 0; child < 2; child++) {
      // A leaf goes before a node of the same weight: that keeps the tree flat, which needs limiting less often.
      if (leaf < used && (node === made || weights[leaf] <= nodeWeights[node])) {
        weight += weights[leaf++]
        leaves++
      } else {
        weight += nodeWeights[node]
        nodeParents[node++] = made
      }
    }
    nodeWeights[made] = weight
    nodeLeaves[made] = leaves
  }
  // A parent is made after its children: backwards, every parent's depth is known in time.
  nodeDepths[nodes - 1] = 0
  for (let index = nodes - 2; index >= 0; index--) nodeDepths[index] = nodeDepths[nodeParents[index]] + 1
}

/**
 * Fills `codesOfLength` from the tree.
 *
 * @returns false when the tree is deeper than `maxBits`
 */
function countTreeLengths(used: number, maxBits: number): boolean {
  codesOfLength.fill(0)
  for (let node = 0; node < used - 1; node++) {
    if (nodeLeaves[node] === 0) continue
    const length = nodeDepths[node] + 1
    if (length > maxBits) return false
    codesOfLength[length] += nodeLeaves[node]
  }
  return true
}

/**
 * Fills `codesOfLength` for the best code of at most `maxBits` bits: package-merge.
 *
 * A code is a choice of coins: one of each width 1/2, 1/4 .. 2^-length for a symbol with a code of that length, each at
 * the price of the symbol's weight. A complete code is the cheapest choice of total width one less than the number of
 * symbols. From the narrowest width on, coins are paired into packages of the next width and merged with that width's
 * own coins by price; of the widest, 1/2, the cheapest 2 * used - 2 are bought, and the packages among them opened again.
 * It takes about as long as all the rest of a table, and only where a tree is too deep: very skew or very many counts.
 */
function limitLengths(used: number, maxBits: number): void {
  const bought = 2 * used - 2
  let narrower = mergedWeights
  let merged = otherMergedWeights
  let size = 0
  for (let length = maxBits; length > 0; length--) {
    const packages = size >>> 1
    const row = length * LIST_ENTRIES
    size = Math.min(used + packages, bought)
    let leaf = 0
    let made = 0
    for (let entry = 0; entry < size; entry++) {
      const price = made < packages ? narrower[2 * made] + narrower[2 * made + 1] : Infinity
      const isLeaf = leaf < used && weights[leaf] <= price
      if (isLeaf) merged[entry] = weights[leaf++]
      else {
        merged[entry] = price
        made++
      }
      leavesUpTo[row + entry] = leaf
    }
    const swap = narrower
    narrower = merged
    merged = swap
  }

  // The coins that are bought of each width belong to the rarest symbols, and the wider the coin the more of them.
  codesOfLength.fill(0)
  let entries = bought
  for (let length = 1; length <= maxBits && entries > 0; length++) {
    const leaves = leavesUpTo[length * LIST_ENTRIES + entries - 1]
    codesOfLength[length] += leaves
    codesOfLength[length - 1] -= leaves
    entries = 2 * (entries - leaves)
  }
}
