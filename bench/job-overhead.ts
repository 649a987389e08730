// SPDX-License-Identifier: MIT
/**
 * What a job costs on top of the engine: the same CRB executed by the unit itself, through the modelled switchboard, and
 * through all layers of the job interface. Processor time, interleaved in one process, medians: others use the machine too.
 */
import { ModelDevice } from '../lib/device/model.js'
import type { Job } from '../lib/job/job.js'
import { crb } from '../lib/job/request.js'
import { Window } from '../lib/job/window.js'
import { GzipUnit } from '../lib/model/nx/gzip-unit.js'
import { FC } from '../lib/format/function-codes.js'

/** Jobs a measurement, and measurements of each way. More: steadier figures, longer runs. */
const JOBS = 2000
const ROUNDS = 25

/** Bytes of source: few, so that the engine's own time does not hide what is around it. */
const SOURCE_BYTES = 64

/** Where CSB and CPB lie in their block. */
const CSB_AT = 240

/** The share of the switchboard that the project allows itself, in microseconds a job. */
const ALLOWED_US = 3

const device = new ModelDevice()
const sendWindow = device.machine.openWindow(device.process, device.process.leader)
const instance = device.machine.instance(0)
const window = new Window(device.openWindow())
const unit = new GzipUnit({ maxByteCountHigh: 0, maxByteCountLow: 65536 })

const job: Job = {
  fc: FC.WRAP,
  source: new Uint8Array(SOURCE_BYTES).fill(1),
  target: new Uint8Array(SOURCE_BYTES),
}
const block = new Uint8Array(4096)
const bytes = crb(job, {
  csb: device.space.map(block) + BigInt(CSB_AT),
  source: device.space.map(job.source as Uint8Array),
  target: device.space.map(job.target as Uint8Array),
})
const view = new DataView(bytes.buffer)

function checkDone(): void {
  if (block[CSB_AT] !== 0x80) throw new Error('the job was not finished')
}

const WAYS: readonly (readonly [name: string, run: () => void])[] = [
  [
    'the unit itself',
    () => {
      block[CSB_AT] = 0
      unit.execute(view, device.space, false)
      checkDone()
    },
  ],
  [
    'through VAS',
    () => {
      block[CSB_AT] = 0
      instance.paste(sendWindow, bytes)
      device.machine.run()
      checkDone()
    },
  ],
  [
    'through Window.runSync',
    () => {
      window.runSync(job)
    },
  ],
]

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >>> 1]
}

function microsecondsAJob(run: () => void): number {
  const start = process.cpuUsage()
  for (let index = 0; index < JOBS; index++) run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / JOBS
}

const times = WAYS.map(() => [] as number[])
const shares: number[] = []
// The first rounds only warm up.
for (let round = -5; round < ROUNDS; round++) {
  const measured = WAYS.map(([, run]) => microsecondsAJob(run))
  if (round < 0) continue
  measured.forEach((time, index) => times[index].push(time))
  shares.push(measured[1] - measured[0])
}

console.log(
  `Node ${process.version}, ${process.arch}; wrap of ${SOURCE_BYTES} bytes; medians of ${ROUNDS} interleaved rounds of ${JOBS} jobs`,
)
WAYS.forEach(([name], index) => {
  console.log(`  ${name.padEnd(24)}${median(times[index]).toFixed(2).padStart(7)} us a job`)
})
const share = median(shares)
console.log(
  `  share of VAS            ${share.toFixed(2).padStart(7)} us a job (${share <= ALLOWED_US ? 'within' : 'OVER'} ${ALLOWED_US} us)`,
)
