// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'

import { FC } from '../../lib/format/function-codes.js'
import { BriefJobs } from '../../lib/job/brief.js'
import type { Job } from '../../lib/job/job.js'

/** What a job of any kind costs besides its bytes. */
const JOB = 4096

const job = (fc: number, source: number, target: number, effort?: number): Job => ({
  fc,
  source: new Uint8Array(source),
  target: new Uint8Array(target),
  ...(effort !== undefined && { effort }),
})

const never = () => false

describe('brief jobs', () => {
  it('are decompressions that cannot make much', () => {
    const brief = new BriefJobs(64 * 1024, never)
    assert(brief.isBrief(job(FC.DECOMPRESS, 60_000, 64 * 1024 - JOB)))
    assert(!brief.isBrief(job(FC.DECOMPRESS, 60_000, 64 * 1024 - JOB + 1)))
    assert(brief.isBrief(job(FC.DECOMPRESS_RESUME, 1000, 256 * 1024)))
  })

  it('are compressions of few bytes', () => {
    const brief = new BriefJobs(1 << 20, never)
    assert(brief.isBrief(job(FC.COMPRESS_FHT_COUNT, 2048, 1 << 20)))
    assert(!brief.isBrief(job(FC.COMPRESS_FHT_COUNT, 2049, 1 << 20)))
  })

  it('are compressions of more whose symbols were counted', () => {
    const counted = (bytes: number) => ({ ...job(FC.COMPRESS_DHT, bytes, 1 << 20, 9), isCounted: true })
    const brief = new BriefJobs(64 * 1024, never)
    assert(brief.isBrief(counted(64 * 1024 - JOB)))
    assert(!brief.isBrief(counted(64 * 1024 - JOB + 1)))
  })

  it('are no compressions by an effort that may take any time', () => {
    const brief = new BriefJobs(1 << 20, never)
    assert(brief.isBrief(job(FC.COMPRESS_DHT, 1000, 2000, 6)))
    assert(!brief.isBrief(job(FC.COMPRESS_DHT, 1000, 2000, 7)))
  })

  it('are of functions that are known', () => {
    assert(!new BriefJobs(1 << 20, never).isBrief(job(63, 1, 1)))
  })

  it('are none where the device knows none', () => {
    const none = new BriefJobs(0, never)
    assert(!none.isBrief(job(FC.DECOMPRESS, 1, 1)))
    assert(!none.admit(job(FC.DECOMPRESS, 1, 1)))
  })

  it('are worth waiting for if they take the event loop less time than a thread would', () => {
    const brief = new BriefJobs(1 << 20, never)
    assert(brief.isWorthWaiting(job(FC.DECOMPRESS, 20_000, 12 * 1024)))
    assert(!brief.isWorthWaiting(job(FC.DECOMPRESS, 20_000, 12 * 1024 + 1)))
  })

  it('are admitted as long as there is time in this turn of the event loop, and again in the next one', async () => {
    const brief = new BriefJobs(4 * JOB, never)
    const small = job(FC.DECOMPRESS, 1000, JOB)
    const admitted = () => Array.from({ length: 10 }, () => brief.admit(small)).filter(Boolean).length
    assert.equal(admitted(), 4)
    await brief.nextTurn()
    assert.equal(admitted(), 4)
  })

  it('have all of the time of a turn that comes later', async () => {
    const brief = new BriefJobs(4 * JOB, never)
    const small = job(FC.DECOMPRESS, 1000, JOB)
    brief.admit(small)
    await setImmediate()
    await setImmediate()
    assert.deepEqual(
      Array.from({ length: 5 }, () => brief.admit(small)),
      [true, true, true, true, false],
    )
  })

  it('go to threads that need work, but for the first four of a turn', async () => {
    const brief = new BriefJobs(1 << 20, () => true)
    const large = job(FC.DECOMPRESS, 1000, 16 * 1024)
    const admitted = () => Array.from({ length: 6 }, () => brief.admit(large))
    assert.deepEqual(admitted(), [true, true, true, true, false, false])
    await brief.nextTurn()
    assert.deepEqual(admitted(), [true, true, true, true, false, false])
  })

  it('are executed at once while threads have enough', () => {
    let needsWork = true
    const brief = new BriefJobs(1 << 20, () => needsWork)
    const large = job(FC.DECOMPRESS, 1000, 16 * 1024)
    for (let index = 0; index < 4; index++) brief.admit(large)
    assert(!brief.admit(large))
    needsWork = false
    assert(brief.admit(large))
  })

  it('do not go to threads that need work if that takes the event loop longer', () => {
    const brief = new BriefJobs(1 << 20, () => true)
    const small = job(FC.DECOMPRESS, 1000, 12 * 1024)
    assert(Array.from({ length: 10 }, () => brief.admit(small)).every(Boolean))
  })
})
