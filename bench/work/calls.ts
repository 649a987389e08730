// SPDX-License-Identifier: MIT
import type { Contender } from '../contenders.js'
import type { Inputs } from '../inputs.js'
import { measure, warmUp } from '../measure.js'
import type { CallsJob } from '../plan.js'
import type { Measurement, Subject } from '../results.js'
import { checkRestores, checkSame } from '../round-trip.js'

/** Calls of so many bytes go the way of larger ones, but sooner are as many as compilers wait for. */
const WARM_UP_BYTES = 64 * 1024

/** The mean number of bytes. */
export const meanLength = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((sum, { length }) => sum + length, 0) / pieces.length

/** The inputs of a kind and size, what to do with each, and how large they are. */
interface Case {
  readonly kind: string
  readonly size: Subject['size']
  readonly tasks: readonly (() => Uint8Array)[]
  readonly bytes: number
  /** Does and checks everything once. Returns the mean bytes of the compressed form. */
  readonly verify: () => number
}

function compression(
  contender: Contender,
  job: CallsJob,
  inputs: Inputs,
  kind: string,
  size: Subject['size'],
): Case {
  const { gzipSync } = contender
  if (!gzipSync) throw new Error(`${contender.id} does not compress`)
  const pieces = inputs.pieces(kind, size)
  return {
    kind,
    size,
    bytes: meanLength(pieces),
    tasks: pieces.map((piece) => () => gzipSync(piece, job.level)),
    verify: () =>
      meanLength(
        pieces.map((piece) => {
          const packed = gzipSync(piece, job.level)
          checkRestores(packed, piece, `${contender.id}: gzip of ${kind}, level ${job.level},`)
          return packed
        }),
      ),
  }
}

function decompression(contender: Contender, inputs: Inputs, kind: string, size: Subject['size']): Case {
  const pieces = inputs.pieces(kind, size)
  const packed = inputs.packed(kind, size)
  return {
    kind,
    size,
    bytes: meanLength(pieces),
    tasks: packed.map((data) => () => contender.gunzipSync(data)),
    verify: () => {
      packed.forEach((data, index) => {
        checkSame(contender.gunzipSync(data), pieces[index], `${contender.id}: gunzip of ${kind}`)
      })
      return meanLength(packed)
    },
  }
}

/** Measures calls that return their result, of each kind and size, each verified. */
export function measureCalls(contender: Contender, job: CallsJob, inputs: Inputs): Measurement[] {
  const kinds = job.kinds === 'corpus' ? inputs.kinds() : job.kinds
  const caseOf = (kind: string, size: Subject['size']) =>
    job.work === 'compress'
      ? compression(contender, job, inputs, kind, size)
      : decompression(contender, inputs, kind, size)
  const cases = kinds.flatMap((kind) => job.sizes.map((size) => caseOf(kind, size)))
  const packedBytes = cases.map(({ verify }) => verify())
  const half = job.limits.warmUpSeconds / 2
  // All kinds of data, so that what was compiled for the first does not have to be given up at the second.
  warmUp(
    kinds.flatMap((kind) => caseOf(kind, WARM_UP_BYTES).tasks),
    half,
  )
  warmUp(
    cases.map(({ tasks }) => tasks[0]),
    half,
  )
  return cases.map(({ kind, size, tasks, bytes }, index) => ({
    work: job.work,
    contender: contender.id,
    kind,
    size,
    level: job.level,
    inFlight: 1,
    bytes,
    packedBytes: packedBytes[index],
    ...measure(tasks, job.limits),
  }))
}
