// SPDX-License-Identifier: MIT
import type { Figure } from './results.js'
import { median, spread } from './statistics.js'

/** The columns, and the value of a figure in each; undefined: none. Times in seconds a call, throughput in 10^6 bytes a second. */
const COLUMNS: readonly (readonly [name: string, value: (figure: Figure) => string | number | undefined])[] =
  [
    ['work', ({ work }) => work],
    ['contender', ({ contender }) => contender],
    ['kind', ({ kind }) => kind],
    ['size', ({ size }) => size],
    ['level', ({ level }) => level],
    ['in_flight', ({ inFlight }) => inFlight],
    ['bytes', ({ bytes }) => bytes],
    ['packed_bytes', ({ packedBytes }) => packedBytes],
    ['ratio', ({ bytes, packedBytes }) => bytes / packedBytes],
    ['rounds', ({ seconds }) => seconds.length],
    ['seconds_median', ({ seconds }) => median(seconds)],
    ['seconds_least', ({ seconds }) => spread(seconds)[0]],
    ['seconds_most', ({ seconds }) => spread(seconds)[1]],
    ['cpu_seconds_median', ({ cpuSeconds }) => median(cpuSeconds)],
    ['cpu_seconds_least', ({ cpuSeconds }) => spread(cpuSeconds)[0]],
    ['cpu_seconds_most', ({ cpuSeconds }) => spread(cpuSeconds)[1]],
    ['mb_per_second', ({ bytes, seconds }) => bytes / 1e6 / median(seconds)],
    ['mb_per_cpu_second', ({ bytes, cpuSeconds }) => bytes / 1e6 / median(cpuSeconds)],
    ...[50, 95, 99].map(
      (percent, index) =>
        [
          `latency_ms_p${percent}`,
          ({ latencies }: Figure) => latencies && median(latencies.map((values) => values[index])),
        ] as const,
    ),
    ['peak_bytes_median', ({ peakBytes }) => peakBytes && median(peakBytes)],
    ['margin_percent', ({ margin }) => margin && median(margin.map(([rme]) => rme))],
  ]

/** A cell as RFC 4180 has it. */
function cell(value: string | number | undefined): string {
  const content = String(value ?? '')
  return /[",\r\n]/.test(content) ? `"${content.replaceAll('"', '""')}"` : content
}

/** The figures as CSV with a line of names, a line each. */
export function csvReport(figures: readonly Figure[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...figures.map((figure) => COLUMNS.map(([, value]) => value(figure))),
  ]
  return lines.map((line) => line.map(cell).join(',') + '\r\n').join('')
}
