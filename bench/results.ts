// SPDX-License-Identifier: MIT
/** Who competes. The first three are devices of nxzlib. */
export type ContenderId = 'hardware' | 'native' | 'model' | 'node' | 'pako' | 'fflate' | 'zlib-sync'

/** What is measured. */
export type Work =
  | 'compress'
  | 'decompress'
  | 'call-compress'
  | 'call-decompress'
  | 'callback-compress'
  | 'callback-decompress'
  | 'stream-compress'
  | 'stream-decompress'
  | 'memory-compress'
  | 'memory-decompress'

/** What distinguishes one measurement from another in a run. */
export interface Subject {
  readonly work: Work
  readonly contender: ContenderId
  /** The kind of data: one of the corpus, `mixed` or `random`. */
  readonly kind: string
  /** Bytes of a piece, uncompressed; `whole`: whole files. */
  readonly size: number | 'whole'
  readonly level: number
  /** Callback calls in flight, or streams at a time. */
  readonly inFlight: number
}

/** What a trial measured of one subject. */
export interface Measurement extends Subject {
  /** Bytes of a call or stream, uncompressed and compressed, on average. */
  readonly bytes: number
  readonly packedBytes: number
  /** Time of a call or stream: elapsed, and that of all threads of the process. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** Milliseconds from call to callback, of which 50, 95 and 99 per cent of the calls took no more. */
  readonly latencies?: readonly [p50: number, p95: number, p99: number]
  /** Bytes by which the resident set grew at most, for each stream. */
  readonly peakBytes?: number
  /** Relative margin of error in per cent and number of samples, as benchmark.js gives them. */
  readonly margin?: readonly [rme: number, samples: number]
}

/** All that was measured of one subject, a value for each round. */
export interface Figure extends Subject {
  readonly bytes: number
  readonly packedBytes: number
  readonly seconds: readonly number[]
  readonly cpuSeconds: readonly number[]
  readonly latencies?: readonly (readonly [p50: number, p95: number, p99: number])[]
  readonly peakBytes?: readonly number[]
  readonly margin?: readonly (readonly [rme: number, samples: number])[]
}

/** A file of the corpus as the results name it. */
export interface CorpusEntry {
  readonly kind: string
  readonly source: string
  readonly bytes: number
  readonly sha256: string
}

/** Where and of what the results are. */
export interface Head {
  readonly date: string
  readonly revision: string
  readonly mode: 'full' | 'quick'
  /** Only jobs whose name has this text were run; empty: all. */
  readonly only: string
  readonly machine: string
  readonly cpu: string
  readonly cores: number
  readonly governor: string
  readonly load: string
  readonly node: string
  readonly zlib: string
  readonly packages: Readonly<Record<string, string>>
  readonly devices: readonly {
    readonly engine: string
    readonly available: boolean
    readonly reason?: string
  }[]
  readonly corpusSha256: string
}

/** All that a run found: the JSON output. */
export interface Results {
  readonly head: Head
  readonly corpus: readonly CorpusEntry[]
  /** What is missing in the results, and why. */
  readonly omissions: readonly string[]
  /** What went wrong: round trips that failed, trials that broke off. */
  readonly failures: readonly string[]
  readonly figures: readonly Figure[]
}

/** The same text for the same subject. */
export function subjectKey(subject: Subject): string {
  const { work, contender, kind, size, level, inFlight } = subject
  return [work, contender, kind, size, level, inFlight].join(' ')
}

/** Puts the rounds of each subject together, in the order of their first appearance. */
export function collect(rounds: readonly (readonly Measurement[])[]): Figure[] {
  const groups = new Map<string, Measurement[]>()
  for (const measurement of rounds.flat()) {
    const key = subjectKey(measurement)
    groups.set(key, [...(groups.get(key) ?? []), measurement])
  }
  return [...groups.values()].map((group) => {
    const { work, contender, kind, size, level, inFlight, bytes, packedBytes } = group[0]
    const latencies = group.flatMap((one) => (one.latencies ? [one.latencies] : []))
    const peakBytes = group.flatMap((one) => (one.peakBytes === undefined ? [] : [one.peakBytes]))
    const margin = group.flatMap((one) => (one.margin ? [one.margin] : []))
    return {
      ...{ work, contender, kind, size, level, inFlight, bytes, packedBytes },
      seconds: group.map((one) => one.seconds),
      cpuSeconds: group.map((one) => one.cpuSeconds),
      ...(latencies.length > 0 && { latencies }),
      ...(peakBytes.length > 0 && { peakBytes }),
      ...(margin.length > 0 && { margin }),
    }
  })
}
