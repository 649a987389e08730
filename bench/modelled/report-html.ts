// SPDX-License-Identifier: MIT
import { drawChart, type Chart } from '../plot/chart.js'
import { short } from '../plot/format.js'
import { PLOT_STYLE } from '../plot/style.js'
import { element, escape } from '../plot/svg.js'
import {
  AXIS_NAME,
  figureRows,
  formatX,
  LABEL,
  noteOf,
  pointRows,
  sweepRows,
  type Report,
} from './report-text.js'
import type { Sweep } from './sweeps.js'

const PAGE_STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#1c1e21;--muted:#5d6570;--line:#dfe3e8}
@media (prefers-color-scheme: dark){:root{--page:#15181c;--text:#e6e8eb;--muted:#9aa4b0;--line:#333a43}}
body{margin:0 auto;padding:16px;max-width:1180px;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:22px;margin:8px 0}h2{font-size:18px;margin:28px 0 8px}h3{font-size:15px;margin:12px 0 4px}
.grid-of-plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(340px,100%),1fr));gap:20px}
.label{color:var(--muted);font-size:13px;margin:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;margin:6px 0}
th,td{text-align:left;vertical-align:top;padding:3px 10px 3px 0;border-bottom:1px solid var(--line)}
.numbers td:not(:last-child),.numbers th{text-align:right}
.numbers th{font-weight:500;max-width:110px}
summary{cursor:pointer;color:var(--muted);font-size:13px}
`

function table(rows: readonly (readonly string[])[], className = ''): string {
  const row = (cells: readonly string[], name: 'th' | 'td') =>
    element('tr', {}, ...cells.map((cell) => element(name, {}, escape(cell))))
  const [head, ...body] = rows
  const content =
    element('thead', {}, row(head, 'th')) + element('tbody', {}, ...body.map((one) => row(one, 'td')))
  return element('div', { class: 'scroll' }, element('table', { class: className || undefined }, content))
}

function chartOf({ axis, title, series }: Sweep): Chart {
  return {
    title: `${title}, ${LABEL}`,
    x: { label: `${AXIS_NAME[axis]} (${LABEL})`, kind: 'log2', format: (x) => formatX(axis, x) },
    y: { label: 'GB/s of plain data, modelled', kind: 'linear', fromZero: true, format: short },
    series: series.map(({ name, points }, colour) => ({
      name,
      colour,
      isDashed: true,
      points: points.map(({ x, outcome }) => ({
        x,
        y: outcome.throughput,
        title: `${name}, ${formatX(axis, x)}: ${short(outcome.throughput)} GB/s, modelled`,
      })),
    })),
  }
}

function section(sweep: Sweep): string {
  return element(
    'section',
    {},
    element('h3', {}, escape(sweep.title)),
    element('p', { class: 'label' }, escape(noteOf(sweep))),
    drawChart(chartOf(sweep)),
    element('details', {}, element('summary', {}, 'numbers'), table(sweepRows(sweep), 'numbers')),
  )
}

/** The whole report as a page that needs nothing else. */
export function reportHtml({ figures, points, sweeps }: Report): string {
  const title = 'POWER NX gzip: modelled throughput'
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${title}</title><style>${PAGE_STYLE}${PLOT_STYLE}</style></head><body>`,
    `<h1>${title}</h1>`,
    `<p><strong>Everything here is ${LABEL}.</strong> It is a simulation of the unit, its switchboard and this project's`,
    'driver on published figures and stated assumptions; no hardware was there. Dashed lines and hollow markers say so',
    'in each plot. GB/s are 10<sup>9</sup> bytes of plain data a second; the axis below each plot is logarithmic.</p>',
    '<h2>Published figures and the model</h2>',
    '<p class="label">Input: the timing rests on this figure, so meeting it proves little.</p>',
    table(pointRows(points)),
    ...(['powernv', 'powervm'] as const).map((platform) => {
      const own = sweeps.filter((sweep) => sweep.platform === platform)
      const name = platform === 'powernv' ? 'Bare metal (powernv)' : 'Partition (powervm)'
      return `<h2>${name}</h2><div class="grid-of-plots">${own.map(section).join('')}</div>`
    }),
    '<h2>What the timing rests on</h2>',
    table(figureRows(figures)),
    '</body></html>',
    '',
  ].join('\n')
}
