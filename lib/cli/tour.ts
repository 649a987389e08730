// SPDX-License-Identifier: MIT
import type { CallInfo } from '../job/call-jobs.js'

/** What became of a file: `npm start -- --json` prints this. */
export interface Tour {
  /** Null: the generated sample. */
  readonly file: string | null
  /** What executed the jobs, and why it was not the device that should have. */
  readonly device: CallInfo['engine']
  readonly reason: string | null
  readonly bytes: number
  readonly compressedBytes: number
  readonly compress: Half
  readonly decompress: Half
  /** Of the file, and of what was restored: they are the same. */
  readonly sha256: string
}

/** One way of it. */
export interface Half {
  readonly jobs: number
  readonly faults: number
  readonly retries: number
  readonly milliseconds: number
}

/** What executed the jobs, in words that cannot be mistaken for hardware. */
const DEVICE: Readonly<Record<Tour['device'], string>> = {
  hardware: 'hardware (the NX unit)',
  native: 'native (software NX in C++)',
  model: 'model (software NX in TypeScript)',
  node: "node (Node's own zlib)",
}

/** Columns of the labels, and of the commands among where to look next. */
const LABEL_WIDTH = 14
const COMMAND_WIDTH = 52

const SAMPLE = 'a generated sample: log lines, JSON, binary records'

/** Where to look next: what to type, and what it shows. */
function nextSteps({ file, device }: Tour): readonly (readonly [string, string])[] {
  const nxzlib = 'node dist/lib/cli/nxzlib.js'
  return [
    ...(device === 'model' ? [['npm run build', 'the C++ engine, which is faster'] as const] : []),
    ['npm run doctor', 'which device this machine uses, and why'],
    [`${nxzlib} trace ${file ?? 'README.md'} --text`, 'every step of such jobs'],
    ['node examples/one-shot.mjs', 'the API in 20 lines; docs/ for more'],
  ]
}

/** Bold, where the terminal takes colours. */
const bold = (text: string, colours: boolean): string => (colours ? `\u001B[1m${text}\u001B[22m` : text)

/** The result in a few lines. @param colours whether the reader is a terminal that shows them */
export function tourText(tour: Tour, colours: boolean): string {
  const { file, device, reason, bytes, compressedBytes, compress, decompress, sha256 } = tour
  const ratio = compressedBytes === 0 ? 0 : bytes / compressedBytes
  const rows: (readonly [string, string])[] = [
    ['file', file ?? SAMPLE],
    ['device', reason === null ? DEVICE[device] : `${DEVICE[device]}; ${reason}`],
    ['compressed', `${bytes} -> ${compressedBytes} bytes, ratio ${ratio.toFixed(3)}`],
    ['', halfText(compress, bytes)],
    ['decompressed', `${bytes} bytes`],
    ['', halfText(decompress, bytes)],
    ['verified', `SHA-256 ${sha256}`],
    ...nextSteps(tour).map(
      ([command, shows], index) =>
        [index === 0 ? 'next' : '', `${command.padEnd(COMMAND_WIDTH)} ${shows}`] as const,
    ),
  ]
  return rows.map(([label, text]) => `${bold(label.padEnd(LABEL_WIDTH), colours)}${text}\n`).join('')
}

function halfText({ jobs, faults, retries, milliseconds }: Half, bytes: number): string {
  const speed = milliseconds === 0 ? 0 : bytes / 1e6 / (milliseconds / 1e3)
  return `${jobs} jobs, ${faults} faults, ${retries} retries, ${speed.toFixed(1)} MB/s`
}
