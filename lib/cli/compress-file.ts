// SPDX-License-Identifier: MIT
import { GzipCompressor } from '../zlib/gzip-codec.js'
import { READ_BUFFER, type Context } from './context.js'
import type { Input } from './input.js'
import { baseName, compressedSuffix } from './names.js'
import { createOutput } from './output-file.js'
import { StandardOutput, type Output } from './output.js'
import { ratio } from './ratio.js'

/** Bytes of a header without a name, and of the trailer. */
const FIXED_OVERHEAD = 10 + 8

/** A header's time has 32 bits, and 0 means that there is none. */
const LAST_TIME = 0xffffffff

/** Opens what the compressed data goes to; undefined if there is nothing to do, and then the user knows why. */
async function openOutput(input: Input, context: Context): Promise<Output | undefined> {
  const { options, messages } = context
  if (options.toStdout || input.isStandardInput) return new StandardOutput(options)
  const suffix = options.force ? undefined : compressedSuffix(input.name, options.suffix)
  if (suffix === undefined) return createOutput(input.name + options.suffix, input, context)
  if (options.verbose > 0 || (!options.recursive && !options.quiet)) {
    messages.note(`${input.name} already has ${suffix} suffix -- unchanged`)
  }
  return undefined
}

/** The name and time that the header keeps. */
function headerOf(input: Input, { options, messages }: Context): { name?: string; mtime?: number } {
  if (options.withName === false) return {}
  const name = input.isStandardInput ? {} : { name: baseName(input.name) }
  if (!input.stat.isFile()) return name
  const mtime = Math.floor(Number(input.stat.mtimeMs) / 1000)
  if (mtime > 0 && mtime <= LAST_TIME) return { ...name, mtime }
  messages.warn(`${input.name}: warning: file timestamp out of range for gzip format`)
  return name
}

/**
 * Compresses a file.
 *
 * @returns true if the output is complete
 * @throws FileError
 */
export async function compressFile(input: Input, context: Context): Promise<boolean> {
  const { options, messages } = context
  const output = await openOutput(input, context)
  if (!output) return false
  if (options.verbose > 0 && !input.isStandardInput) messages.start(`${input.name}:\t`)
  try {
    const header = headerOf(input, context)
    const codec = new GzipCompressor({ level: options.level, header })
    let compressed = 0
    for (let isLast = false; !isLast;) {
      const filled = await input.fill(READ_BUFFER)
      isLast = filled < READ_BUFFER.length
      const chunk = READ_BUFFER.subarray(0, filled)
      for (const piece of await (isLast ? codec.finish(chunk) : codec.push(chunk))) {
        compressed += piece.length
        await output.write(piece)
      }
    }
    await output.finish(input.stat)
    if (options.verbose > 0) {
      const overhead = FIXED_OVERHEAD + (header.name === undefined ? 0 : header.name.length + 1)
      const saved = ratio(input.bytes, compressed, overhead)
      const fate = `${options.keep ? 'created' : 'replaced with'} ${output.name}`
      messages.say(input.isStandardInput ? `${saved}\n` : `${saved} -- ${fate}\n`)
    }
    return true
  } catch (error) {
    output.discard()
    throw error
  }
}
