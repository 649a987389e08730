// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { csvReport } from '../../bench/report-csv.js'
import { terminalReport } from '../../bench/report-terminal.js'
import { collect, type Measurement } from '../../bench/results.js'
import { verdictTable } from '../../bench/summary.js'
import { formatTable } from '../../bench/table.js'
import { figure, keys, madeUpResults } from './made-up.js'

function measurement(more: Partial<Measurement>): Measurement {
  return {
    work: 'compress',
    contender: 'node',
    kind: 'logs',
    size: 1024,
    level: 6,
    inFlight: 1,
    bytes: 1024,
    packedBytes: 100,
    seconds: 1,
    cpuSeconds: 1,
    ...more,
  }
}

describe('results of trials', () => {
  it('of the same subject are put together, a value for each round', () => {
    const figures = collect([
      [measurement({ seconds: 1 }), measurement({ contender: 'pako' })],
      [measurement({ seconds: 2, latencies: [1, 2, 3] }), measurement({ contender: 'pako' })],
    ])
    assert.equal(figures.length, 2)
    assert.deepEqual(figures[0].seconds, [1, 2])
    assert.deepEqual(figures[0].latencies, [[1, 2, 3]])
    assert.ok(!('peakBytes' in figures[0]))
  })

  it('of different subjects stay apart', () => {
    const different: Partial<Measurement>[] = [
      {},
      { work: 'decompress' },
      { contender: 'pako' },
      { kind: 'JSON' },
      { size: 'whole' },
      { level: 1 },
      { inFlight: 8 },
    ]
    const figures = collect([different.map(measurement)])
    assert.equal(new Set(keys(figures)).size, different.length)
  })
})

describe('tables', () => {
  it('align words left and numbers right, as Markdown', () => {
    const text = formatTable({
      title: 'T',
      columns: ['', 'n', 'word'],
      rows: [
        ['a', '1', 'x'],
        ['bcde', '100', 'yz'],
      ],
      words: [2],
    })
    assert.equal(
      text,
      [
        'T',
        '',
        '|      |   n | word |',
        '|------|----:|------|',
        '| a    |   1 | x    |',
        '| bcde | 100 | yz   |',
      ].join('\n'),
    )
  })
})

describe('the terminal report', () => {
  const report = terminalReport(madeUpResults())

  it('names machine, Node, revision, devices and corpus', () => {
    for (const part of [
      'made up',
      'v20.0.0',
      '0123456789ab',
      'no NX here',
      'ab'.repeat(32),
      'governor performance',
    ])
      assert.ok(report.includes(part), part)
  })

  it('calls software devices software in every row', () => {
    const rows = report.split('\n').filter((line) => /native|model/.test(line) && line.startsWith('|'))
    assert.ok(rows.length > 10)
    for (const row of rows) assert.ok(row.includes('software'), row)
  })

  it('says what is missing and what failed', () => {
    const failed = terminalReport({ ...madeUpResults(), failures: ['gunzip: pako: not what it was'] })
    assert.match(failed, /^MISSING {2}fflate: left out/m)
    assert.match(failed, /^FAILED {3}gunzip: pako/m)
  })

  it('shows demands that were not measured in a run of everything alone', () => {
    const results = { ...madeUpResults(), figures: [] }
    assert.ok(verdictTable(results).rows.length > 0)
    assert.equal(verdictTable({ ...results, head: { ...results.head, only: 'gzip' } }).rows.length, 0)
  })
})

describe('the CSV report', () => {
  it('has a line of names and a line for each figure, with as many cells', () => {
    const { figures } = madeUpResults()
    const lines = csvReport(figures).trimEnd().split('\r\n')
    assert.equal(lines.length, figures.length + 1)
    for (const line of lines) assert.equal(line.split(',').length, lines[0].split(',').length)
  })

  it('has medians and extremes of the rounds', () => {
    const [names, values] = csvReport([figure({}, [3, 1, 2])])
      .split('\r\n')
      .map((line) => line.split(','))
    const of = (name: string) => values[names.indexOf(name)]
    assert.deepEqual(
      ['seconds_least', 'seconds_median', 'seconds_most', 'mb_per_second', 'ratio', 'peak_bytes_median'].map(
        of,
      ),
      ['1', '2', '3', '0.5', '4', ''],
    )
  })

  it('quotes what would end a cell', () => {
    assert.ok(csvReport([figure({ kind: 'a "b", c' }, [1])]).includes('"a ""b"", c"'))
  })
})

describe('the JSON of the results', () => {
  it('keeps the value of every round', () => {
    const results = madeUpResults()
    assert.deepEqual(JSON.parse(JSON.stringify(results)), results)
  })
})
