// SPDX-License-Identifier: MIT
import { cpuChart, latencyChart, ratioChart, throughputChart } from './charts.js'
import { figureHtml, pageHtml, pairsHtml, plotsHtml, tableHtml, type Section } from './page.js'
import { drawBars, type BarChart } from './plot/bars.js'
import { drawChart, type Chart } from './plot/chart.js'
import { element, escape } from './plot/svg.js'
import { corpusTable } from './report-terminal.js'
import type { Figure, Results } from './results.js'
import { headLines, NOTES, summaryTables, verdictTable } from './summary.js'

const hasPoints = ({ series }: Chart) => series.some(({ points }) => points.length > 0)

function chartFigures(charts: readonly { chart: Chart; caption?: string }[]): string[] {
  return charts
    .filter(({ chart }) => hasPoints(chart))
    .map(({ chart, caption }) => figureHtml(chart.title, drawChart(chart), caption))
}

function barFigures(charts: readonly BarChart[]): string[] {
  return charts.filter(({ bars }) => bars.length > 0).map((chart) => figureHtml(chart.title, drawBars(chart)))
}

/** The sections with plots; one without data is left out. */
function plotSections(figures: readonly Figure[]): Section[] {
  const sections: [string, string[]][] = [
    [
      'Throughput by size',
      chartFigures([throughputChart(figures, 'compress'), throughputChart(figures, 'decompress')]),
    ],
    ['Ratio against speed', chartFigures([{ chart: ratioChart(figures) }])],
    [
      'CPU time',
      barFigures([
        cpuChart(figures, 'gzip of whole files, default level', 'compress', 'corpus'),
        cpuChart(figures, 'gunzip of whole files', 'decompress', 'corpus'),
        cpuChart(figures, 'gzip stream', 'stream-compress', 'mixed'),
        cpuChart(figures, 'gunzip stream', 'stream-decompress', 'mixed'),
      ]),
    ],
    [
      'Latency by concurrency',
      chartFigures(
        (['callback-compress', 'callback-decompress'] as const).flatMap((work) =>
          ([50, 99] as const).map((percentile) => ({ chart: latencyChart(figures, work, percentile) })),
        ),
      ),
    ],
  ]
  return sections
    .filter(([, plots]) => plots.length > 0)
    .map(([title, plots]) => ({ title, html: plotsHtml(plots) }))
}

function linesHtml(lines: readonly string[]): string {
  return element('ul', {}, ...lines.map((line) => element('li', {}, escape(line))))
}

/** All results as one page, with the plots, the tables and the results themselves in it. */
export function htmlReport(results: Results): string {
  const { head, figures, omissions, failures } = results
  const tables = summaryTables(results).map((table) => ({ title: table.title, html: tableHtml(table) }))
  const sections: Section[] = [
    { title: 'Failures', html: failures.length > 0 ? linesHtml(failures) : '' },
    { title: 'Demands', html: tableHtml(verdictTable(results)) },
    ...plotSections(figures),
    ...tables,
    { title: 'Corpus', html: tableHtml(corpusTable(results)) },
    { title: 'Missing', html: omissions.length > 0 ? linesHtml(omissions) : '' },
  ]
  const intro = pairsHtml(headLines(head)) + NOTES.map((note) => element('p', {}, escape(note))).join('')
  return pageHtml(
    'nxzlib: benchmark',
    intro,
    sections.filter(({ html }) => html !== ''),
    results,
  )
}
