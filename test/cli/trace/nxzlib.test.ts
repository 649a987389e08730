// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonLike } from '../../support/data.js'
import { checkFields, parseChromeFile } from './chrome-file.js'

const PROGRAM = join(__dirname, '../../../lib/cli/nxzlib.js')

const SEED = 99

interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

describe(`nxzlib's command line (data of seed ${SEED})`, () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-cli-'))
    writeFileSync(join(folder, 'source'), jsonLike(SEED, 50_000))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  function start(args: string[]) {
    return spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  function run(...args: string[]): Promise<Outcome> {
    const child = start(args)
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status, signal) => {
        resolve({ status, signal, stdout, stderr })
      })
    })
  }

  const files = () => readdirSync(folder).sort()

  it('writes a Chrome trace to the file that -o names, and nothing else', async () => {
    const { status, stdout, stderr } = await run('trace', 'source', '-o', 'trace.json', '--resident', '0')
    assert.deepEqual([status, stdout, files()], [0, '', ['source', 'trace.json']])
    assert.match(stderr, /^compressed: \d+ jobs, [1-9]\d* faults, [1-9]\d* retries\ndecompressed: /)
    checkFields(parseChromeFile(readFileSync(join(folder, 'trace.json'), 'utf8')))
  })

  it('writes the Chrome trace to standard output for -o -', async () => {
    const { status, stdout } = await run('trace', 'source', '-o', '-')
    assert.deepEqual([status, files()], [0, ['source']])
    checkFields(parseChromeFile(stdout))
  })

  it('prints a timeline for --text, along with the file if both are asked for', async () => {
    const { status, stdout } = await run('trace', '--text', 'source', '--output=trace.json', '--resident=0')
    assert.deepEqual([status, files()], [0, ['source', 'trace.json']])
    assert.match(stdout, /^ +time \(us\) who +window +job {2}what\n/)
    assert.match(stdout, /FSA {4}0x[0-9a-f]+: CSB, byte 0 of 16, page 1 of 1\n/)
  })

  it('replaces an older trace, and the file that a link leads to', async () => {
    writeFileSync(join(folder, 'old.json'), 'old')
    symlinkSync('old.json', join(folder, 'link.json'))
    assert.equal((await run('trace', 'source', '-o', 'link.json')).status, 0)
    assert.deepEqual(files(), ['link.json', 'old.json', 'source'])
    checkFields(parseChromeFile(readFileSync(join(folder, 'old.json'), 'utf8')))
  })

  it('writes to a device in place', async () => {
    assert.equal((await run('trace', 'source', '-o', '/dev/null')).status, 0)
    assert.equal(statSync('/dev/null').isCharacterDevice(), true)
  })

  it('traces an empty file', async () => {
    writeFileSync(join(folder, 'source'), '')
    const { status, stdout } = await run('trace', 'source', '-o', '-')
    assert.equal(status, 0)
    checkFields(parseChromeFile(stdout))
  })

  const REFUSED: [what: string, args: string[], message: RegExp][] = [
    ['a missing file', ['nowhere', '-o', 'x'], /^nxzlib trace: nowhere: no such file or directory\n$/],
    ['a folder', ['folder', '-o', 'x'], /^nxzlib trace: folder: is a directory\n$/],
    [
      'an output in a missing folder',
      ['source', '-o', 'no/x'],
      /^nxzlib trace: no\/x: no such file or directory\n$/,
    ],
    [
      'a full device',
      ['source', '-o', '/dev/full'],
      /^nxzlib trace: \/dev\/full: no space left on device\n$/,
    ],
    ['the input as output', ['source', '-o', './source'], /^nxzlib trace: \.\/source: is the input\n$/],
    [
      'an invalid setting of the machine',
      ['source', '-o', 'x', '--page-size', '5000'],
      /pageSize must be a power of two/,
    ],
    [
      'an invalid option',
      ['source', '-o', 'x', '--level', '10'],
      /--level takes an integer from 0 to 9\nTry /,
    ],
  ]
  for (const [what, args, message] of REFUSED) {
    it(`refuses ${what} with a message and leaves nothing behind`, async () => {
      mkdirSync(join(folder, 'folder'))
      const source = readFileSync(join(folder, 'source'))
      const { status, stdout, stderr } = await run('trace', ...args)
      assert.deepEqual([status, stdout, files()], [1, '', ['folder', 'source']])
      assert.match(stderr, message)
      assert.deepEqual(readFileSync(join(folder, 'source')), source)
    })
  }

  it('leaves no partial output when it is ended by a signal', async () => {
    writeFileSync(join(folder, 'source'), jsonLike(SEED, 5_000_000))
    const child = start(['trace', 'source', '-o', 'trace.json', '--text'])
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.on('close', (_status, signal) => {
        resolve(signal)
      })
    })
    // The timeline shows that the work has begun.
    child.stdout.once('data', () => {
      assert.match(files().join(), /trace\.json\.\d+\.part/)
      child.kill('SIGTERM')
    })
    assert.equal(await ended, 'SIGTERM')
    assert.deepEqual(files(), ['source'])
  })

  it('ends quietly, without a partial output, when nobody reads any more', async () => {
    writeFileSync(join(folder, 'source'), jsonLike(SEED, 2_000_000))
    const child = start(['trace', 'source', '-o', 'trace.json', '--text'])
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    child.stdout.once('data', () => child.stdout.destroy())
    const status = await new Promise((resolve) => child.on('close', resolve))
    assert.deepEqual([status, stderr, files()], [1, '', ['source']])
  })

  it('prints help and version', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
      version: string
    }
    assert.match((await run('--help')).stdout, /^Usage: nxzlib COMMAND[^]*\n {2}trace /)
    assert.equal((await run('--version')).stdout, `nxzlib ${version}\n`)
    assert.match((await run('trace', '--help')).stdout, /^Usage: nxzlib trace FILE/)
  })

  for (const args of [[], ['nothing'], ['toString'], ['--nothing']]) {
    it(`answers '${args.join(' ')}' with the usage on standard error`, async () => {
      const { status, stdout, stderr } = await run(...args)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, /Usage: nxzlib COMMAND/)
    })
  }
})
