// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'

/** A file name as the system has it: one character (U+0000..U+00FF) for each byte, so that names need not be UTF-8. */
export type FileName = string

/** The form that node:fs takes. */
export const pathOf = (name: FileName): Buffer => Buffer.from(name, 'latin1')

/** A text of the program, UTF-8 in the system, as a name. */
const nameOf = (text: string): FileName => Buffer.from(text).toString('latin1')

/** What follows the last slash. */
export const baseName = (name: FileName): FileName => name.slice(name.lastIndexOf('/') + 1)

/** The same name in the folder of another file. */
export const besides = (name: FileName, other: FileName): FileName =>
  other.slice(0, other.lastIndexOf('/') + 1) + name

/**
 * The command line's arguments. Node decodes them as UTF-8, which spoils names that are not; the bytes are then read
 * again from where Linux shows them.
 */
export function commandLine(): FileName[] {
  const given = process.argv.slice(2)
  if (given.some((argument) => argument.includes('\ufffd'))) {
    try {
      const whole = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1)
      return whole.slice(-given.length)
    } catch {
      // Not Linux: such a name will not be found, and the message says so.
    }
  }
  return given.map(nameOf)
}

/** Endings that say that a file is compressed, whatever the case of their letters; .Z is among them as .z. */
const SUFFIXES = ['.gz', '.z', '.taz', '.tgz', '-gz', '-z', '_z']

/** Endings that are tried, in this order, when the file to decompress does not exist as named. */
const TRIED_SUFFIXES = ['.gz', '.z', '-z', '.Z']

/**
 * The ending that marks `name` as compressed, as it is written there; undefined if there is none. A name that consists of
 * nothing else does not count.
 *
 * @param suffix the ending of this run (-S)
 */
export function compressedSuffix(name: FileName, suffix: FileName): FileName | undefined {
  const lower = name.toLowerCase()
  for (const known of [suffix.toLowerCase(), ...SUFFIXES]) {
    const at = name.length - known.length
    if (at > 0 && lower.endsWith(known) && name[at - 1] !== '/') return name.slice(at)
  }
  return undefined
}

/** The name without its ending; a compressed archive's short ending becomes .tar again. */
export function plainName(name: FileName, suffix: FileName): FileName | undefined {
  const ending = compressedSuffix(name, suffix)
  if (ending === undefined) return undefined
  const stem = name.slice(0, -ending.length)
  return ['.tgz', '.taz'].includes(ending.toLowerCase()) ? `${stem}.tar` : stem
}

/** The names under which a file to decompress may exist, the likeliest first. */
export function namesToTry(name: FileName, suffix: FileName): FileName[] {
  if (compressedSuffix(name, suffix) !== undefined) return [name]
  return [name, ...[...new Set([suffix, ...TRIED_SUFFIXES])].map((ending) => name + ending)]
}
