// SPDX-License-Identifier: MIT
import { CPB } from '../../format/cpb.js'
import { CE_TERMINATE, CSB } from '../../format/csb.js'
import { gzipFunction, type GzipFunction } from '../../format/function-codes.js'
import { bytesOf, type Job, type JobResult } from '../../job/job.js'

/** A field of a control block, as recorded and as replayed. */
export interface ComparedField {
  readonly name: string
  readonly recorded: string
  readonly replayed: string
  readonly isSame: boolean
  /** What the field means. */
  readonly note: string
}

/** The bytes that a job put out, as recorded and as replayed. */
export interface ComparedTarget {
  readonly recordedBytes: number
  readonly replayedBytes: number
  /** Bytes that differ, of those that both have. */
  readonly different: number
  /** The first of them; undefined: there is none. */
  readonly first: { readonly at: number; readonly recorded: number; readonly replayed: number } | undefined
}

/** All that a job left, compared. */
export interface Comparison {
  readonly fields: readonly ComparedField[]
  readonly target: ComparedTarget
  readonly isSame: boolean
}

type Name = keyof typeof CPB.field
type OutputName = Exclude<keyof JobResult['cpb'], 'dht' | 'lzcount'>

/** The CPB's fields that a function leaves, with their names in a result. */
function outputsOf(row: GzipFunction, only: Job['checksum']): readonly (readonly [Name, OutputName])[] {
  const checksums = [
    ['out_adler', 'adler'],
    ['out_crc', 'crc'],
  ] as const
  // Software leaves checksums that are not wanted as they were given.
  const isWanted = ([, name]: readonly [Name, OutputName]) => only === undefined || only === name
  const made = row.operation === 'decompress' ? checksums.filter(isWanted) : checksums
  const always = [...made, [row.spbc, 'spbc']] as const
  if (row.operation === 'compress') return [...always, ['out_tebc', 'tebc']]
  if (row.operation === 'wrap') return always
  return [
    ...always,
    ['out_subc', 'subc'],
    ['out_sfbt', 'sfbt'],
    ['out_rembytecnt', 'rembytecnt'],
    ['out_dhtlen', 'dhtlen'],
  ]
}

/** One way in which a job came out. */
export interface Side {
  readonly result: JobResult
  readonly target: Job['target']
}

/** Compares what a job left, field by field. Addresses belong to the process and are not compared. */
export function compare(
  { fc, countsOnly = false, checksum }: Job,
  recorded: Side,
  replayed: Side,
): Comparison {
  const row = gzipFunction(fc)
  const terminated = [recorded, replayed].map(({ result }) => (result.csb.ce & CE_TERMINATE) !== 0)
  const fields = (['v', 'cc', 'ce', 'tpbc'] as const).map((name) =>
    field(`csb.${name}`, recorded.result.csb[name], replayed.result.csb[name], CSB.field[name].note),
  )
  // What a terminated job leaves in its CPB is not valid (UM 6.6).
  if (row && !terminated.includes(true)) {
    for (const [name, output] of outputsOf(row, checksum)) {
      fields.push(
        field(`cpb.${name}`, recorded.result.cpb[output], replayed.result.cpb[output], CPB.field[name].note),
      )
    }
    if (row.operation === 'decompress') {
      fields.push(
        list(
          'cpb.out_dht',
          recorded.result.cpb.dht,
          replayed.result.cpb.dht,
          'table of the unfinished block',
        ),
      )
    }
    if (row.count) {
      const [one, other] = [recorded, replayed].map(({ result }) => result.cpb.lzcount ?? new Uint32Array(0))
      fields.push(list('cpb.lzcount', one, other, 'counts of LL0..LL285 and D0..D29'))
    }
  }
  const target = compareTarget(
    recorded,
    replayed,
    // A software engine leaves the target of a job that only counts as it is.
    countsOnly ? [true, true] : terminated,
  )
  const isSame =
    fields.every((one) => one.isSame) &&
    target.different === 0 &&
    target.recordedBytes === target.replayedBytes
  return { fields, target, isSame }
}

function field(name: string, recorded: number, replayed: number, note: string): ComparedField {
  return {
    name,
    recorded: String(recorded),
    replayed: String(replayed),
    isSame: recorded === replayed,
    note,
  }
}

type Numbers = Uint8Array | Uint32Array

/** A list of numbers, shown by how many differ. */
function list(name: string, recorded: Numbers, replayed: Numbers, note: string): ComparedField {
  const longest = Math.max(recorded.length, replayed.length)
  const differing = Array.from({ length: longest }, (_, index) => index).filter(
    (index) => recorded.at(index) !== replayed.at(index),
  )
  const shown = (numbers: Numbers) => {
    if (differing.length === 0) return `${numbers.length} entries`
    return `[${differing[0]}] ${String(numbers.at(differing[0]) ?? 'absent')}`
  }
  const isSame = differing.length === 0
  const count = isSame ? note : `${note}; ${differing.length} differ`
  return { name, recorded: shown(recorded), replayed: shown(replayed), isSame, note: count }
}

/** @param hasNone for either side whether it left nothing: of a terminated job no byte of the target is valid (UM 6.6) */
function compareTarget(recorded: Side, replayed: Side, hasNone: readonly boolean[]): ComparedTarget {
  const [one, other] = [recorded, replayed].map((side, index) =>
    hasNone[index] ? new Uint8Array(0) : joined(side),
  )
  let different = 0
  let first: ComparedTarget['first']
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    if (one[at] === other[at]) continue
    different++
    first ??= { at, recorded: one[at], replayed: other[at] }
  }
  return { recordedBytes: one.length, replayedBytes: other.length, different, first }
}

/** The bytes that the job stored. */
function joined({ result, target }: Side): Uint8Array {
  const pieces = target instanceof Uint8Array ? [target] : target
  return Buffer.concat(pieces, Math.min(bytesOf(target), result.csb.tpbc))
}
