// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseJobRecord, type JobRecord } from '../../lib/job/job-record.js'
import { record, recordingStatus } from '../../lib/job/recording.js'
import { FC, NxUsageError, openDevice, type Job } from '../../lib/nx.js'
import { textLike } from '../support/data.js'

const data = textLike(90, 500)
const copyJob = (): Job => ({ fc: FC.WRAP, source: data, target: new Uint8Array(500) })
const badJob = (): Job => ({
  fc: FC.DECOMPRESS,
  source: Uint8Array.of(0xff, 0xff),
  target: new Uint8Array(50),
})

describe('record', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'nxzlib-record-'))
  })
  afterEach(() => {
    record(false)
    rmSync(dir, { recursive: true })
  })

  const open = (inject = '', timeout = 60_000) =>
    openDevice({ engine: 'model', inject }).openWindow({ timeout })
  const files = () => readdirSync(dir).map((name) => join(dir, name))
  const records = (): JobRecord[] => files().map((file) => parseJobRecord(readFileSync(file, 'utf8')))

  it('keeps a job that ends with a completion code that is not of every day', () => {
    record({ dir })
    const window = open()
    window.runSync(copyJob())
    window.runSync(badJob())
    const [{ reason, engine, crb, csb }, ...others] = records()
    assert.equal(others.length, 0)
    // UM table 6-8: BTYPE 3 is CC=66. The CRB's FC is in byte 3, the CSB's V in byte 0 and CC in byte 2.
    assert.deepEqual([reason, engine], ['CC=66', 'model'])
    assert.equal(crb.slice(0, 8), '00000010')
    assert.equal(csb.slice(0, 6), '800042')
  })

  it('keeps a job that met a page fault, with the addresses', () => {
    record({ dir })
    open('fault=0-1').runSync(copyJob())
    const [{ reason, faults, attempts }] = records()
    assert.deepEqual([reason, faults.length, attempts], ['fault', 1, 2])
    assert.match(faults[0], /^0x[0-9a-f]+$/)
  })

  it('keeps a job that timed out, with the error', () => {
    record({ dir })
    assert.throws(() => open('hang=0-1', 5).runSync(copyJob()))
    const [{ reason, error, csb }] = records()
    assert.deepEqual([reason, error?.code, csb.slice(0, 2)], ['error', 'ERR_NX_TIMEOUT', '00'])
  })

  it('keeps every job if that is asked for, source and target with their data', () => {
    record({ dir, jobs: 'all' })
    open().runSync(copyJob())
    const [{ reason, source, target }] = records()
    assert.equal(reason, 'all')
    assert.deepEqual(new Uint8Array(Buffer.from(source[0].data!, 'base64')), data)
    assert.deepEqual(target[0], source[0])
  })

  it('keeps digests only if data is not wanted', () => {
    record({ dir, jobs: 'all', data: false })
    open().runSync({ ...copyJob(), source: new TextEncoder().encode('abc') })
    const [{ source }] = records()
    // FIPS 180-4's example for SHA-256.
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.deepEqual(source, [{ bytes: 3, sha256 }])
  })

  it('writes files that nobody else may read', () => {
    record({ dir })
    open().runSync(badJob())
    assert.equal(statSync(files()[0]).mode & 0o777, 0o600)
  })

  it('stops after max files', () => {
    record({ dir, max: 2 })
    const window = open()
    for (let count = 0; count < 5; count++) window.runSync(badJob())
    assert.equal(files().length, 2)
    assert.deepEqual([...recordingStatus()!.files].sort(), files().sort())
  })

  it('ends when a file cannot be written, and disturbs no job', () => {
    record({ dir: join(dir, 'absent') })
    assert.equal(open().runSync(badJob()).csb.cc, 66)
    assert.match(String(recordingStatus()?.error), /ENOENT/)
  })

  it('writes nothing unasked', () => {
    open().runSync(badJob())
    assert.deepEqual([files(), recordingStatus()], [[], undefined])
  })

  for (const options of [
    { dir: '' },
    { dir: 'x', max: 0 },
    { dir: 'x', jobs: 'some' },
    { dir: 'x', data: 1 },
  ]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => {
        record(options as never)
      }, NxUsageError)
    })
  }
})
