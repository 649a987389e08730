// SPDX-License-Identifier: MIT
import { writeSync } from 'node:fs'
import { EXIT, worse, type ExitStatus } from './exit-status.js'
import type { Progress } from './progress.js'
import { hasCode } from './system-errors.js'

const STANDARD_ERROR = 2

/** Writes text to standard error at once. A standard error that is closed or full is nobody's business. */
export function writeToStandardError(text: string): void {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(STANDARD_ERROR, bytes, at)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) return
    }
  }
}

/** What the program tells its user on standard error, and the exit status that follows from it. */
export class Messages {
  status: ExitStatus = EXIT.OK
  readonly program: string
  readonly #quiet: boolean
  readonly #progress: Progress
  #lineStart = ''

  constructor({ program, quiet, progress }: { program: string; quiet: boolean; progress: Progress }) {
    this.program = program
    this.#quiet = quiet
    this.#progress = progress
  }

  /** Starts a line that say() ends. Where progress is shown it would be overwritten, so there it waits for its end. */
  start(text: string): void {
    if (this.#progress.isShown) this.#lineStart = text
    else writeToStandardError(text)
  }

  /** Writes text as it is. */
  say(text: string): void {
    this.#progress.erase()
    writeToStandardError(this.#lineStart + text)
    this.#lineStart = ''
  }

  /** A line under the program's name. */
  note(text: string): void {
    this.say(`${this.program}: ${text}\n`)
  }

  /** A question, or the start of a line that say() ends. */
  ask(text: string): void {
    this.say(`${this.program}: ${text}`)
  }

  /** The result is less than expected. */
  markWarning(): void {
    this.status = worse(this.status, EXIT.WARNING)
  }

  /** Something that leaves the result less than expected; silent with -q. */
  warn(text: string): void {
    this.markWarning()
    if (!this.#quiet) this.note(text)
  }

  /** A warning amid a file's line of -v; gzip breaks that line, and does so without -v too. */
  warnAmidLine(text: string): void {
    if (!this.#quiet) this.say('\n')
    this.warn(text)
  }

  /** Something that could not be done. */
  fail(text: string): void {
    this.status = worse(this.status, EXIT.ERROR)
    this.note(text)
  }

  /** A failure amid a file's line of -v. */
  failAmidLine(text: string): void {
    this.say('\n')
    this.fail(text)
  }
}
