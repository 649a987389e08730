// SPDX-License-Identifier: MIT
import { closeSync, constants, fstatSync, lstatSync, statSync, type BigIntStats } from 'node:fs'
import type { Context } from './context.js'
import { openDescriptor, readSome } from './descriptors.js'
import { namesToTry, pathOf, type FileName } from './names.js'
import type { Options } from './options.js'
import type { Progress } from './progress.js'
import { FileError, hasCode } from './system-errors.js'

const STANDARD_INPUT = 0

/** Permission bits that make a file unfit to be replaced by another one. */
const SET_USER_ID = 0o4000n
const SET_GROUP_ID = 0o2000n
const STICKY = 0o1000n

/** A file that is being read. */
export class Input {
  /** Bytes read so far. */
  bytes = 0
  readonly #progress: Progress

  constructor(
    readonly descriptor: number,
    readonly name: FileName,
    /** What the file was like before it was read. */
    readonly stat: BigIntStats,
    progress: Progress,
  ) {
    this.#progress = progress
    progress.begin(name, stat.isFile() ? Number(stat.size) : undefined)
  }

  get isStandardInput(): boolean {
    return this.descriptor === STANDARD_INPUT
  }

  /** Reads what is there. @returns its bytes, 0 at the end @throws FileError */
  async read(buffer: Uint8Array): Promise<number> {
    try {
      const bytes = await readSome(this.descriptor, buffer)
      this.bytes += bytes
      this.#progress.advance(bytes)
      return bytes
    } catch (error) {
      throw new FileError(this.name, error)
    }
  }

  /** Reads until the buffer is full or the input ends. @throws FileError */
  async fill(buffer: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < buffer.length) {
      const bytes = await this.read(buffer.subarray(filled))
      if (bytes === 0) break
      filled += bytes
    }
    return filled
  }

  close(): void {
    if (!this.isStandardInput) closeSync(this.descriptor)
  }
}

/** Standard input. */
export function standardInput({ progress }: Context): Input {
  return new Input(STANDARD_INPUT, 'stdin', fstatSync(STANDARD_INPUT, { bigint: true }), progress)
}

/** True if each file makes a file in its place. */
const makesFiles = ({ toStdout, mode }: Options): boolean => !toStdout && mode !== 'test' && mode !== 'list'

/**
 * Finds the file that is meant by a name. Links are followed where nothing is replaced, or by -f.
 *
 * @throws FileError
 */
function find(name: FileName, options: Options): { found: FileName; stat: BigIntStats; follows: boolean } {
  const follows = options.force || !makesFiles(options)
  const inspect = follows ? statSync : lstatSync
  const names = options.mode === 'compress' ? [name] : namesToTry(name, options.suffix)
  let missing: unknown
  for (const candidate of names) {
    try {
      return { found: candidate, stat: inspect(pathOf(candidate), { bigint: true }), follows }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw new FileError(candidate, error)
      missing = error
    }
  }
  throw new FileError(names[1] ?? name, missing)
}

/** Why a file must not be replaced by its compressed or decompressed self; undefined if it may. */
function unfitness(stat: BigIntStats, force: boolean): string | undefined {
  const links = stat.nlink - 1n
  if (!stat.isFile()) return 'is not a directory or a regular file - ignored'
  if (stat.mode & SET_USER_ID) return 'is set-user-ID on execution - ignored'
  if (stat.mode & SET_GROUP_ID) return 'is set-group-ID on execution - ignored'
  if (force) return undefined
  if (stat.mode & STICKY) return 'has the sticky bit set - file ignored'
  if (links > 0n) return `has ${links.toString()} other link${links === 1n ? '' : 's'} -- file ignored`
  return undefined
}

/**
 * Opens the file that is meant by a name, and says why if that cannot be done.
 *
 * @returns the file, or the name of a folder, or undefined if there is nothing to do
 */
export async function openInput(
  name: FileName,
  { options, messages, progress }: Context,
): Promise<Input | FileName | undefined> {
  try {
    const { found, stat, follows } = find(name, options)
    if (stat.isDirectory()) return found
    const reason = makesFiles(options) && !stat.isSymbolicLink() ? unfitness(stat, options.force) : undefined
    if (reason !== undefined) {
      messages.warn(`${found} ${reason}`)
      return undefined
    }
    const flags = constants.O_RDONLY | constants.O_NOCTTY | (follows ? 0 : constants.O_NOFOLLOW)
    try {
      const descriptor = await openDescriptor(pathOf(found), flags)
      return new Input(descriptor, found, fstatSync(descriptor, { bigint: true }), progress)
    } catch (error) {
      throw new FileError(found, error)
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    messages.fail(error.message)
    return undefined
  }
}
