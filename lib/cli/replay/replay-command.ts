// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import type { EngineChoice } from '../../device/device.js'
import { openDeviceOf, openSoftware } from '../../device/open.js'
import { parseJobRecord, type JobRecord } from '../../job/job-record.js'
import { verificationOf } from '../../job/verification.js'
import { Window } from '../../job/window.js'
import { systemError } from '../trace/file-error.js'
import { compare } from './comparison.js'
import { recordedJob } from './recorded-job.js'
import { circumstancesOf, reportText, type ReplayReport } from './replay-report.js'
import { faultOfOutput } from './restoring.js'

const USAGE = `Usage: nxzlib replay FILE [--device DEVICE] [--json]
Execute a recorded job again (see NXZLIB_RECORD), and compare what it leaves, field by field.

      --device=DEVICE  auto (default), hardware, native or model
      --json           print the same as a JSON object
  -h, --help           print this help

Exit status: 0 if it came out as recorded, 1 if not, 2 if there was trouble.
`

const OPTIONS = {
  device: { type: 'string', default: 'auto' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const DEVICES: readonly string[] = ['auto', 'hardware', 'native', 'model'] satisfies EngineChoice[]

const EXIT_STATUS = { same: 0, different: 1, trouble: 2 } as const

/**
 * `nxzlib replay`: executes a recorded job on any device and tells what is different.
 *
 * @param args what follows `replay` on the command line
 * @returns the exit status
 */
export async function replay(args: string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    if (values.help) {
      process.stdout.write(USAGE)
      return EXIT_STATUS.same
    }
    if (positionals.length !== 1) throw new TypeError('name one file')
    if (!DEVICES.includes(values.device)) throw new TypeError(`--device takes ${DEVICES.join(', ')}`)
    const report = await replayRecord(readRecord(positionals[0]), values.device as EngineChoice)
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    return report.comparison.isSame ? EXIT_STATUS.same : EXIT_STATUS.different
  } catch (error) {
    process.stderr.write(`nxzlib replay: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof TypeError) process.stderr.write("Try 'nxzlib replay --help'.\n")
    return EXIT_STATUS.trouble
  }
}

function readRecord(file: string): JobRecord {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw systemError(file, error)
  }
  return parseJobRecord(text)
}

/**
 * Executes a recorded job.
 *
 * @throws NxError for a record without data, a device that does not open, or a job that does not end
 */
async function replayRecord(record: JobRecord, engine: EngineChoice): Promise<ReplayReport> {
  const { job, result, target } = recordedJob(record)
  const device = openDeviceOf({ engine })
  const window = new Window(device.openWindow())
  const software = openSoftware()
  const checking = new Window(software.openWindow())
  try {
    const again = window.runSync(job)
    const faultOf = (side: typeof job.target, came: typeof again) =>
      faultOfOutput({ ...job, target: side }, came, checking) ?? null
    const hasOutput = [result, again].some((came) => verificationOf(job, came) !== undefined)
    return {
      record: circumstancesOf(record),
      fc: job.fc,
      engine: device.engine,
      comparison: compare(job, { result, target }, { result: again, target: job.target }),
      output: !hasOutput
        ? undefined
        : { recorded: faultOf(target, result), replayed: faultOf(job.target, again) },
    }
  } finally {
    await window.close()
    device.close()
    await checking.close()
    software.close()
  }
}
