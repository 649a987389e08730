// SPDX-License-Identifier: MIT
import { parseArgs } from 'node:util'

import { ENGINES } from '../../device/open.js'
import { examine } from './examine.js'
import { screen } from './screen.js'
import { isHealthy, whyNotBy } from './verdict.js'

const USAGE = `Usage: nxzlib doctor [--json] [--require ENGINE]
Tell whether this machine uses the NX accelerator, and if not, why and what to do: processor, kernel, device file,
partition, addon, which device executes jobs, and test jobs on each device. NXZLIB_ENGINE is respected.

      --json            print the same as a JSON object
      --require ENGINE  fail unless this device is the one that is taken: hardware, native or model
  -h, --help            print this help

Exit status: 0 if the device that is taken passes its test jobs, be it hardware or software, and is the one that is
required, 1 otherwise. Hardware on an emulated processor is not taken for hardware.
`

const OPTIONS = {
  json: { type: 'boolean', default: false },
  require: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/**
 * `nxzlib doctor`: tells whether this machine uses the accelerator, and if not, why.
 *
 * @param args what follows `doctor` on the command line
 * @param version of nxzlib
 * @returns the exit status
 */
export async function doctor(args: string[], version: string): Promise<number> {
  let options
  try {
    options = parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const required = ENGINES.find((engine) => engine === options.require)
  if (options.require !== undefined && !required) {
    return misused(`there is no device '${options.require}' to require`)
  }
  const report = await examine(version)
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : screen(report))
  const reason = required && whyNotBy(required, report)
  if (reason !== undefined) {
    process.stderr.write(`nxzlib doctor: ${required ?? ''} is required, but ${reason}\n`)
    return 1
  }
  return isHealthy(report) ? 0 : 1
}

function misused(message: string): number {
  process.stderr.write(`nxzlib doctor: ${message}\n${USAGE}`)
  return 1
}
