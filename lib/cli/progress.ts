// SPDX-License-Identifier: MIT
/** Milliseconds before anything is shown: what is done sooner needs no progress. Raising it hides more short waits. */
const DELAY_MILLISECONDS = 1000

/** Milliseconds between two updates. Lower flickers, higher jerks. */
const INTERVAL_MILLISECONDS = 100

/** Columns below which a bar says nothing. */
const SMALLEST_BAR = 10

const ERASE_LINE = '\r\x1b[K'

/** How far a file is. */
export interface Advance {
  /** Bytes of input read. */
  readonly bytes: number
  /** Bytes of input in all, if known. */
  readonly total: number | undefined
  readonly milliseconds: number
}

/** Where progress is shown. */
export interface Terminal {
  /** Width of a line. */
  readonly columns: number
  write(text: string): void
}

/** Bytes in at most four digits and a binary unit. */
function amount(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  let value = bytes
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1024
  return (unit === 0 ? String(Math.round(value)) : value.toPrecision(3)) + units[unit]
}

/** Hours, minutes and seconds. */
function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

function figures({ bytes, milliseconds }: Advance): string {
  const rate = milliseconds > 0 ? (bytes * 1000) / milliseconds : 0
  return `${amount(bytes)} ${clock(milliseconds)} [${amount(rate)}/s]`
}

function share({ bytes, total }: Advance): number | undefined {
  return total === undefined || total === 0 ? undefined : Math.min(1, bytes / total)
}

function remaining(advance: Advance, done: number): string {
  return `${Math.floor(done * 100)}% ETA ${done > 0 ? clock((advance.milliseconds * (1 - done)) / done) : '-:--:--'}`
}

/** One line, shorter than `columns`, that says how far a file is. */
export function progressLine(advance: Advance, columns: number): string {
  const left = figures(advance)
  const done = share(advance)
  if (done === undefined) return left.slice(0, columns - 1)
  const right = remaining(advance, done)
  const bar = columns - 1 - left.length - right.length - ' [] '.length
  if (bar < SMALLEST_BAR) return `${left} ${right}`.slice(0, columns - 1)
  const filled = Math.floor(done * bar)
  const drawn = filled < bar ? `${'='.repeat(filled)}>`.padEnd(bar) : '='.repeat(bar)
  return `${left} [${drawn}] ${right}`
}

/** One line for somebody who asks by a signal. */
export function statusLine(name: string, advance: Advance): string {
  const done = share(advance)
  return `${name}: ${figures(advance)}${done === undefined ? '' : ` ${remaining(advance, done)}`}`
}

/** Follows one file after another and shows on a terminal, if there is one, how far it is. */
export class Progress {
  readonly #terminal: Terminal | undefined
  readonly #now: () => number
  #name = ''
  #bytes = 0
  #total: number | undefined
  #started = 0
  #updated = 0
  #isDrawn = false

  /** @param now a clock in milliseconds */
  constructor(terminal?: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal
    this.#now = now
    this.#started = now()
  }

  /** True if there is a terminal to show it on. */
  get isShown(): boolean {
    return this.#terminal !== undefined
  }

  /** A file begins. `total` is its size in bytes, if known. */
  begin(name: string, total: number | undefined): void {
    this.erase()
    this.#name = name
    this.#total = total
    this.#bytes = 0
    this.#started = this.#updated = this.#now()
  }

  /** So many bytes more were read. */
  advance(bytes: number): void {
    this.#bytes += bytes
    if (!this.#terminal) return
    const now = this.#now()
    if (now - this.#started < DELAY_MILLISECONDS || now - this.#updated < INTERVAL_MILLISECONDS) return
    this.#updated = now
    this.#isDrawn = true
    this.#terminal.write(ERASE_LINE + progressLine(this.#state(), this.#terminal.columns))
  }

  /** Makes room for other output. */
  erase(): void {
    if (this.#isDrawn) this.#terminal?.write(ERASE_LINE)
    this.#isDrawn = false
  }

  /** How far it is now, in a line. */
  describe(): string {
    return statusLine(this.#name, this.#state())
  }

  #state(): Advance {
    return { bytes: this.#bytes, total: this.#total, milliseconds: this.#now() - this.#started }
  }
}

/**
 * True if progress may be shown: standard error is a terminal that can erase a line, no data is going to be mixed into it
 * there, and nobody asked for quiet.
 */
export function mayShowProgress(where: {
  readonly quiet: boolean
  readonly errorIsTerminal: boolean
  /** Plain or compressed data is written to a terminal. */
  readonly dataGoesToTerminal: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}): boolean {
  const { CI, TERM } = where.environment
  const isAutomatic = CI !== undefined && CI !== '' && CI !== 'false'
  return where.errorIsTerminal && !where.dataGoesToTerminal && !where.quiet && TERM !== 'dumb' && !isAutomatic
}
