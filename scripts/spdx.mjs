// SPDX-License-Identifier: MIT
// Checks that every source file says its license in its first line, or in its second behind `#!`. With --write it adds the line
// where it is missing. Files that git does not keep are left alone.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { fail, root } from './project.mjs'

const FOLDERS = ['lib', 'native', 'scripts', 'test', 'bench', 'examples']
const SOURCE = /\.(ts|mts|mjs|cjs|js|cc|c|h)$/
const LINE = '// SPDX-License-Identifier: MIT'

/** Tracked files, and new ones that are not ignored. */
function sources() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', ...FOLDERS]
  const names = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0')
  const gone = execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: root, encoding: 'utf8' }).split(
    '\0',
  )
  return names.filter((name) => SOURCE.test(name) && !gone.includes(name))
}

/** The part of a file that comes before the license line: `#!` and its line end, or nothing. */
const before = (text) => /^#!.*\n/.exec(text)?.[0] ?? ''

const isMissing = (text) => !text.slice(before(text).length).startsWith(`${LINE}\n`)

const missing = sources().filter((name) => isMissing(readFileSync(join(root, name), 'utf8')))
if (process.argv.includes('--write')) {
  for (const name of missing) {
    const text = readFileSync(join(root, name), 'utf8')
    const start = before(text)
    writeFileSync(join(root, name), `${start}${LINE}\n${text.slice(start.length)}`)
  }
  console.log(`${LINE} added to ${missing.length} files`)
} else if (missing.length > 0) {
  fail(
    `${missing.length} files lack '${LINE}' (node scripts/spdx.mjs --write adds it):\n  ${missing.join('\n  ')}`,
  )
}
