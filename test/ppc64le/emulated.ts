// SPDX-License-Identifier: MIT
/** Runs programs on an emulated POWER processor with the stand-in for the device; see scripts/test-ppc64le.mjs. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the stand-in counted (native/emulator/README.md). */
export interface Counters {
  readonly windows: number
  readonly copies: number
  readonly pastes: number
  readonly accepted: number
  readonly rejected: number
  readonly completed: number
  readonly faults: number
  readonly mostCredits: number
  /** Jobs of a function code. */
  jobs(fc: number): number
}

/** What came of a program. */
export interface Emulated<T> {
  /** What it reported. */
  readonly result: T
  readonly counters: Counters
}

/** The environment: the stand-in's settings, and the program's. */
export interface Circumstances {
  readonly standIn?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What the program finds as its argument. */
  readonly argument?: unknown
  /** The program has to be ended when it has reported: the kernel lets no process go whose jobs never end. */
  readonly neverEnds?: boolean
}

/** The first line that a program prints with its result begins so. */
export const RESULT = 'RESULT '

/** Runs a program of the folder `programs`. Rejects when it fails. */
export async function emulate<T>(program: string, circumstances: Circumstances = {}): Promise<Emulated<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'nxzlib-ppc64le-'))
  const counters = join(folder, 'counters')
  try {
    const output = await run(program, circumstances, counters)
    const line = output.split('\n').find((text) => text.startsWith(RESULT))
    if (line === undefined) throw new Error(`${program} reported nothing: ${output}`)
    return { result: JSON.parse(line.slice(RESULT.length)) as T, counters: readCounters(counters) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(
  program: string,
  { standIn = '', environment, argument = {}, neverEnds = false }: Circumstances,
  counters: string,
): Promise<string> {
  const { NXZLIB_PPC64LE_NODE: node } = process.env
  if (!node) throw new Error('these tests are run by: npm run test:ppc64le')
  const file = join(__dirname, 'programs', `${program}.js`)
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--enable-source-maps', file, JSON.stringify(argument)], {
      env: {
        ...process.env,
        // Small inputs are jobs too, and however slow the emulation is.
        NXZLIB_THRESHOLD: '0',
        NXZLIB_MOST_DELAY: '60000',
        ...environment,
        NX_STANDIN: standIn,
        NX_STANDIN_COUNTERS: counters,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [output, errors] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (neverEnds && /^RESULT .*\n/m.test(output)) child.kill('SIGKILL')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      if (status === 0 || (neverEnds && signal === 'SIGKILL')) resolve(output)
      else
        reject(
          new Error(`${program}, NX_STANDIN=${standIn}: ended with ${status ?? signal}\n${output}${errors}`),
        )
    })
  })
}

function readCounters(file: string): Counters {
  const bytes = readFileSync(file)
  const at = (place: number) => Number(bytes.readBigUInt64LE(8 * place))
  return {
    windows: at(0),
    copies: at(2),
    pastes: at(3),
    accepted: at(4),
    rejected: at(5),
    completed: at(6),
    faults: at(7),
    mostCredits: at(11),
    jobs: (fc) => at(64 + fc),
  }
}
