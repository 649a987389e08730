// SPDX-License-Identifier: MIT
/** What `verify` costs, as a share of the CPU time of compressing: interleaved, medians, on a software device. */
import { sample } from '../lib/cli/sample.js'
import * as nxzlib from '../lib/index.js'

const ROUNDS = 9
const BYTES = 4 * 1024 * 1024

const engine = process.argv[2] === 'model' ? 'model' : 'native'
const data = sample(BYTES)

/** Milliseconds of CPU time. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >>> 1]

for (const level of [1, 6, 9]) {
  const times: [plain: number[], verified: number[]] = [[], []]
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, verify] of [false, true].entries()) {
      nxzlib.configure({ engine, verify })
      const ms = cost(() => nxzlib.gzipSync(data, { level }))
      if (round > 0) times[index].push(ms)
    }
  }
  const [plain, verified] = times.map(median)
  console.log(
    `${engine} (software), level ${level}: verify adds ${((verified / plain - 1) * 100).toFixed(0)} %`,
  )
}
