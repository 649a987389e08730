// SPDX-License-Identifier: MIT
import type { Contents } from './decompress-file.js'
import { restoredName } from './decompress-file.js'
import type { Input } from './input.js'
import { besides, plainName, type FileName } from './names.js'
import type { Options } from './options.js'
import { ratio } from './ratio.js'

/** Width of a number of bytes. */
const NUMBER_WIDTH = 19

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Month, day, hour and minute, in local time. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = String(date.getDate()).padStart(3)
  return `${MONTHS[date.getMonth()]}${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The table of -l, line by line. */
export class Listing {
  readonly #options: Options
  #rows = 0
  #plain = 0
  #compressed = 0
  #overhead = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** A file's line, and before the first one the heading. */
  row(input: Input, { head, plain, overhead, crc }: Contents): string {
    const { verbose, withName, quiet } = this.#options
    const heading = this.#rows === 0 && !quiet ? this.#heading() : ''
    this.#rows++
    this.#plain += plain
    this.#compressed += input.bytes
    this.#overhead = overhead
    const stored = withName && head ? head.mtime : 0
    const mtime =
      stored > 0 ? stored : input.stat.isFile() ? Math.floor(Number(input.stat.mtimeMs) / 1000) : 0
    const details = verbose > 0 ? `defla ${crc.toString(16).padStart(8, '0')} ${dateText(mtime)} ` : ''
    const restored = withName ? restoredName(head) : undefined
    return `${heading}${details}${numbers(input.bytes, plain, overhead)} ${this.#name(input, restored)}\n`
  }

  /** The line for all files, if there was more than one to list. */
  totals(): string {
    const { verbose, quiet, files } = this.#options
    if (this.#rows === 0 || files.length < 2 || quiet) return ''
    const indent = verbose > 0 ? ' '.repeat('defla 00000000 Jan  1 00:00 '.length) : ''
    // gzip 1.12 takes the last file's header and trailer for those of all.
    return `${indent}${numbers(this.#compressed, this.#plain, this.#overhead)} (totals)\n`
  }

  #heading(): string {
    const details = this.#options.verbose > 0 ? 'method  crc     date  time  ' : ''
    const columns = ['compressed', 'uncompressed'].map((title) => title.padStart(NUMBER_WIDTH)).join(' ')
    return `${details}${columns}  ratio uncompressed_name\n`
  }

  #name(input: Input, restored: FileName | undefined): FileName {
    if (input.isStandardInput) return restored ?? 'stdout'
    if (restored !== undefined) return besides(restored, input.name)
    return plainName(input.name, this.#options.suffix) ?? input.name
  }
}

function numbers(compressed: number, plain: number, overhead: number): string {
  const columns = [compressed, plain].map((value) => String(value).padStart(NUMBER_WIDTH)).join(' ')
  return `${columns} ${ratio(plain, compressed, overhead)}`
}
