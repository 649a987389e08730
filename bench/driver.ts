// SPDX-License-Identifier: MIT
import { fork } from 'node:child_process'
import { join } from 'node:path'

import { labelOf } from './contenders.js'
import type { Job } from './plan.js'
import { collect, type ContenderId, type Figure, type Measurement } from './results.js'
import type { TrialAnswer, TrialRequest } from './trial.js'

/** Milliseconds that a trial may take: one that hangs shall not hang the run. */
const TIMEOUT = 900_000

/** What a run of all jobs gives. */
export interface Run {
  readonly figures: readonly Figure[]
  readonly omissions: readonly string[]
  readonly failures: readonly string[]
}

/** Runs a trial in a new process. */
export function runTrial(request: TrialRequest): Promise<TrialAnswer> {
  return new Promise((resolve) => {
    const child = fork(join(__dirname, 'trial.js'), {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      timeout: TIMEOUT,
    })
    let result: TrialAnswer | undefined
    child.once('message', (message: TrialAnswer) => {
      result = message
    })
    child.once('error', (error) => {
      result = { measurements: [], servedByNode: 0, error: error.message }
    })
    child.once('close', (code, signal) => {
      const error = `the process ended with ${signal ?? `exit code ${code}`}`
      resolve(result ?? { measurements: [], servedByNode: 0, error })
    })
    child.send(request)
  })
}

/** The contenders of a round: the first of the round before comes last, so that none always runs behind the same one. */
export function rotated<T>(contenders: readonly T[], round: number): T[] {
  const first = contenders.length > 0 ? round % contenders.length : 0
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}

/**
 * Runs all jobs, one trial after the other, the contenders of a round side by side: what the machine does besides meets all of
 * them alike.
 *
 * @param present the contenders that can run here
 * @param progress is told what goes on
 */
export async function runJobs(
  jobs: readonly Job[],
  present: readonly ContenderId[],
  folder: string,
  progress: (line: string) => void,
  trial = runTrial,
): Promise<Run> {
  const measured: Measurement[][] = []
  const omissions = new Set<string>()
  const failures = new Set<string>()
  for (const job of jobs) {
    const contenders = job.contenders.filter((id) => present.includes(id))
    const lost = new Set<ContenderId>()
    for (let round = 0; round < job.rounds; round++) {
      for (const contender of rotated(contenders, round)) {
        if (lost.has(contender)) continue
        progress(`${job.name}: round ${round + 1} of ${job.rounds}, ${labelOf(contender)}`)
        const { measurements, servedByNode, error } = await trial({ contender, job, folder })
        measured.push([...measurements])
        if (servedByNode > 0)
          omissions.add(`${job.name}: node:zlib served calls of ${labelOf(contender)}, its figures are mixed`)
        if (error) {
          lost.add(contender)
          failures.add(`${job.name}: ${labelOf(contender)}: ${error}`)
        }
      }
    }
  }
  return { figures: collect(measured), omissions: [...omissions], failures: [...failures] }
}
