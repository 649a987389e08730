// SPDX-License-Identifier: MIT
import { PLOT_STYLE } from './plot/style.js'
import { element, escape } from './plot/svg.js'
import type { Table } from './table.js'

const STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#17202a;--muted:#55616e;--line:#dde3ea;--good:#00703c;--bad:#b3261e}
@media (prefers-color-scheme: dark){:root{--page:#14181d;--text:#e6eaef;--muted:#9aa7b4;--line:#2c343d;--good:#4cc38a;--bad:#ff7b72}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:1180px;background:var(--page);color:var(--text);font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.3rem 0}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
p{margin:.3rem 0;max-width:75ch}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:1.6rem 2rem}
figure{margin:0;min-width:0}
figcaption{font-weight:600;margin-bottom:.3rem}
.caption{color:var(--muted);font-size:.87rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.87rem}
th,td{padding:.28rem .7rem .28rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--muted);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.head th{white-space:nowrap}.head td{overflow-wrap:anywhere}
@media (max-width:640px){
.prose thead{display:none}
.prose tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
.prose td{display:block;padding:.05rem 0;border:0}
.prose td:first-child{font-weight:600}
}
.met{color:var(--good);font-weight:600;white-space:nowrap}
.not-met{color:var(--bad);font-weight:600;white-space:nowrap}
`

/** Cells that are verdicts get a colour. */
const VERDICTS: Readonly<Record<string, string>> = { met: 'met', 'NOT met': 'not-met' }

/** A table that scrolls by itself where the page is narrow. */
export function tableHtml({ columns, rows, words = [] }: Table): string {
  const isNumber = (index: number) => index > 0 && !words.includes(index)
  const cells = (name: 'th' | 'td', row: readonly string[]) =>
    row
      .map((cell, index) =>
        element(name, { class: isNumber(index) ? 'number' : VERDICTS[cell] }, escape(cell)),
      )
      .join('')
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      // Words alone fit a phone when they stand one below the other.
      { class: words.length === columns.length - 1 ? 'prose' : undefined },
      element('thead', {}, element('tr', {}, cells('th', columns))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, cells('td', row)))),
    ),
  )
}

/** Names and what they stand for. */
export function pairsHtml(pairs: readonly (readonly [name: string, value: string])[]): string {
  const rows = pairs.map(([name, value]) =>
    element('tr', {}, element('th', {}, escape(name)), element('td', {}, escape(value))),
  )
  return element('table', { class: 'head' }, element('tbody', {}, ...rows))
}

/** A plot with its title above and a remark below. */
export function figureHtml(title: string, svg: string, caption = ''): string {
  const remark = caption && element('p', { class: 'caption' }, escape(caption))
  return element('figure', {}, element('figcaption', {}, escape(title)), svg, remark)
}

/** Plots beside each other where there is room. */
export function plotsHtml(figures: readonly string[]): string {
  return element('div', { class: 'plots' }, ...figures)
}

/** A part of a page: `html` is markup. */
export interface Section {
  readonly title: string
  readonly html: string
}

/**
 * A page that needs no other file.
 *
 * @param intro markup below the title
 * @param data is put into the page as JSON, in the element with the id `results`
 */
export function pageHtml(title: string, intro: string, sections: readonly Section[], data: unknown): string {
  // The end of a script element may not stand in the text of one; "<" within JSON is always in a string.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  const parts = sections.map(({ title: name, html }) =>
    element('section', {}, element('h2', {}, escape(name)), html),
  )
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    element('title', {}, escape(title)),
    `<style>${STYLE}${PLOT_STYLE}</style>`,
    element('h1', {}, escape(title)),
    intro,
    ...parts,
    `<script type="application/json" id="results">${json}</script>`,
    '</html>',
    '',
  ].join('\n')
}
