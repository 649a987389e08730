// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import type { JobRunner } from '../../lib/deflate/steps.js'
import { ModelDevice } from '../../lib/device/model.js'
import type { ModelOptions } from '../../lib/device/model-options.js'
import { gzipFunction } from '../../lib/format/function-codes.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { Window } from '../../lib/job/window.js'

/** A window of a software machine of one's own. */
export function modelWindow(options: ModelOptions = {}): Window {
  return new Window(new ModelDevice(options).openWindow())
}

/** A job as it was given, and what came of it. */
export interface Recorded {
  readonly job: Job
  readonly result: JobResult
  /** Bytes of history, and of source behind it. */
  readonly history: number
  readonly data: number
}

/** Runs jobs, keeps them, and may put other results in the place of theirs. */
export class RecordingRunner implements JobRunner {
  readonly jobs: Recorded[] = []
  readonly jobLimit: number

  /** @param instead gets each job with its number; a completion code or a result ends the job without it being run */
  constructor(
    private readonly runner: JobRunner = modelWindow(),
    private readonly instead: (job: Job, index: number) => number | JobResult | undefined = () => undefined,
    jobLimit = runner.jobLimit,
  ) {
    this.jobLimit = jobLimit
  }

  runSync(job: Job): JobResult {
    const instead = this.instead(job, this.jobs.length)
    const result = typeof instead === 'number' ? ended(instead) : (instead ?? this.runner.runSync(job))
    const history = gzipFunction(job.fc)!.resume ? (job.cpb?.histlen ?? 0) * 16 : 0
    this.jobs.push({ job, result, history, data: lengthOf(job.source) - history })
    return result
  }

  runOwned(job: Job): Promise<JobResult> {
    return Promise.resolve(this.runSync(job))
  }
}

export function lengthOf(pieces: Job['source']): number {
  return pieces instanceof Uint8Array ? pieces.length : pieces.reduce((sum, { length }) => sum + length, 0)
}

/** What a terminated job leaves: CE1 and nothing else (UM 6.6). */
export function ended(cc: number, overrides: Partial<JobResult['csb']> = {}): JobResult {
  return {
    csb: { v: 1, cc, ce: 2, tpbc: 0, address: 0n, ...overrides },
    cpb: {
      adler: 0,
      crc: 0,
      tebc: 0,
      subc: 0,
      sfbt: 0,
      rembytecnt: 0,
      dhtlen: 0,
      spbc: 0,
      dht: new Uint8Array(0),
    },
    attempts: 1,
    faults: [],
  }
}

/** The checksums of data, from the trailers that node:zlib writes. */
export function checksumsOf(data: Uint8Array): { adler: number; crc: number } {
  const [stream, member] = [zlib.deflateSync(data, { level: 0 }), zlib.gzipSync(data, { level: 0 })]
  return { adler: stream.readUInt32BE(stream.length - 4), crc: member.readUInt32LE(member.length - 8) }
}
