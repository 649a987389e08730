// SPDX-License-Identifier: MIT
import {
  subjectKey,
  type ContenderId,
  type Figure,
  type Head,
  type Results,
  type Subject,
} from '../../bench/results.js'

/** A made-up figure: seconds of each round are elapsed and CPU seconds alike. */
export function figure(
  subject: Partial<Subject>,
  seconds: readonly number[],
  more: Partial<Figure> = {},
): Figure {
  return {
    work: 'compress',
    contender: 'node',
    kind: 'logs',
    size: 'whole',
    level: 6,
    inFlight: 1,
    bytes: 1_000_000,
    packedBytes: 250_000,
    ...subject,
    seconds,
    cpuSeconds: seconds,
    ...more,
  }
}

export const HEAD: Head = {
  date: '2024-01-01T00:00:00.000Z',
  revision: '0123456789ab',
  mode: 'quick',
  only: '',
  machine: 'made up',
  cpu: 'a CPU <of tests> & more',
  cores: 2,
  governor: 'performance',
  load: '0.0 0.0 0.0',
  node: 'v20.0.0',
  zlib: '1.3',
  packages: { pako: '3.0.0' },
  devices: [
    { engine: 'hardware', available: false, reason: 'no NX here' },
    { engine: 'native', available: true },
  ],
  corpusSha256: 'ab'.repeat(32),
}

const SPEEDS: readonly (readonly [ContenderId, number])[] = [
  ['node', 1],
  ['native', 2],
  ['model', 0.5],
  ['pako', 0.3],
]

/** Results of every kind, with speeds that grow with the size and differ by contender. */
export function madeUpResults(): Results {
  const figures = SPEEDS.flatMap(([contender, speed]) => {
    const seconds = (bytes: number) => [1, 1.1, 0.9].map((noise) => ((bytes / 50e6 + 2e-5) / speed) * noise)
    const calls = ([1024, 65536, 'whole'] as const).flatMap((size) => {
      const bytes = size === 'whole' ? 1 << 20 : size
      const sized = { contender, size } as const
      // Slower than node:zlib where there is little to do.
      const own = seconds(bytes).map((value) => value + (contender === 'native' ? 1e-4 : 0))
      return [
        figure(sized, own, { bytes, packedBytes: bytes / 4 }),
        figure({ ...sized, level: 1 }, own, { bytes, packedBytes: bytes / 3 }),
        figure({ ...sized, work: 'decompress' }, own, { bytes, packedBytes: bytes / 4 }),
      ]
    })
    const callbacks = [1, 8, 64].flatMap((inFlight) =>
      (['callback-compress', 'callback-decompress'] as const).map((work) =>
        figure({ contender, work, inFlight, size: 16384, kind: 'corpus' }, seconds(16384), {
          bytes: 16384,
          latencies: [0.2, 0.3].map((value) => [
            value * inFlight,
            value * inFlight * 2,
            value * inFlight * 3,
          ]),
        }),
      ),
    )
    const streams = (['stream-compress', 'stream-decompress'] as const).map((work) =>
      figure({ contender, work, kind: 'mixed', size: 1 << 26 }, seconds(1 << 26), { bytes: 1 << 26 }),
    )
    return [...calls, ...callbacks, ...streams]
  })
  const source = { source: 'generated', bytes: 1 << 20, sha256: 'cd'.repeat(32) }
  return {
    head: HEAD,
    corpus: [{ kind: 'logs', ...source }],
    omissions: ['fflate: left out, </script><b>not installed'],
    failures: [],
    figures,
  }
}

export const keys = (figures: readonly Figure[]) => figures.map(subjectKey)
