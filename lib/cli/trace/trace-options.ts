// SPDX-License-Identifier: MIT
import { parseArgs } from 'node:util'

/** What `nxzlib trace` is to do. */
export interface TraceOptions {
  readonly file: string
  /** Where the Chrome trace goes; '-' is standard output. */
  readonly output: string | undefined
  /** An annotated timeline goes to standard output. */
  readonly text: boolean
  /** Share of pages that start in memory, 0..1. */
  readonly resident: number
  readonly seed: number
  readonly kernel: 'mainline' | 'v5'
  /** Bytes. */
  readonly pageSize: number
  readonly level: number
  readonly decompressToo: boolean
}

/** The command line is not valid. */
export class UsageError extends Error {}

/** The text of --help. */
export const TRACE_USAGE = `Usage: nxzlib trace FILE -o TRACE.json [OPTION]...
       nxzlib trace FILE --text [OPTION]...
Compress FILE, and decompress the result, by jobs on the software NX, and write down all that happens in it: pastes,
stamps, page faults, interrupts, the fault handler, CSB writes, credits. Times are those of the model, not of hardware.

  -o, --output=TRACE.json   a Chrome trace event file, for https://ui.perfetto.dev or chrome://tracing; -: standard output
      --text                an annotated timeline on standard output
      --resident=SHARE      share of pages that start in memory, 0..1 (default 0.5)
      --seed=N              which pages these are (default 0)
      --kernel=KERNEL       fault handling of Linux 5.8 and later (mainline, the default) or of the patch series V5 (v5)
      --page-size=BYTES     4096 to 65536, a power of two (default 65536)
      --level=N             0..9 (default 6)
      --no-decompress-too   only compress
  -h, --help                print this help
`

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  text: { type: 'boolean', default: false },
  resident: { type: 'string', default: '0.5' },
  seed: { type: 'string', default: '0' },
  kernel: { type: 'string', default: 'mainline' },
  'page-size': { type: 'string', default: '65536' },
  level: { type: 'string', default: '6' },
  'decompress-too': { type: 'boolean', default: false },
  'no-decompress-too': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/**
 * Reads the arguments behind `trace`. The bounds of the machine's settings are its own business.
 *
 * @returns 'help' if that is what is asked for
 * @throws UsageError
 */
export function parseTraceOptions(args: string[]): TraceOptions | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [file, ...others] = positionals
  if (positionals.length === 0) throw new UsageError('no file is named')
  if (others.length > 0) throw new UsageError(`one file at a time, not ${others.join(' ')} as well`)
  const { output, text, kernel } = values
  if (output === undefined && !text) throw new UsageError('nothing to write: use -o, --text or both')
  if (output === '-' && text) throw new UsageError('-o - and --text both want standard output')
  if (values['decompress-too'] && values['no-decompress-too']) {
    throw new UsageError('--decompress-too and --no-decompress-too exclude each other')
  }
  if (kernel !== 'mainline' && kernel !== 'v5') throw new UsageError('--kernel takes mainline or v5')
  const level = number('--level', values.level)
  if (!Number.isInteger(level) || level > 9) throw new UsageError('--level takes an integer from 0 to 9')
  const resident = number('--resident', values.resident)
  if (resident > 1) throw new UsageError('--resident takes a share from 0 to 1')
  return {
    file,
    output,
    text,
    resident,
    seed: number('--seed', values.seed),
    kernel,
    pageSize: number('--page-size', values['page-size']),
    level,
    decompressToo: !values['no-decompress-too'],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function number(name: string, text: string): number {
  if (!/^\d+(\.\d+)?$|^\.\d+$/.test(text)) throw new UsageError(`${name} takes a number, not '${text}'`)
  return Number(text)
}
