// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { publishedPoints, resumeEfficiency } from '../../../bench/modelled/published-points.js'

/** What was published, and where; the model has to come within a tenth of it. */
const PUBLISHED: Readonly<Record<string, readonly [value: number, source: string]>> = {
  'compress, generated data': [7.15, 'libnxz samples/simpleapi/README, GB/s of one POWER9 unit'],
  'compress, silesia.tar': [7.35, 'libnxz samples/simpleapi/README'],
  'decompress, generated data': [8.58, 'libnxz samples/simpleapi/README'],
  'decompress, silesia.tar': [7.16, 'libnxz samples/simpleapi/README'],
  'compress, two units': [14.3, 'libnxz samples/simpleapi/README: two threads on two sockets, 7.15 each'],
  'decompress, two units': [17.16, 'libnxz samples/simpleapi/README: 8.58 each'],
  'half the rate of a z15': [7, 'ISCA 2020: 280 GB/s of 20 chips, each twice as fast as a POWER9'],
  'start-up': [370, 'UM 4.4.2, ns'],
  'move in a microsecond': [16, 'UM 4.3, KB'],
  'break-even with one core': [100, 'UM 4.4.2, bytes'],
  'efficiency at a limit of 64 KiB': [50, 'UM 4.4.1, percent'],
  'efficiency at a limit of 1 MiB': [97, 'UM 4.4.1, percent'],
  '1000 windows, bare metal': [0.071, 'power-gzip issue 104, seconds'],
  '1000 windows, partition': [33.2, 'power-gzip issue 104, seconds'],
}

describe('the model against what was published', () => {
  const points = publishedPoints()

  it('has an answer to each figure', () => {
    assert.deepEqual(
      points.map(({ name }) => name),
      Object.keys(PUBLISHED),
    )
  })

  for (const [name, [value, source]] of Object.entries(PUBLISHED)) {
    it(`comes within a tenth of ${value} for ${name} (${source})`, () => {
      const { modelled } = points.find((point) => point.name === name)!
      assert.ok(Math.abs(modelled / value - 1) < 0.1, `${modelled} instead of ${value}`)
    })
  }

  it('loses (H - 32)/H to history, exactly, at every limit of H KiB (UM 4.4.1)', () => {
    for (const kib of [48, 64, 128, 256, 512, 1024, 4096]) {
      const error = resumeEfficiency(kib * 1024) - (kib - 32) / kib
      assert.ok(Math.abs(error) < 1e-9, `${kib} KiB: ${error}`)
    }
  })
})
