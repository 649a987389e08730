// SPDX-License-Identifier: MIT
/** Jobs on memory that was never touched, and on memory that was only read. */
import { closeSync, openSync, readSync } from 'node:fs'

import { FC, openDevice } from '../../../lib/nx.js'
import { textLike } from '../../support/data.js'
import { hexOf, RawJob } from '../../support/unit.js'
import { program } from './program.js'

export interface FaultsReport {
  /** Of each job on fresh memory: its CC, how often it faulted, and whether its bytes are right. */
  readonly fresh: readonly { cc: number; faults: number; attempts: number; right: boolean }[]
  /** CSBs of a raw job: its target was never touched; was read; was written. */
  readonly untouched: string
  readonly read: string
  readonly written: string
  /** To read a page gave it memory of its own: mostly it is the zero page, but some kernels of virtual machines have none. */
  readonly readGivesPage: boolean
  /** Address of the first page that lies wholly in the target, in hexadecimal. */
  readonly firstPage: string
}

const BYTES = 1 << 20
const PAGE = 4096n

/** So large a buffer is always given pages of its own; a smaller one may lie where others were. */
const FRESH_BYTES = 40 << 20

/** Pastes a raw job and polls its CSB, as a program on hardware does. */
function runRaw(raw: RawJob): string {
  raw.csb.fill(0)
  while (!raw.window.paste(raw.crb));
  while ((Atomics.load(raw.csb, 0) & 0x80) === 0);
  return hexOf(raw.csb)
}

/** Whether a page is one of its own: bit 56 of its entry (the kernel's admin-guide/mm/pagemap.rst). */
function isOwnPage(address: bigint): boolean {
  const entry = Buffer.alloc(8)
  const file = openSync('/proc/self/pagemap', 'r')
  const bytes = readSync(file, entry, 0, 8, (address / PAGE) * 8n)
  closeSync(file)
  if (bytes !== 8) throw new Error('no pagemap')
  return ((entry.readBigUInt64LE() >> 56n) & 1n) === 1n
}

program(async (): Promise<FaultsReport> => {
  const window = openDevice({ engine: 'hardware' }).openWindow()
  const text = textLike(41, BYTES)
  const fresh: FaultsReport['fresh'][number][] = []
  for (const source of [new Uint8Array(BYTES), text]) {
    const jobs = [new Uint8Array(BYTES), new Uint8Array(BYTES)].map((target) => ({
      fc: FC.WRAP,
      source,
      target,
    }))
    const results = [window.runSync(jobs[0]), await window.runOwned(jobs[1])]
    results.forEach(({ csb, faults, attempts }, index) => {
      const right = Buffer.compare(jobs[index].target, source) === 0
      fresh.push({ cc: csb.cc, faults: faults.length, attempts, right })
    })
  }

  const target = new Uint8Array(FRESH_BYTES)
  const raw = new RawJob(window, FC.WRAP).source(text).target(target)
  const untouched = runRaw(raw)
  let sum = 0
  for (let at = 0; at < BYTES; at += 4096) sum += target[at]
  sum += target[BYTES - 1]
  // The page in which the buffer begins may be resident: the allocator keeps its own records before it.
  const firstPage = (window.map(target) + PAGE - 1n) & -PAGE
  const readGivesPage = isOwnPage(firstPage)
  const read = runRaw(raw)
  target.fill(sum, 0, BYTES)
  const written = runRaw(raw)
  return { fresh, untouched, read, written, readGivesPage, firstPage: firstPage.toString(16) }
})
