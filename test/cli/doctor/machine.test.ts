// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { deviceFileReport, platformReport } from '../../../lib/cli/doctor/machine.js'
import { PARTITION } from './reports.js'

describe('what doctor finds on the machine', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-doctor-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  function write(path: string, content: string): string {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  it('a device file that opens, with mode and owner', () => {
    const path = write('nx-gzip', '')
    chmodSync(path, 0o640)
    const { owner, ...rest } = deviceFileReport(path)
    assert.deepEqual(rest, { path, exists: true, mode: '0640', usable: true, error: null })
    assert.match(owner ?? '', /^[^:]+:[^:]+$/)
    if (process.getuid?.() === 0) assert.equal(owner?.split(':')[0], 'root')
  })

  it('no device file', () => {
    const path = join(folder, 'missing')
    assert.deepEqual(deviceFileReport(path), {
      path,
      exists: false,
      mode: null,
      owner: null,
      usable: false,
      error: 'ENOENT',
    })
  })

  it('a device file that is there and does not open, by the error of opening it', () => {
    const { exists, usable, error } = deviceFileReport(folder)
    assert.deepEqual([exists, usable, error], [true, false, 'EISDIR'])
  })

  it('a device file that this user may not open', function () {
    if (process.getuid?.() === 0) this.skip()
    const path = write('nx-gzip', '')
    chmodSync(path, 0o400)
    const { exists, mode, usable, error } = deviceFileReport(path)
    assert.deepEqual([exists, mode, usable, error], [true, '0400', false, 'EACCES'])
  })

  it('a partition, with credits and limits', () => {
    const capabilities = 'sys/devices/vio/ibm,compression-v1/nx_gzip_caps'
    const credits = 'sys/devices/virtual/misc/vas/vas0/gzip'
    write('proc/powerpc/lparcfg', '')
    write(`${capabilities}/req_max_processed_len`, '1048576\n')
    write(`${capabilities}/min_compress_len`, '32768\n')
    write(`${capabilities}/min_decompress_len`, '32768\n')
    write(`${credits}/default_capabilities/nr_total_credits`, '320\n')
    write(`${credits}/default_capabilities/nr_used_credits`, '12\n')
    write(`${credits}/qos_capabilities/nr_total_credits`, '0\n')
    write(`${credits}/qos_capabilities/nr_used_credits`, '0\n')
    assert.deepEqual(platformReport(folder), PARTITION)
  })

  it('a machine that tells nothing: null for all', () => {
    assert.deepEqual(platformReport(folder), {
      kind: null,
      chips: [],
      credits: { default: null, qos: null },
      jobLimit: null,
      minCompress: null,
      minDecompress: null,
    })
  })
})
