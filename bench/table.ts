// SPDX-License-Identifier: MIT
/** A table of text: its first column is aligned left, the others right unless they are named. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns besides the first whose cells are words. */
  readonly words?: readonly number[]
}

/** The table as aligned lines that are Markdown too. */
export function formatTable({ title, columns, rows, words = [] }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, 3, ...rows.map((row) => (row[index] ?? '').length)),
  )
  const isLeft = (index: number) => index === 0 || words.includes(index)
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (isLeft(index) ? (cells[index] ?? '').padEnd(width) : (cells[index] ?? '').padStart(width))).join(' | ')} |`
  const rule = `|${widths.map((width, index) => (isLeft(index) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [title, '', line(columns), rule, ...rows.map(line)].join('\n')
}
