// SPDX-License-Identifier: MIT
import { readdirSync, unlinkSync } from 'node:fs'
import { isatty } from 'node:tty'
import { compressFile } from './compress-file.js'
import type { Context } from './context.js'
import { reportCodecError } from './data-errors.js'
import { decompressFile } from './decompress-file.js'
import { openInput, standardInput, type Input } from './input.js'
import { Listing } from './list.js'
import { pathOf, type FileName } from './names.js'
import { StandardOutput, STANDARD_OUTPUT } from './output.js'
import { FileError, StandardOutputError, systemText } from './system-errors.js'

/** Treats the files that the command line names, one after the other. */
export class Files {
  readonly #context: Context
  readonly #listing: Listing
  readonly #standardOutput: StandardOutput

  constructor(context: Context) {
    this.#context = context
    this.#listing = new Listing(context.options)
    this.#standardOutput = new StandardOutput(context.options)
  }

  /** Treats all of them. What goes wrong with one is reported and does not keep the others. @throws StandardOutputError */
  async run(): Promise<void> {
    const { options } = this.#context
    for (const name of options.files.length > 0 ? options.files : ['-']) {
      if (name === '-') await this.#standardInput()
      else await this.#named(name)
    }
    if (options.mode === 'list') await this.#print(this.#listing.totals())
  }

  async #standardInput(): Promise<void> {
    if (!this.#isTerminalMisused(0)) await this.#opened(standardInput(this.#context))
  }

  async #named(name: FileName): Promise<void> {
    const { options, messages } = this.#context
    const input = await openInput(name, this.#context)
    if (input === undefined) return
    if (typeof input === 'string') {
      if (options.recursive) await this.#folder(input)
      else messages.warn(`${input} is a directory -- ignored`)
      return
    }
    try {
      if (options.toStdout && this.#isTerminalMisused(undefined)) return
      await this.#opened(input)
    } finally {
      input.close()
    }
  }

  async #folder(name: FileName): Promise<void> {
    let entries: FileName[]
    try {
      entries = readdirSync(pathOf(name), { encoding: 'latin1' }).sort()
    } catch (error) {
      this.#context.messages.fail(`${name}: ${systemText(error)}`)
      return
    }
    const start = name.endsWith('/') ? name : `${name}/`
    for (const entry of entries) await this.#named(start + entry)
  }

  async #opened(input: Input): Promise<void> {
    const { options, messages } = this.#context
    try {
      const isDone =
        options.mode === 'compress' ? await compressFile(input, this.#context) : await this.#decompress(input)
      const isReplaced = options.mode === 'compress' || options.mode === 'decompress'
      if (isDone && isReplaced && !options.keep && !options.toStdout && !input.isStandardInput) remove(input)
    } catch (error) {
      if (error instanceof StandardOutputError) throw error
      if (error instanceof FileError) messages.failAmidLine(error.message)
      else reportCodecError(error, input.name, messages)
    }
  }

  async #decompress(input: Input): Promise<boolean> {
    const contents = await decompressFile(input, this.#context)
    if (!contents) return false
    if (this.#context.options.mode === 'list') await this.#print(this.#listing.row(input, contents))
    return true
  }

  async #print(text: string): Promise<void> {
    this.#context.progress.erase()
    await this.#standardOutput.write(Buffer.from(text, 'latin1'))
  }

  /** Compressed data does not belong on a terminal; without -f it is neither written to one nor read from one. */
  #isTerminalMisused(descriptor: number | undefined): boolean {
    const { options, messages } = this.#context
    const isCompressing = options.mode === 'compress'
    const terminal = isCompressing ? STANDARD_OUTPUT : descriptor
    if (options.force || options.mode === 'list' || terminal === undefined || !isatty(terminal)) return false
    const [way, act] = isCompressing ? ['written to', ''] : ['read from', 'de']
    messages.fail(`compressed data not ${way} a terminal. Use -f to force ${act}compression.`)
    messages.say(`For help, type: ${messages.program} -h\n`)
    return true
  }
}

/** Removes a file that was replaced. */
function remove(input: Input): void {
  try {
    unlinkSync(pathOf(input.name))
  } catch (error) {
    throw new FileError(input.name, error)
  }
}
