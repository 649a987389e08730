// SPDX-License-Identifier: MIT
import type { Results } from './results.js'
import { headLines, NOTES, summaryTables, verdictTable } from './summary.js'
import { formatTable, type Table } from './table.js'

/** The corpus as a table; a digest's first digits are enough to compare by eye. */
export function corpusTable({ corpus }: Results): Table {
  return {
    title: 'Corpus',
    columns: ['kind', 'source', 'bytes', 'SHA-256'],
    rows: corpus.map(({ kind, source, bytes, sha256 }) => [kind, source, String(bytes), sha256.slice(0, 16)]),
    words: [1, 3],
  }
}

/** All results as text: what was measured, what is missing, and the verdicts last. */
export function terminalReport(results: Results): string {
  const head = headLines(results.head).map(([name, value]) => `${`${name}:`.padEnd(10)}${value}`)
  const tables = [corpusTable(results), ...summaryTables(results), verdictTable(results)]
  const missing = results.omissions.map((line) => `MISSING  ${line}`)
  const failed = results.failures.map((line) => `FAILED   ${line}`)
  return [[...head, ...NOTES].join('\n'), ...tables.map(formatTable), [...missing, ...failed].join('\n')]
    .filter((part) => part.length > 0)
    .join('\n\n')
}
