// SPDX-License-Identifier: MIT
// What npm runs before it packs or publishes: compiles the sources to what a user needs of them, builds the addon for every
// processor of the package, and checks that each of them is there and loads, the foreign ones under qemu. Without the tools for
// it nothing is packed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { ARCHITECTURES, buildTools, runTools } from './architectures.mjs'
import { buildPrebuilt, prebuilt } from './cross-build.mjs'
import { nodeOf } from './emulated-node.mjs'
import { fail, requireTools, root, run } from './project.mjs'

/**
 * The newest glibc that an addon may need: that of RHEL 9 and Ubuntu 22.04. Elsewhere the addon can be built from source. Lower
 * takes a compiler with an older glibc than Debian 12's, which puts the functions for threads at 2.34. Node itself needs 2.28.
 */
const NEWEST_GLIBC = '2.34'

/** Ends with an error where the addon does not load, or lacks what its processor needs it for. */
const LOAD = `
  const addon = require(process.argv[1])
  const wanted = ['SoftwareUnit', ...(process.arch === 'ppc64' ? ['VasWindow'] : [])]
  for (const name of wanted) if (!addon[name]) throw new Error('it exports no ' + name)
`

const byVersion = (one, other) => one.localeCompare(other, 'en', { numeric: true })

/** The newest version of glibc that a file asks for, as its string table names it. */
const glibcOf = (bytes) =>
  [...bytes.toString('latin1').matchAll(/\bGLIBC_([0-9.]+)/g)]
    .map(([, version]) => version)
    .sort(byVersion)
    .at(-1)

/** Why these bytes of this file cannot be packed as the addon of an architecture, or undefined. */
function faultOf(file, bytes, arch) {
  const isElf64 = bytes.toString('latin1', 0, 6) === '\x7fELF\x02\x01'
  if (!isElf64 || bytes.readUInt16LE(18) !== ARCHITECTURES[arch].machine)
    return `it is no ELF file for ${arch}`
  if (byVersion(glibcOf(bytes), NEWEST_GLIBC) > 0) return `it needs glibc ${glibcOf(bytes)}`
  const [command, ...args] = [...nodeOf(arch), '-e', LOAD, file]
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? undefined : `it does not load: ${error?.message ?? stderr}`
}

/** The entry points of the package's types. */
const TYPES = ['index', 'install', 'nx', 'register'].map((name) => join(root, `dist/lib/${name}.d.ts`))

/** These files of types, and all that they import. */
function typesFrom(entries) {
  const reached = new Set()
  const waiting = [...entries]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !existsSync(file)) continue
    reached.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/['"](\.[^'"]+)\.js['"]/g)) {
      waiting.push(join(dirname(file), `${path}.d.ts`))
    }
  }
  return reached
}

/**
 * Fills dist/: types with their comments, as editors show them, but only those that the entry points reach; code without comments
 * and source maps, since the sources that they are for are not in the package. The next compilation fills it anew.
 */
function compile() {
  // What was compiled from sources that have gone since is not to be packed.
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run(process.execPath, [join(root, 'scripts/setup.mjs')])
  const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js')
  const options = ['--removeComments', '--sourceMap', 'false', '--declaration', 'false']
  run(process.execPath, [compiler, '--project', root, ...options])
  const needed = typesFrom(TYPES)
  for (const name of readdirSync(join(root, 'dist/lib'), { recursive: true })) {
    const file = join(root, 'dist/lib', name)
    if (name.endsWith('.d.ts') && !needed.has(file)) rmSync(file)
  }
}

const architectures = Object.keys(ARCHITECTURES)
requireTools(Object.assign({}, ...architectures.flatMap((arch) => [buildTools(arch), runTools(arch)])))
compile()
for (const arch of architectures) {
  await buildPrebuilt(arch)
  const file = prebuilt(arch)
  const bytes = readFileSync(file)
  const fault = faultOf(file, bytes, arch)
  if (fault) fail(`${file} cannot be packed: ${fault}`)
  console.error(
    `nxzlib: ${file}: ${Math.ceil(bytes.length / 1024)} KiB, loads, needs glibc ${glibcOf(bytes)}`,
  )
}
