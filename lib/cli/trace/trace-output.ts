// SPDX-License-Identifier: MIT
import { closeSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { systemError } from './file-error.js'

/** Text on its way out: collected while the machine works, written when there is time. */
export interface TraceOutput {
  /** Adds text. Nothing is written yet. */
  append(text: string): void
  /** Writes what was added. */
  flush(): Promise<void>
  /** All is written: the output takes its name. */
  finish(): Promise<void>
  /** Nothing of the output may stay. */
  discard(): void
}

/** Standard output. What was written cannot be taken back. */
export class StandardOutput implements TraceOutput {
  #text = ''

  append(text: string): void {
    this.#text += text
  }

  flush(): Promise<void> {
    const text = this.#text
    this.#text = ''
    return new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }

  finish(): Promise<void> {
    return this.flush()
  }

  discard(): void {
    this.#text = ''
  }
}

/**
 * A file that appears, or replaces another one, when it is complete. Until then it has a name of its own beside it. What
 * is not an ordinary file, a pipe or a device, is written as it is.
 */
export class OutputFile implements TraceOutput {
  readonly #name: string
  /** The name until it is complete; undefined for what is written in place. */
  readonly #partName: string | undefined
  #descriptor: number | undefined
  #text = ''

  /** @throws Error of the system if it cannot be created */
  constructor(name: string) {
    const there = statSync(name, { throwIfNoEntry: false })
    this.#name = there ? realpathSync(name) : name
    if (!there || there.isFile()) this.#partName = `${this.#name}.${process.pid}.part`
    this.#descriptor = openSync(this.#partName ?? this.#name, this.#partName === undefined ? 'w' : 'wx')
  }

  append(text: string): void {
    this.#text += text
  }

  flush(): Promise<void> {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    for (let at = 0; at < bytes.length && this.#descriptor !== undefined;) {
      try {
        at += writeSync(this.#descriptor, bytes, at)
      } catch (error) {
        return Promise.reject(systemError(this.#name, error))
      }
    }
    return Promise.resolve()
  }

  async finish(): Promise<void> {
    await this.flush()
    this.#close()
    if (this.#partName !== undefined) renameSync(this.#partName, this.#name)
  }

  discard(): void {
    if (this.#descriptor === undefined) return
    this.#close()
    if (this.#partName !== undefined) unlinkSync(this.#partName)
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
