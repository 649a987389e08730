import { parseArgs } from 'node:util'

import { examine } from './examine.js'
import { screen } from './screen.js'
import { isHealthy } from './verdict.js'

const USAGE = `Usage: nxzlib doctor [--json]
Tell whether this machine uses the NX accelerator, and if not, why and what to do: processor, kernel, device file,
partition, addon, which device executes jobs, and test jobs on each device. NXZLIB_ENGINE is respected.

      --json     print the same as a JSON object
  -h, --help     print this help

Exit status: 0 if the device that is taken passes its test jobs, be it hardware or software, 1 otherwise.
`

const OPTIONS = {
  json: { type: 'boolean', default: false },
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
    process.stderr.write(`nxzlib doctor: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    return 1
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const report = await examine(version)
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : screen(report))
  return isHealthy(report) ? 0 : 1
}
