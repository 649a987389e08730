// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The package's file, seen from the folder that the compiled program lies in. */
const PACKAGE_FILE = join(__dirname, '../../../package.json')

/** The text of --help. */
export const usage = (program: string): string => `Usage: ${program} [OPTION]... [FILE]...
Compress or decompress FILEs in gzip format, in place unless told otherwise, over the NX accelerator if there is one.

  -c, --stdout       write to standard output and keep the input files
  -d, --decompress   decompress
  -f, --force        overwrite output files, follow links, use terminals; with -dc pass on what is not compressed
  -h, --help         print this help
  -k, --keep         keep the input files
  -l, --list         list what compressed files hold
  -L, --license      print the license
  -n, --no-name      neither keep nor restore the original name and time
  -N, --name         keep or restore the original name and time
  -q, --quiet        no warnings
  -r, --recursive    take the files in folders, and in theirs
  -S, --suffix=SUF   compressed files end in SUF instead of .gz
      --synchronous  flush output to the disk even if the input is kept
  -t, --test         test compressed files
  -v, --verbose      say what becomes of each file
  -V, --version      print the version
  -1, --fast         compress faster
  -9, --best         compress better

With no FILE, or when FILE is -, standard input goes to standard output.
Exit status: 0 if all is well, 1 after an error, 2 after a warning.
`

/** The text of --license. */
export const LICENSE =
  'MIT License: free to use, copy, change and pass on, without warranty; see the file LICENSE.\n'

/** The text of --version. */
export function version(program: string): string {
  const { version: number } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string }
  return `${program} ${number} (nxzlib)\n`
}
