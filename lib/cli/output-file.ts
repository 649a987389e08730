// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lstatSync,
  openSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs'
import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import type { Context } from './context.js'
import { openDescriptor, readSome, writeAll } from './descriptors.js'
import type { Input } from './input.js'
import { pathOf, type FileName } from './names.js'
import { flush, type Output } from './output.js'
import { FileError, hasCode, systemText } from './system-errors.js'

const STANDARD_INPUT = 0

/** Permissions of a file that is not complete: nobody else may read it yet. */
const PRIVATE = 0o600

const PERMISSIONS = 0o777n

/** The files that are not complete yet. */
const unfinished = new Set<OutputFile>()

/** Removes every file that is not complete; for the program's untimely end. */
export function discardUnfinished(): void {
  for (const output of unfinished) output.discard()
}

/** A file that comes into being. Until it is finished, it is private, and removed if the program ends. */
export class OutputFile implements Output {
  readonly #descriptor: number
  readonly #durable: boolean
  readonly #folderToo: boolean

  /**
   * @param durable its data is to be on the disk once it is finished
   * @param folderToo and so is its name
   * @throws Error of the system, EEXIST if there is such a file
   */
  constructor(
    readonly name: FileName,
    { durable, folderToo }: { durable: boolean; folderToo: boolean },
  ) {
    this.#descriptor = openSync(
      pathOf(name),
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      PRIVATE,
    )
    this.#durable = durable
    this.#folderToo = folderToo
    unfinished.add(this)
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#descriptor, bytes)
    } catch (error) {
      throw new FileError(this.name, error)
    }
  }

  async finish(source: BigIntStats, mtime?: number): Promise<void> {
    try {
      const modified = mtime === undefined ? source.mtimeNs : BigInt(mtime) * 1_000_000_000n
      setTimes(this.#descriptor, source.atimeNs, modified)
      setOwnerAndPermissions(this.#descriptor, source)
      if (this.#durable) await flush(this.#descriptor)
      if (this.#folderToo) await flushFolder(this.name)
      closeSync(this.#descriptor)
    } catch (error) {
      throw new FileError(this.name, error)
    }
    unfinished.delete(this)
  }

  discard(): void {
    if (!unfinished.delete(this)) return
    attempt(() => {
      unlinkSync(pathOf(this.name))
    })
    attempt(() => {
      closeSync(this.#descriptor)
    })
  }
}

/** Does what may be done already, or may be what failed. */
function attempt(step: () => void): void {
  try {
    step()
  } catch {
    // There is nothing left to do then.
  }
}

/**
 * Sets a file's times. Node counts them in floating-point seconds and cuts them to microseconds; what is missing then is
 * left to touch(1), which names the file on its standard output '-'.
 */
function setTimes(descriptor: number, atime: bigint, mtime: bigint): void {
  const second = 1_000_000_000n
  futimesSync(descriptor, Number(atime) / 1e9, Number(mtime) / 1e9)
  if (fstatSync(descriptor, { bigint: true }).mtimeNs === mtime) return
  const size = mtime < 0n ? -mtime : mtime
  const fraction = (size % second).toString().padStart(9, '0')
  const seconds = `${mtime < 0n ? '-' : ''}${(size / second).toString()}.${fraction}`
  spawnSync('touch', ['-c', '-m', '-d', `@${seconds}`, '-'], { stdio: ['ignore', descriptor, 'ignore'] })
}

/** Sets a file's owner, group and permissions, as far as this user may: only root can give files away. */
function setOwnerAndPermissions(descriptor: number, { uid, gid, mode }: BigIntStats): void {
  const now = fstatSync(descriptor, { bigint: true })
  const give = (user: bigint) => {
    try {
      fchownSync(descriptor, Number(user), Number(gid))
    } catch (error) {
      if (!hasCode(error, 'EPERM') && !hasCode(error, 'EINVAL')) throw error
    }
  }
  if (now.gid !== gid) give(now.uid)
  if (now.uid !== uid) give(uid)
  fchmodSync(descriptor, Number(mode & PERMISSIONS))
}

async function flushFolder(name: FileName): Promise<void> {
  const folder = name.slice(0, name.lastIndexOf('/') + 1) || '.'
  const descriptor = await openDescriptor(pathOf(folder), constants.O_RDONLY)
  try {
    await flush(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes of an answer that are looked at; the first one decides. */
const ANSWER_BYTES = 1024

/** Asks whether to overwrite a file; without a terminal nobody can answer, so it stays. */
async function mayOverwrite(name: FileName, { messages }: Context): Promise<boolean> {
  const isAsked = isatty(STANDARD_INPUT)
  messages.ask(`${name} already exists;${isAsked ? ' do you wish to overwrite (y or n)? ' : ''}`)
  if (isAsked) {
    const answer = new Uint8Array(ANSWER_BYTES)
    await readSome(STANDARD_INPUT, answer)
    if (/^y/i.test(String.fromCharCode(answer[0]))) return true
  }
  messages.say('\tnot overwritten\n')
  messages.markWarning()
  return false
}

/** True if removing `name` to make room for the output would remove the input. */
function isInput(name: FileName, input: Input): boolean {
  const there = lstatSync(pathOf(name), { bigint: true })
  const isSame = there.ino === input.stat.ino && there.dev === input.stat.dev
  return isSame && (there.nlink === 1n || resolve(name) === resolve(input.name))
}

/**
 * Creates the file for an input's result. One that is there is replaced by -f, or if the user at the terminal agrees.
 *
 * @returns undefined if it cannot be; the user knows why then
 */
export async function createOutput(
  name: FileName,
  input: Input,
  context: Context,
): Promise<OutputFile | undefined> {
  const { options, messages } = context
  const settings = { durable: options.synchronous || !options.keep, folderToo: options.synchronous }
  for (let isAllowed = options.force; ; isAllowed = true) {
    try {
      return new OutputFile(name, settings)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) {
        messages.fail(`${name}: ${systemText(error)}`)
        return undefined
      }
    }
    if (!isAllowed && !(await mayOverwrite(name, context))) return undefined
    try {
      if (isInput(name, input)) {
        messages.fail(`${input.name} and ${name} are the same file`)
        return undefined
      }
      unlinkSync(pathOf(name))
    } catch (error) {
      if (hasCode(error, 'ENOENT')) continue
      messages.fail(`${name}: ${systemText(error)}`)
      return undefined
    }
  }
}
