// SPDX-License-Identifier: MIT
import { crc32 } from '../format/checksums.js'
import { GZIP_TRAILER_BYTES } from '../zlib/gzip-format.js'
import { GzipDecompressor } from '../zlib/gzip-codec.js'
import { READ_BUFFER, type Context } from './context.js'
import { reportCodecError } from './data-errors.js'
import { readHead, type Head } from './gzip-head.js'
import type { Input } from './input.js'
import { baseName, besides, plainName, type FileName } from './names.js'
import { createOutput } from './output-file.js'
import { NOWHERE, StandardOutput, type Output } from './output.js'
import { ratio } from './ratio.js'
import { FileError } from './system-errors.js'

type GzipHead = Extract<Head, { kind: 'gzip' }>

/** What is known of a file once it is decompressed. */
export interface Contents {
  /** The first member's header; undefined for a file that was passed on as it is. */
  readonly head: GzipHead | undefined
  /** Bytes of plain data of the last member: gzip 1.12 names no other. */
  readonly plain: number
  /** Bytes of header and trailer; 0 if there is more than one member, or something behind it: so gzip 1.12 has it. */
  readonly overhead: number
  /** CRC-32 of the last member's plain data; only for a list. */
  readonly crc: number
}

/** The name that the header has for the file, without any folder; undefined if it has none that will do. */
export function restoredName(head: GzipHead | undefined): FileName | undefined {
  const name = baseName(head?.name ?? '')
  return ['', '.', '..'].includes(name) ? undefined : name
}

/** True if a file is to be left because of its name: its output would have none, or -r met it among others. */
function isMisnamed(input: Input, { options, messages }: Context): boolean {
  const { mode, recursive, quiet, verbose, suffix } = options
  const needsSuffix = mode === 'decompress' ? !options.toStdout : recursive
  if (!needsSuffix || input.isStandardInput || plainName(input.name, suffix) !== undefined) return false
  if (verbose > 0 || (!recursive && !quiet)) messages.warn(`${input.name}: unknown suffix -- ignored`)
  return true
}

/** Opens what the plain data goes to; undefined if it cannot be, and then the user knows why. */
async function openOutput(
  input: Input,
  head: GzipHead | undefined,
  context: Context,
): Promise<Output | undefined> {
  const { options } = context
  if (options.mode !== 'decompress') return NOWHERE
  const plain = plainName(input.name, options.suffix)
  if (options.toStdout || input.isStandardInput || plain === undefined) return new StandardOutput(options)
  const restored = options.withName ? restoredName(head) : undefined
  return createOutput(restored === undefined ? plain : besides(restored, input.name), input, context)
}

/** Passes on what is not compressed, as cat does. */
async function passOn(input: Input, first: Uint8Array, output: Output): Promise<Contents> {
  await output.write(first)
  for (let count; (count = await input.read(READ_BUFFER)) > 0;) {
    await output.write(READ_BUFFER.subarray(0, count))
  }
  return { head: undefined, plain: input.bytes, overhead: 0, crc: 0 }
}

/** Decompresses all members of an input of which the first bytes are read. */
async function decompress(
  input: Input,
  head: GzipHead,
  first: Uint8Array,
  output: Output,
  { options, messages }: Context,
): Promise<Contents> {
  const codec = new GzipDecompressor()
  let member = 0
  let plain = 0
  let crc = 0
  for (let chunk = first; chunk.length > 0;) {
    for await (const piece of codec.push(chunk)) {
      if (codec.members !== member) [member, plain, crc] = [codec.members, 0, 0]
      plain += piece.length
      if (options.mode === 'list') crc = crc32(piece, crc)
      await output.write(piece)
    }
    chunk = READ_BUFFER.subarray(0, await input.read(READ_BUFFER))
  }
  codec.finish()
  if (codec.members !== member + 1) [plain, crc] = [0, 0]
  const { trailing } = codec
  if (trailing === 'garbage') {
    messages.warnAmidLine(`${input.name}: decompression OK, trailing garbage ignored`)
  } else if (trailing === 'zeros' && options.verbose > 0) {
    messages.warnAmidLine(`${input.name}: decompression OK, trailing zero bytes ignored`)
  }
  const isPlain = codec.members === 1 && trailing === 'none'
  return { head, plain, overhead: isPlain ? head.length + GZIP_TRAILER_BYTES : 0, crc }
}

/** What the first bytes say is reported here, unless the file can be decompressed or passed on. */
function isRefused(head: Head, input: Input, { options, messages }: Context): boolean {
  const { name } = input
  const isPassedOn =
    options.force &&
    options.mode !== 'list' &&
    (options.toStdout || options.mode === 'test' || input.isStandardInput)
  if (head.kind === 'unsupported') messages.fail(name + head.reason)
  else if (head.kind === 'unknown' && !isPassedOn) messages.failAmidLine(`${name}: not in gzip format`)
  else if (head.kind === 'short' && !(isPassedOn && input.bytes < 2)) {
    messages.failAmidLine(`${name}: unexpected end of file`)
  } else return false
  return true
}

function report(
  input: Input,
  output: Output,
  { plain, overhead }: Contents,
  { options, messages }: Context,
): void {
  if (options.mode === 'test') {
    messages.say(' OK\n')
  } else if (options.mode === 'decompress' && !input.isStandardInput) {
    const fate = options.keep ? 'created' : 'replaced with'
    messages.say(`${ratio(plain, input.bytes, overhead)} -- ${fate} ${output.name}\n`)
  }
}

/**
 * Decompresses, tests or measures a file.
 *
 * @returns undefined if it failed, and then the user knows why
 * @throws FileError
 */
export async function decompressFile(input: Input, context: Context): Promise<Contents | undefined> {
  const { options, messages } = context
  if (isMisnamed(input, context)) return undefined
  const { head, bytes } = await readHead(input, READ_BUFFER)
  if (isRefused(head, input, context)) return undefined
  const gzip = head.kind === 'gzip' ? head : undefined
  if (gzip && gzip.extra > 0 && options.verbose > 0) {
    messages.note(`${input.name}: extra field of ${gzip.extra} bytes ignored`)
  }
  const output = await openOutput(input, gzip, context)
  if (!output) return undefined
  if (options.verbose > 0 && options.mode !== 'list' && !input.isStandardInput)
    messages.start(`${input.name}:\t`)
  try {
    const contents = gzip
      ? await decompress(input, gzip, bytes, output, context)
      : await passOn(input, bytes, output)
    const mtime = options.withName && gzip && gzip.mtime > 0 ? gzip.mtime : undefined
    await output.finish(input.stat, mtime)
    if (mtime !== undefined && options.verbose > 1 && options.mode === 'decompress' && !options.toStdout) {
      messages.say(`${output.name}: timestamp restored\n`)
    }
    if (options.verbose > 0) report(input, output, contents, context)
    return contents
  } catch (error) {
    output.discard()
    if (error instanceof FileError) throw error
    reportCodecError(error, input.name, messages)
    return undefined
  }
}
