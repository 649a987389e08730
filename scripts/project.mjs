// SPDX-License-Identifier: MIT
// What the scripts share.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Ends the script with a message to the user, where a stack trace would say nothing. */
export function fail(message) {
  console.error(`nxzlib: ${message}`)
  process.exit(1)
}

/** Runs a program in the root, its output to stderr, so that stdout has nothing but results. If it fails, the script ends. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs npm: the one that runs this script, or the one in PATH. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath
  if (npm) run(process.execPath, [npm, ...args], options)
  else run('npm', args, options)
}

/** What npm prints. If it fails, the script ends. */
export function readNpm(args) {
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  const { status, stdout, error } = spawnSync(command, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
  return stdout
}

export const hasTool = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Ends the script with the names of the tools that are missing here. `tools`: each tool with its Debian package. */
export function requireTools(tools) {
  const missing = Object.keys(tools).filter((tool) => !hasTool(tool))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map((tool) => tools[tool]))].join(' ')
  fail(`not installed: ${missing.join(', ')}. On Debian or Ubuntu: apt-get install ${packages}`)
}

/** Whether a file is there and no older than any of those that it is made from, which are all there too. */
export function isUpToDate(file, madeFrom) {
  if (![file, ...madeFrom].every((name) => existsSync(name))) return false
  const made = statSync(file).mtimeMs
  return madeFrom.every((name) => statSync(name).mtimeMs <= made)
}

/** Node's headers, where they lie beside the program that runs this script; otherwise undefined. */
export function nodePrefix() {
  const prefix = join(dirname(process.execPath), '..')
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined
}

/** Whether Node was started with the file of this URL, not with one that imports it. */
export const isMain = (url) => realpathSync(process.argv[1]) === fileURLToPath(url)
