// Node for other processors, from npm, kept outside of the tree.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { ARCHITECTURES, isForeign, sysrootOf } from './architectures.mjs'
import { run, runNpm } from './project.mjs'

/** The lowest version that package.json admits: what loads there loads in later ones. For ppc64le npm has no later one. */
const NODE_VERSION = '20.11.0'

/** The folder of an architecture's Node, with bin/ and include/. Fetched when first asked for (40 MB); npm checks its integrity. */
export function emulatedNode(arch) {
  const name = `${ARCHITECTURES[arch].nodePackage}-${NODE_VERSION}`
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nxzlib')
  const folder = join(cache, name)
  if (existsSync(folder)) return folder

  console.error(`nxzlib: fetching ${name} from npm into ${cache}`)
  mkdirSync(cache, { recursive: true })
  const unfinished = mkdtempSync(join(cache, 'unfinished-'))
  const specifier = `${ARCHITECTURES[arch].nodePackage}@${NODE_VERSION}`
  runNpm(['pack', '--silent', specifier, '--pack-destination', unfinished])
  const [archive] = readdirSync(unfinished)
  run('tar', ['-xzf', archive], { cwd: unfinished })
  renameSync(join(unfinished, 'package'), folder)
  rmSync(unfinished, { recursive: true })
  return folder
}

/** Command and first arguments that run Node of this architecture on this machine. */
export function nodeOf(arch) {
  if (!isForeign(arch)) return [process.execPath]
  return [...ARCHITECTURES[arch].emulator, '-L', sysrootOf(arch), join(emulatedNode(arch), 'bin/node')]
}
