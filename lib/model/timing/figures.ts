// SPDX-License-Identifier: MIT
/** A number that the timing rests on. */
export interface Figure {
  readonly value: number
  readonly unit: string
  readonly meaning: string
  /** Published: where. Derived: from which published figures. Assumed: nobody has published it; why this value. */
  readonly basis: 'published' | 'derived' | 'assumed'
  readonly source: string
}

const published = (value: number, unit: string, meaning: string, source: string): Figure => ({
  value,
  unit,
  meaning,
  basis: 'published',
  source,
})
const derived = (value: number, unit: string, meaning: string, source: string): Figure => ({
  ...published(value, unit, meaning, source),
  basis: 'derived',
})
const assumed = (value: number, unit: string, meaning: string, source: string): Figure => ({
  ...published(value, unit, meaning, source),
  basis: 'assumed',
})

/** Every figure of the timing, with its source. UM: IBM's "Power NX gzip user's manual", version 0.91. */
export const FIGURES = {
  compressRate: derived(
    7.25,
    'GB/s',
    'source, history included, that a unit compresses',
    'libnxz samples/simpleapi/README, one POWER9 unit, one thread: 7.15 for generated data, 7.35 for silesia.tar',
  ),
  codedRate: derived(
    2.9,
    'GB/s',
    'compressed data that a unit decompresses; history is restored as fast as plain data is made of it',
    'the same: 8.58 of plain data at a ratio of 3.055 is 2.81, and 7.16 at 2.400 is 2.98',
  ),
  pathBytesPerCycle: published(
    8,
    'B/cycle',
    'path between DMA controller and gzip unit, each way',
    'UM 1, DMA controller',
  ),
  cyclesPerNs: derived(
    2,
    'GHz',
    'clock of the path: above it no rate can be',
    'UM 4.3: up to 16 KB in a microsecond, and 8 bytes a cycle (UM 1)',
  ),
  startUpNs: published(370, 'ns', 'what a lone job takes besides its data', 'UM 4.4.2'),
  fetchNs: assumed(
    100,
    'ns',
    'part of the start-up that is not seen behind another job: fetch of CPB and first source',
    'about one access to memory; UM 6.1 says that it is prefetched, not how long it takes',
  ),
  completeNs: assumed(
    70,
    'ns',
    'part of the start-up that holds the unit after the data: CPB and CSB',
    'two writes to caches; not published',
  ),
  pasteRetryNs: published(
    977,
    'ns',
    'from a refused paste to the next one',
    "libnxz lib/gzip_vas.c: 500 ticks of the 512 MHz timebase, the product's own way of waiting",
  ),
  faultDetectNs: assumed(
    1000,
    'ns',
    'until the unit gives up a page that is not there: table walk and answer of the NMMU',
    'several accesses to memory, one behind the other; not published',
  ),
  interruptNs: assumed(
    3000,
    'ns',
    'from the paste to the fault window to the end of the hard interrupt handler',
    'usual for an interrupt that meets an idle core; not published',
  ),
  handlerWakeNs: assumed(
    11719,
    'ns',
    "until the handler's thread runs",
    'the least that libnxz lib/gzip_vas.c gives for a thread that sleeps and is woken: 6000 ticks of 512 MHz',
  ),
  handlerStepNs: assumed(
    250,
    'ns',
    'a step of the handler: copy an entry, find its window, write the CSB, return a credit',
    'some accesses to memory each; not published',
  ),
  hypervisorCallNs: assumed(
    2000,
    'ns',
    'H_GET_NX_FAULT, on PowerVM',
    'usual for a hypervisor call; not published',
  ),
  touchNs: assumed(100, 'ns', 'touch of a page that is there', 'one access to memory; not published'),
  pageFaultNs: assumed(
    1500,
    'ns',
    'touch of a page that is not there, besides clearing it',
    'usual; not published',
  ),
  clearRate: assumed(10, 'GB/s', 'at which the kernel clears a page', 'usual for one core; not published'),
  openPowernvNs: published(
    71_000,
    'ns',
    'to open and close a window on bare metal, where a call does so',
    'power-gzip issue 104: 1000 times in 0.071 s on POWER9, with a tiny deflate each',
  ),
  openPowervmNs: published(
    33_200_000,
    'ns',
    'to open and close a window in a partition, where a call does so',
    'power-gzip issue 104: 1000 times in 33.2 s on POWER10',
  ),
  callNs: assumed(
    9000,
    'ns',
    "this project's own work for a call",
    'measured with the software engine on x86-64, gunzipSync of 64 bytes without its job; not on POWER',
  ),
  jobNs: assumed(
    3000,
    'ns',
    "this project's own work for a job",
    'measured with the software engine on x86-64, a wrap job of 64 bytes; not on POWER',
  ),
  tableNs: assumed(
    13000,
    'ns',
    'choosing and making a Huffman table from counts',
    'measured on x86-64; not on POWER',
  ),
} as const satisfies Readonly<Record<string, Figure>>

/** The values of the figures. */
export type Timing = Readonly<Record<keyof typeof FIGURES, number>>

/** This project's own work: what a program that costs nothing around the unit has as 0. */
export const NO_SOFTWARE = { callNs: 0, jobNs: 0, tableNs: 0 } as const

/**
 * The figures with some of them replaced.
 *
 * @throws RangeError for a figure that does not exist, and for a value that it cannot have
 */
export function timing(changes: Readonly<Record<string, number>> = {}): Timing {
  const values: Record<string, number> = {}
  for (const [name, { value }] of Object.entries(FIGURES)) values[name] = value
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in FIGURES)) throw new RangeError(`there is no figure ${name}`)
    const isTime = name.endsWith('Ns')
    if (!Number.isFinite(value) || value < 0 || (value === 0 && !isTime)) {
      throw new RangeError(`${name} cannot be ${value}`)
    }
    values[name] = value
  }
  const all = values as unknown as Timing
  if (all.fetchNs + all.completeNs > all.startUpNs) {
    throw new RangeError('fetchNs and completeNs are parts of startUpNs')
  }
  return all
}
