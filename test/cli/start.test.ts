// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { tourText, type Tour } from '../../lib/cli/tour.js'
import { nxgzip as runProgram, temporaryFolder } from './run-cli.js'

const PROGRAM = join(__dirname, '../../lib/cli/start.js')
const README = resolve(__dirname, '../../../README.md')

const start = async (args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = await runProgram(args, { env }, PROGRAM)
  return { status, stdout: stdout.toString(), stderr }
}

const TOUR: Tour = {
  file: null,
  device: 'native',
  reason: 'hardware: x64 has no NX',
  bytes: 2_000_000,
  compressedBytes: 500_000,
  compress: { jobs: 8, faults: 1, retries: 1, milliseconds: 100 },
  decompress: { jobs: 4, faults: 0, retries: 0, milliseconds: 0 },
  sha256: 'abc',
}

describe('npm start', () => {
  it('says in a few lines what became of the sample, and where to look next', () => {
    assert.deepEqual(tourText(TOUR, false).split('\n'), [
      'file          a generated sample: log lines, JSON, binary records',
      'device        native (software NX in C++); hardware: x64 has no NX',
      'compressed    2000000 -> 500000 bytes, ratio 4.000',
      '              8 jobs, 1 faults, 1 retries, 20.0 MB/s',
      'decompressed  2000000 bytes',
      '              4 jobs, 0 faults, 0 retries, 0.0 MB/s',
      'verified      SHA-256 abc',
      'next          npm run doctor                                       which device this machine uses, and why',
      '              node dist/lib/cli/nxzlib.js trace README.md --text   every step of such jobs',
      '              node examples/one-shot.mjs                           the API in 20 lines; docs/ for more',
      '',
    ])
  })

  it('says how to get the C++ engine where there is none', () => {
    assert.match(tourText({ ...TOUR, device: 'model' }, false), /^next {10}npm run build +the C\+\+ engine/m)
  })

  it('writes in bold for a terminal only', async () => {
    assert(tourText(TOUR, true).startsWith('\u001B[1mfile          \u001B[22ma generated'))
    assert(!(await start([README], { NXZLIB_ENGINE: 'model' })).stdout.includes('\u001B'))
  })

  it('compresses a file, restores it, and prints the same as JSON', async () => {
    const { status, stdout, stderr } = await start([README, '--json'], { NXZLIB_ENGINE: 'model' })
    assert.deepEqual([status, stderr], [0, ''])
    const { file, device, bytes, compressedBytes, compress, sha256 } = JSON.parse(stdout) as Tour
    const content = readFileSync(README)
    assert.deepEqual([file, device, bytes], [README, 'model', content.length])
    assert.equal(sha256, createHash('sha256').update(content).digest('hex'))
    assert(compressedBytes > 0 && compressedBytes < bytes && compress.jobs > 0, stdout)
  })

  it('takes a file with nothing in it', async () => {
    const folder = temporaryFolder()
    const file = join(folder.path, 'empty')
    writeFileSync(file, '')
    const { status, stdout } = await start([file])
    folder.remove()
    assert.equal(status, 0)
    assert.match(stdout, /^compressed {4}0 -> \d+ bytes, ratio 0\.000$/m)
  })

  for (const [args, message] of [
    [['/nowhere'], /ENOENT/],
    [['one', 'two'], /one file at a time/],
    [['--nothing'], /--nothing/],
  ] as const) {
    it(`fails with a message for ${args.join(' ')}`, async () => {
      const { status, stdout, stderr } = await start([...args])
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, message)
    })
  }

  it('prints its help', async () => {
    const { status, stdout } = await start(['--help'])
    assert.equal(status, 0)
    assert.match(stdout, /^Usage: npm start/)
  })
})
