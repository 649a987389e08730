// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Engine } from '../device/device.js'
import { NxUsageError } from '../errors.js'
import { CC } from '../format/completion-codes.js'
import { CE_PARTIAL } from '../format/csb.js'
import { jobRecord, type RecordedOutcome, type RecordedRequest } from './job-record.js'
import type { Job, JobResult } from './job.js'
import { SLOT_BYTES, type Slot } from './slot.js'
import { clock } from '../timers.js'

/** What is to be recorded, and where. */
export interface RecordOptions {
  /** The folder for the files; it has to exist. */
  readonly dir: string
  /** Most files of this thread. Default 100. */
  readonly max?: number
  /**
   * `trouble`: jobs that met a page fault, that ended with a completion code other than those of every day, that timed out,
   * or whose output was wrong. Default. `all`: every job.
   */
  readonly jobs?: 'trouble' | 'all'
  /** False: of source and target only lengths and SHA-256, which suffices to compare but not to replay. Default true. */
  readonly data?: boolean
}

/** How a recording stands. */
export interface RecordingStatus {
  readonly dir: string
  /** Files that were written. */
  readonly files: readonly string[]
  /** Why the recording ended before its time: a file could not be written. */
  readonly error: string | undefined
}

const DEFAULT_MAX = 100

/** For whoever can use the process's memory only: the files hold the data of jobs. */
const FILE_MODE = 0o600

/** Completion codes of every day: the job layer's callers answer them with another job. */
const EVERYDAY: readonly number[] = [CC.OK, CC.TARGET_SPACE, CC.TPBC_GT_SPBC]

/** Words of NXZLIB_RECORD that may follow the folder. */
const WORDS = { all: { jobs: 'all' }, digests: { data: false } } as const

class Recording {
  readonly #options: Required<RecordOptions>
  readonly #files: string[] = []
  #error: string | undefined

  constructor({ dir, max = DEFAULT_MAX, jobs = 'trouble', data = true }: RecordOptions) {
    this.#options = { dir: resolve(dir), max, jobs, data }
  }

  get status(): RecordingStatus {
    return { dir: this.#options.dir, files: [...this.#files], error: this.#error }
  }

  wants(isTrouble: boolean): boolean {
    const { max, jobs } = this.#options
    return (isTrouble || jobs === 'all') && this.#error === undefined && this.#files.length < max
  }

  /** A file that cannot be written ends the recording, and nothing else. */
  write(request: RecordedRequest, outcome: RecordedOutcome): void {
    const { dir, data } = this.#options
    const file = resolve(dir, `job-${process.pid}-${Date.now()}-${this.#files.length + 1}.json`)
    const text = JSON.stringify(jobRecord(request, outcome, data), null, 2)
    try {
      writeFileSync(file, `${text}\n`, { flag: 'wx', mode: FILE_MODE })
      this.#files.push(file)
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error)
    }
  }
}

/** Undefined: the environment was not looked at. */
let current: Recording | 'none' | undefined

/** The control blocks of jobs that came out well, in case that their output turns out to be wrong. */
const requests = new WeakMap<JobResult, RecordedRequest>()

/**
 * Records jobs from now on, each in a file of its own; false: no longer. Overrides NXZLIB_RECORD.
 *
 * @throws NxUsageError for options that are not valid
 */
export function record(options: RecordOptions | false): void {
  if (options === false) {
    current = 'none'
    return
  }
  const { dir, max = DEFAULT_MAX, jobs = 'trouble', data = true } = options
  if (typeof dir !== 'string' || dir === '') throw usage('record needs dir, a folder that exists')
  if (!Number.isInteger(max) || max < 1) throw usage('max must be a positive number of files')
  if (!['trouble', 'all'].includes(jobs)) throw usage('jobs must be trouble or all')
  if (typeof data !== 'boolean') throw usage('data must be true or false')
  current = new Recording(options)
}

/** How the recording of this thread stands; undefined: nothing is recorded. */
export function recordingStatus(): RecordingStatus | undefined {
  return recording()?.status
}

/** Whether jobs are recorded. */
export function isRecording(): boolean {
  return recording() !== undefined
}

/**
 * A job has a completion code.
 *
 * @param start when it began, as `clock()` has it
 */
export function recordEnd(
  engine: Engine | undefined,
  slot: Slot,
  job: Job,
  result: JobResult,
  start: number,
): void {
  const active = recording()
  if (!active) return
  const ms = clock() - start
  const request = { engine, slot, job, ms, attempts: result.attempts, faults: result.faults }
  requests.set(result, {
    ...request,
    slot: { bytes: slot.bytes.slice(0, SLOT_BYTES), address: slot.address },
  })
  const reason = reasonOf(result)
  if (active.wants(reason !== undefined)) active.write(request, { reason: reason ?? 'all' })
}

/** The job ended with an error instead. */
export function recordFailure(
  engine: Engine | undefined,
  slot: Slot,
  job: Job,
  took: Pick<RecordedRequest, 'ms' | 'attempts' | 'faults'>,
  error: unknown,
): void {
  const active = recording()
  if (active?.wants(true)) active.write({ engine, slot, job, ...took }, { reason: 'error', error })
}

/** The output of a job that came out well was found to be wrong. */
export function recordMismatch(result: JobResult, error: unknown): void {
  const active = recording()
  const request = requests.get(result)
  if (request && active?.wants(true)) active.write(request, { reason: 'verification', error })
}

function reasonOf({ csb: { cc, ce }, faults }: JobResult): string | undefined {
  if (faults.length > 0) return 'fault'
  const isSuspended = cc === CC.DATA_LENGTH && (ce & CE_PARTIAL) !== 0
  return EVERYDAY.includes(cc) || isSuspended ? undefined : `CC=${cc}`
}

function recording(): Recording | undefined {
  current ??= ofEnvironment(process.env.NXZLIB_RECORD ?? '')
  return current === 'none' ? undefined : current
}

/** NXZLIB_RECORD=DIR, with `,all`, `,digests` and `,max=N` behind it if need be. */
function ofEnvironment(text: string): Recording | 'none' {
  const [dir, ...words] = text.split(',')
  if (dir === '') return 'none'
  const options: RecordOptions[] = words.map((word) => {
    if (word in WORDS) return { dir, ...WORDS[word as keyof typeof WORDS] }
    const [, max] = /^max=(\d+)$/.exec(word) ?? []
    if (!max) throw usage(`NXZLIB_RECORD has DIR, then all, digests or max=N; not ${word}`)
    return { dir, max: Number(max) }
  })
  return new Recording(Object.assign({ dir }, ...options) as RecordOptions)
}

function usage(detail: string): NxUsageError {
  return new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail })
}
