// SPDX-License-Identifier: MIT
// Node in other versions and for other processors, from npm, kept outside of the tree.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { ARCHITECTURES, isForeign, sysrootOf } from './architectures.mjs'
import { readNpm, run, runNpm } from './project.mjs'

/** The lowest version that package.json admits: what loads there loads in later ones. For ppc64le npm has no later one. */
export const LOWEST_VERSION = '20.11.0'

/** First numbers of the versions that are tested at their latest, beside the lowest. */
export const MAJORS = [22, 24]

/** The latest version with this first number that npm has for an architecture. */
export function latestVersion(arch, major) {
  const specifier = `${ARCHITECTURES[arch].nodePackage}@${major}`
  const versions = JSON.parse(readNpm(['view', specifier, 'version', '--json']))
  const numbers = (version) => version.split('.').map(Number)
  const newest = (left, right) => numbers(right)[1] - numbers(left)[1] || numbers(right)[2] - numbers(left)[2]
  return [versions].flat().sort(newest)[0]
}

/** The folder of a Node, with bin/ and include/. Fetched when first asked for (40 MB); npm checks its integrity. */
export function fetchedNode(arch, version) {
  const name = `${ARCHITECTURES[arch].nodePackage}-${version}`
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nxzlib')
  const folder = join(cache, name)
  if (existsSync(folder)) return folder

  console.error(`nxzlib: fetching ${name} from npm into ${cache}`)
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(join(cache, 'unfinished-'))
  const specifier = `${ARCHITECTURES[arch].nodePackage}@${version}`
  runNpm(['pack', '--silent', specifier, '--pack-destination', unfinished])
  const [archive] = readdirSync(unfinished)
  run('tar', ['-xzf', archive], { cwd: unfinished })
  renameSync(join(unfinished, 'package'), folder)
  rmSync(unfinished, { recursive: true })
  return folder
}

/** The folder of the Node that is emulated here. */
export const emulatedNode = (arch) => fetchedNode(arch, LOWEST_VERSION)

/** Command and first arguments that run Node of this architecture on this machine. */
export function nodeOf(arch) {
  if (!isForeign(arch)) return [process.execPath]
  return [...ARCHITECTURES[arch].emulator, '-L', sysrootOf(arch), join(emulatedNode(arch), 'bin/node')]
}
