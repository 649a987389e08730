// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { withAddon } from './native/addon.js'

/** The repository: this file is compiled into a folder beside lib/, one below the root. */
const ROOT = resolve(__dirname, '../..')

const MOST_LINES = 24

/** Inputs must be so large that jobs serve them without a threshold being set. */
const LEAST_BYTES = 256 * 1024

/** Milliseconds until a program that does not end by itself is ended. */
const TIMEOUT = 60_000

/** The settings of the engine, and the devices of which one must then have served. Node's own zlib: no jobs. */
const ENGINES = { native: 'native', auto: 'hardware|native', model: 'model', node: 'node' } as const

type Devices = (typeof ENGINES)[keyof typeof ENGINES]

/** Jobs counted by device: some of one of these, and none of any other. */
const jobsBy = (devices: Devices) =>
  devices === 'node'
    ? /^jobs by device: \{[^1-9]*\}$/
    : new RegExp(`^jobs by device: \\{[^1-9]*\\b(${devices}): [1-9]\\d*[^1-9]*\\}$`)

/** What `info: true` tells of a call. */
const callBy = (name: string, devices: Devices) => {
  // With the engine auto, the hardware should have served where it is not there.
  const byJobs = `(${devices}), [1-9]\\d* jobs( \\(hardware: .+\\))?`
  const served = devices === 'node' ? 'node, 0 jobs \\(configuration\\)' : byJobs
  return new RegExp(`^${name}: \\d+ bytes, by ${served}$`)
}

/** How an example is run, and the lines that it must print. */
interface Example {
  readonly options?: readonly string[]
  readonly says: (devices: Devices) => readonly RegExp[]
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  'one-shot.mjs': {
    says: (devices) => [
      callBy('gzipSync', devices),
      callBy('gunzip', devices),
      /^hardware: ./,
      /^model: can be used here$/,
    ],
  },
  'stream-pipeline.mjs': { says: (devices) => [jobsBy(devices)] },
  'http-server.mjs': { says: (devices) => [/^page: \d+ bytes, gzip: \d+ bytes$/, jobsBy(devices)] },
  'register.mjs': {
    options: ['--require', 'nxzlib/register'],
    says: (devices) => [jobsBy(devices)],
  },
}

/** Runs an example as a user does, in the repository's folder and with no other setting than the engine. */
function run(name: string, engine: string, options: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'nxzlib-examples-test-'))
  try {
    const settings = {
      NXZLIB_ENGINE: engine,
      NXZLIB_COMPRESS: '',
      NXZLIB_DECOMPRESS: '',
      NXZLIB_THRESHOLD: '',
    }
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [...options, join('examples', name)],
      {
        cwd: ROOT,
        env: { ...process.env, ...settings, SOURCE_DATE_EPOCH: '', TMPDIR: folder },
        encoding: 'utf8',
        timeout: TIMEOUT,
      },
    )
    assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' })
    assert.deepEqual(readdirSync(folder), [], 'files that it leaves')
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Checks what every example prints (sizes, and that the data came back), and these lines. */
function assertSays(output: string, expected: readonly RegExp[]): void {
  const [plain, packed] = [...output.matchAll(/(\d+) bytes/g)].map(([, bytes]) => Number(bytes))
  assert(plain >= LEAST_BYTES, output)
  assert(packed > 0 && packed < plain / 2, output)
  const lines = output.split('\n')
  for (const pattern of [/^the same \w+: true$/, ...expected]) {
    assert(
      lines.some((line) => pattern.test(line)),
      `no line matches ${String(pattern)}:\n${output}`,
    )
  }
}

describe('examples', () => {
  it('are the ones that are tested here', () => {
    assert.deepEqual(readdirSync(join(ROOT, 'examples')).sort(), Object.keys(EXAMPLES).sort())
  })

  for (const name of Object.keys(EXAMPLES)) {
    it(`${name} has at most ${MOST_LINES} lines`, () => {
      const lines = readFileSync(join(ROOT, 'examples', name), 'utf8')
        .replace(/^\/\/ SPDX-.*\n/, '')
        .trimEnd()
        .split('\n')
      assert(lines.length <= MOST_LINES, `${lines.length} lines`)
    })
  }

  for (const [engine, devices] of Object.entries(ENGINES)) {
    describe(`with the engine ${engine}`, () => {
      if (devices.includes('native')) withAddon()

      for (const [name, { options, says }] of Object.entries(EXAMPLES)) {
        it(`${name} does its work, and says what served it`, () => {
          assertSays(run(name, engine, options), says(devices))
        })
      }
    })
  }

  it("register.mjs is served by Node's own zlib where nxzlib is not registered", () => {
    assertSays(run('register.mjs', 'model'), [jobsBy('node')])
  })
})
