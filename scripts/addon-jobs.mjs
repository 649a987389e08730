// SPDX-License-Identifier: MIT
// Runs jobs through the addon, half of them in the caller's thread and half in those of the pool, for a tool that looks for
// leaks in the whole process: node scripts/addon-jobs.mjs ADDON JOBS
import { createRequire } from 'node:module'

const [addonPath, jobs] = process.argv.slice(2)
const { SoftwareUnit } = createRequire(import.meta.url)(addonPath)

const FUNCTIONS = [0x00, 0x04, 0x10, 0x1e]
/** Jobs after which the unit is closed and another one is opened. */
const JOBS_PER_UNIT = 100

/** Memory and CRB of a job. All but decompression, which meets bytes that are no stream, end with CC=0 or 64. */
function makeJob(unit, number) {
  const control = new Uint8Array(16 + 1680)
  const source = Uint8Array.from({ length: 200 + (number % 50) }, (_, index) => (index * number) >> 3)
  const target = new Uint8Array(1000)
  const crb = new Uint8Array(128)
  const view = new DataView(crb.buffer)
  crb[3] = FUNCTIONS[number % FUNCTIONS.length]
  crb[80] = number % 10
  view.setBigUint64(8, unit.map(control))
  view.setUint32(20, source.length)
  view.setBigUint64(24, unit.map(source))
  view.setUint32(36, target.length)
  view.setBigUint64(40, unit.map(target))
  // Who maps memory holds it until the job is done: the addon does not.
  return { crb, view, memory: [control, source, target] }
}

async function useUnit(from, to) {
  let wake = () => undefined
  const unit = new SoftwareUnit(() => wake())
  const made = []
  for (let number = from; number < to; number++) {
    const job = makeJob(unit, number)
    made.push(job)
    if (number % 8 < 4) unit.execute(job.crb)
    else unit.submit(job.crb)
  }
  while (unit.pending > 0) await new Promise((resolve) => (wake = resolve))
  for (const { view, memory } of made) {
    if (memory[0][0] !== 0x80) throw new Error('a job has no CSB')
    memory.forEach(({ length }, index) => unit.unmap(view.getBigUint64(8 + 16 * index), length))
  }
  unit.close()
}

for (let done = 0; done < Number(jobs); done += JOBS_PER_UNIT) await useUnit(done, done + JOBS_PER_UNIT)
console.log(`${jobs} jobs`)
