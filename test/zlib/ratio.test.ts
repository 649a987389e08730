// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { deflateRawSync } from '../../lib/index.js'
import { mixedCorpus } from '../support/corpus.js'

/** Sizes of every file of the corpus at some levels, and in total. */
function sizes(compress: (bytes: Uint8Array, level: number) => Uint8Array, levels: readonly number[]) {
  const table = levels.map((level) => corpus.map(({ bytes }) => compress(bytes, level).length))
  return table.map((row) => ({ files: row, total: row.reduce((sum, size) => sum + size, 0) }))
}

const corpus = mixedCorpus()

function show(rows: Readonly<Record<string, { files: number[]; total: number }>>): string {
  const names = ['file', ...Object.keys(rows)]
  const lines = corpus.map(({ name }, file) => [name, ...Object.values(rows).map((row) => row.files[file])])
  const total = ['total', ...Object.values(rows).map((row) => row.total)]
  return [names, ...lines, total]
    .map((line) => line.map((cell, index) => String(cell)[index === 0 ? 'padEnd' : 'padStart'](20)).join(''))
    .join('\n')
}

describe('compressed size of the mixed corpus', () => {
  const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9]

  it('at the default level within 12% of node:zlib at level 6, and within 25% for each file', () => {
    const [mine] = sizes((bytes) => deflateRawSync(bytes), [6])
    const [control] = sizes((bytes) => zlib.deflateRawSync(bytes), [6])
    const table = show({ nxzlib: mine, 'node:zlib level 6': control })
    assert(mine.total <= control.total * 1.12, `\n${table}`)
    mine.files.forEach((size, file) => {
      assert(size <= control.files[file] * 1.25, `${corpus[file].name}\n${table}`)
    })
  })

  it('no level from 2 on makes more than level 1', () => {
    const rows = sizes((bytes, level) => deflateRawSync(bytes, { level }), LEVELS)
    const table = show(Object.fromEntries(rows.map((row, index) => [`level ${LEVELS[index]}`, row])))
    for (const row of rows.slice(1)) assert(row.total <= rows[0].total, `\n${table}`)
  })

  it('level 9 makes no more than level 6, and level 6 no more than level 3', () => {
    const [three, six, nine] = sizes((bytes, level) => deflateRawSync(bytes, { level }), [3, 6, 9])
    const table = show({ 'level 3': three, 'level 6': six, 'level 9': nine })
    assert(nine.total <= six.total && six.total <= three.total, `\n${table}`)
  })
})
