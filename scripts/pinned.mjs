// SPDX-License-Identifier: MIT
// Packages that are not the project's own dependencies: outside of the tree, as a lock file pins them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder with the packages of a package.json and its lock file; npm installs them when it is first asked for, and checks
 * their integrity. Returns undefined if npm fails.
 *
 * @param pinned the folder with the two files
 * @param name begins the name of the folder
 * @param options of npm ci
 * @param variant what an installed folder depends on besides the lock file
 */
export function installPinned(pinned, name, options, variant = '') {
  const lock = readFileSync(join(pinned, 'package-lock.json'))
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nxzlib')
  const digest = createHash('sha256').update(lock).update(variant).digest('hex').slice(0, 16)
  const folder = join(cache, `${name}-${digest}`)
  if (existsSync(folder)) return folder

  console.error(`nxzlib: installing packages from npm into ${cache}`)
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(join(cache, 'unfinished-'))
  cpSync(pinned, unfinished, { recursive: true })
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  const { status } = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', ...options], {
    cwd: unfinished,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    rmSync(unfinished, { recursive: true })
    return undefined
  }
  renameSync(unfinished, folder)
  return folder
}
