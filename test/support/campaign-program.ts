// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

import type { SendWindow } from '../../lib/model/vas/window.js'
import type { Campaign } from './campaign.js'
import { textLike } from './data.js'
import { RawJob } from './machine.js'

const TEXT = textLike(1, 1 << 16)

/** Pastes that a program tries before it gives up as busy, and faults after which it gives up. */
const MOST_PASTES = 200
const MOST_FAULTS = 300

/** A program: compresses pieces of a text with raw CRBs, decompresses them again, and compares. */
export class Program {
  job: RawJob | undefined
  isDone = false
  #stage: 'next' | 'paste' | 'poll' = 'next'
  #packed: Uint8Array | undefined
  #plain = new Uint8Array(0)
  #pastes = 0
  #faults = 0
  #isCsbGone = false
  /** Where the job went: the program may open another window meanwhile. */
  #sentTo: SendWindow
  readonly #jobs: RawJob[] = []

  constructor(
    private readonly campaign: Campaign,
    public window: SendWindow,
    private rounds: number,
  ) {
    this.#sentTo = window
  }

  step(): void {
    if (this.#stage === 'next') this.#prepare()
    else if (this.#stage === 'paste') this.#paste()
    else this.#poll()
  }

  exit(unmaps: boolean): void {
    if (!this.isDone && this.job) this.#count('exited')
    this.isDone = true
    if (!unmaps) return
    for (const job of this.#jobs) {
      this.campaign.unmappedCsbs.add(job.csbAddress)
      job.unmap()
    }
  }

  /** The program gives back the memory in which NX writes. */
  unmapCsb(): void {
    if (this.isDone || !this.job || this.#stage !== 'poll') return
    this.campaign.unmappedCsbs.add(this.job.csbAddress)
    this.job.unmapCsb()
    this.#isCsbGone = true
  }

  release(): void {
    for (const job of this.#jobs) job.unmap()
  }

  #prepare(): void {
    const { random } = this.campaign
    if (!this.#packed) {
      if (this.rounds-- === 0) {
        this.isDone = true
        return
      }
      const length = random.between(1, 9000)
      const start = random.below(TEXT.length - length)
      this.#plain = TEXT.slice(start, start + length)
    }
    const isOdd = random.below(4) === 0 ? 1 : 0
    const fc = (this.#packed ? 0x10 : random.pick([0x00, 0x04])) | isOdd
    const targetBytes = this.#packed ? Math.max(1, this.#plain.length) : 2 * this.#plain.length + 100
    const source = this.#packed ?? this.#plain
    const pieces = Math.min(random.below(4), source.length)
    // An empty piece is an error of its own (CC=14), so the pieces must not outnumber the bytes.
    const isEven = pieces < 2 || Math.ceil(source.length / pieces) * (pieces - 1) < source.length
    const isEvenTarget = pieces < 2 || Math.ceil(targetBytes / pieces) * (pieces - 1) < targetBytes
    const options = { fc, source, targetBytes, pieces: isEven && isEvenTarget ? pieces : 0 }
    this.job = new RawJob(this.window.opener.mm, options)
    this.#jobs.push(this.job)
    this.#pastes = 0
    this.#faults = 0
    this.#stage = 'paste'
  }

  #paste(): void {
    if (!this.window.isOpen) {
      this.#end('closed')
      return
    }
    if (this.job?.paste(this.campaign.machine, this.window)) {
      this.#sentTo = this.window
      this.#stage = 'poll'
      return
    }
    this.campaign.report.retriedPastes++
    if (++this.#pastes > MOST_PASTES) this.#end('busy')
  }

  #poll(): void {
    const { job, campaign } = this
    const window = this.#sentTo
    if (!job) return
    if (this.#isCsbGone) {
      // Whether the job ended or was answered by SIGSEGV: the program cannot see it.
      if (campaign.isIdle) this.#end('unmapped')
      return
    }
    window.opener.mm.touch(job.csbAddress, 1, false)
    if (job.v === 1) {
      this.#finished(job)
    } else if (campaign.isIdle) {
      const { lost, checker, mayLose } = campaign
      const silent = checker.hung.has(window) || mayLose.has(window)
      assert.ok(
        silent,
        `a job of window ${window.vasId}/${window.id} was never finished, and nothing goes on`,
      )
      lost.set(window, (lost.get(window) ?? 0) + 1)
      this.#end('lost')
    }
  }

  #finished(job: RawJob): void {
    if (job.hasFaulted) {
      const address = job.faultAddress
      assert.ok(
        job.touch(address),
        `fault at 0x${address.toString(16)}, which is none of the job's addresses`,
      )
      this.#stage = 'paste'
      if (++this.#faults > MOST_FAULTS) this.#end('faulted')
      return
    }
    const { cc } = job
    if (this.campaign.ordered.has(cc)) {
      this.#end(`cc ${cc}`)
      return
    }
    assert.ok(cc === 0 || cc === 64, `completion code ${cc}`)
    const output = job.output()
    if (this.#packed) {
      assert.deepEqual(output, Buffer.from(this.#plain), 'decompressed bytes')
      this.#end('right')
      return
    }
    assert.deepEqual(inflateRawSync(output), Buffer.from(this.#plain), 'compressed bytes')
    this.#packed = output
    this.#stage = 'next'
  }

  #end(outcome: string): void {
    this.#count(outcome)
    this.#packed = undefined
    this.#isCsbGone = false
    this.job = undefined
    this.#stage = 'next'
  }

  #count(outcome: string): void {
    const { outcomes } = this.campaign.report
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
}
