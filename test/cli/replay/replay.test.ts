// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { withAddon } from '../../native/addon.js'

const ROOT = join(__dirname, '../../../..')
const PROGRAM = 'dist/lib/cli/nxzlib.js'

/** A program that is served wrongly once, in a process whose jobs are recorded. */
const TROUBLED = `
  const { gzipSync } = require('./dist/lib/index.js')
  gzipSync(Buffer.from('to be compressed, and compressed once more '.repeat(50)))
`

describe('nxzlib replay', () => {
  withAddon()
  const dir = mkdtempSync(join(tmpdir(), 'nxzlib-replay-'))
  after(() => {
    rmSync(dir, { recursive: true })
  })

  const replay = (args: string[], root = ROOT) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'replay', ...args], {
      cwd: root,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }
  let file: string
  before(() => {
    const env = {
      ...process.env,
      NXZLIB_ENGINE: 'native',
      NXZLIB_THRESHOLD: '0',
      NXZLIB_VERIFY: '1',
      NXZLIB_INJECT: 'flip=1-2 seed=4',
      NXZLIB_RECORD: dir,
    }
    assert.equal(spawnSync(process.execPath, ['-e', TROUBLED], { cwd: ROOT, env }).status, 0)
    const [name] = readdirSync(dir)
    file = join(dir, name)
  })

  it('shows that a recorded job with a wrong bit comes out right, on either software device', () => {
    for (const device of ['native', 'model']) {
      const { status, stdout } = replay([file, '--device', device])
      assert.equal(status, 1)
      assert.match(stdout, new RegExp(`^replayed +on ${device}$`, 'm'))
      assert.match(stdout, /^ {2}csb\.cc +0 +0 /m)
      assert.match(stdout, /^\* target .*1 bytes differ/m)
      assert.match(stdout, /^recorded +its output does NOT restore the data/m)
      assert.match(stdout, /^replayed +its output restores the data$/m)
    }
  })

  it('shows the same difference in another folder', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'nxzlib-elsewhere-'))
    try {
      cpSync(join(ROOT, 'dist/lib'), join(elsewhere, 'dist/lib'), { recursive: true })
      cpSync(join(ROOT, 'package.json'), join(elsewhere, 'package.json'))
      assert.equal(
        replay([file, '--device=model'], elsewhere).stdout,
        replay([file, '--device=model']).stdout,
      )
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  })

  it('ends with 0 where a job comes out as recorded', () => {
    const record = JSON.parse(replay([file, '--json']).stdout) as { comparison: { isSame: boolean } }
    assert.equal(record.comparison.isSame, false)
    const text = readFileSync(file, 'utf8')
    const { target } = JSON.parse(text) as { target: { bytes: number }[] }
    assert.ok(target[0].bytes > 0)
    const copies = spawnSync(
      process.execPath,
      [
        '-e',
        `const { openDevice, record, FC } = require('./dist/lib/nx.js')
         record({ dir: ${JSON.stringify(dir)}, jobs: 'all' })
         openDevice({ engine: 'model' }).openWindow().runSync({
           fc: FC.COMPRESS_FHT_COUNT, source: Buffer.from('the same, the same'), target: new Uint8Array(99) })`,
      ],
      { cwd: ROOT, encoding: 'utf8' },
    )
    assert.equal(copies.status, 0, copies.stderr)
    const [other] = readdirSync(dir).filter((name) => join(dir, name) !== file)
    const { status, stdout } = replay([join(dir, other), '--device', 'native'])
    assert.equal(status, 0, stdout)
    assert.match(stdout, /The replay came out the same\.$/m)
  })

  const BROKEN: Readonly<Record<string, (text: string) => string>> = {
    'that is no JSON': () => 'no record',
    'of another version': (text) => text.replace('"version": 1', '"version": 2'),
    'whose CRB is cut off': (text) => text.replace(/"crb": "..../, '"crb": "'),
    'whose data does not have its digest': (text) => text.replace(/"sha256": "./, '"sha256": "x'),
  }
  for (const [kind, damage] of Object.entries(BROKEN)) {
    it(`refuses a file ${kind}`, () => {
      const broken = join(dir, 'broken.json')
      writeFileSync(broken, damage(readFileSync(file, 'utf8')))
      const { status, stderr } = replay([broken])
      rmSync(broken)
      assert.equal(status, 2)
      assert.match(stderr, /^nxzlib replay: .*the job record is of no use/)
    })
  }

  for (const args of [[], ['one', 'two'], ['--device', 'node', 'x'], ['--unknown', 'x']]) {
    it(`refuses the arguments ${JSON.stringify(args)}`, () => {
      const { status, stderr } = replay(args)
      assert.equal(status, 2)
      assert.match(stderr, /Try 'nxzlib replay --help'/)
    })
  }

  it('names a file that is not there', () => {
    const { status, stderr } = replay([join(dir, 'absent.json')])
    assert.equal(status, 2)
    assert.match(stderr, /absent\.json: no such file or directory/)
  })
})
