// Brings a bare clone to the state where anything can run: dependencies as the lock file names them, sources compiled.
// Every npm script calls it, so a fresh machine needs one command. It does nothing where nothing is missing. With --native
// it also builds the C++ engine, where there is a compiler.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** npm writes this file last, so its age tells whether an install of the present lock file was completed. */
function dependenciesAreInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  return (
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

if (!dependenciesAreInstalled()) {
  console.error('nxzlib: installing dependencies (npm ci)')
  const npm = process.env.npm_execpath
  if (npm) run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'])
  else run('npm', ['ci', '--no-audit', '--no-fund'])
}

const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/typescript/package.json'), 'utf8'))
run(process.execPath, [join(root, 'node_modules/typescript', bin.tsc), '--project', root])

/** Newer than all that it is built from. */
function addonIsBuilt() {
  const addon = join(root, 'build/Release/nxzlib.node')
  if (!existsSync(addon)) return false
  const sources = readdirSync(join(root, 'native'), { recursive: true }).map((name) =>
    join(root, 'native', name),
  )
  const built = statSync(addon).mtimeMs
  return [join(root, 'binding.gyp'), ...sources].every((source) => statSync(source).mtimeMs <= built)
}

const hasTool = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Node's headers, where they lie beside its program; elsewhere node-gyp finds or fetches them. */
function nodeHeaders() {
  const prefix = join(dirname(process.execPath), '..')
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : []
}

function buildAddon() {
  const missing = ['g++', 'make', 'python3'].filter((tool) => !hasTool(tool))
  if (missing.length > 0) return `for want of ${missing.join(', ')}`
  const nodeGyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js')
  const { status } = spawnSync(process.execPath, [nodeGyp, 'rebuild', ...nodeHeaders()], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  return status === 0 ? undefined : 'since node-gyp failed'
}

if (process.argv.includes('--native') && !addonIsBuilt()) {
  const reason = buildAddon()
  if (reason) console.error(`nxzlib: THE C++ ENGINE IS NOT BUILT, ${reason}; its tests will be pending`)
  // Where everything is installed for it, that is a failure.
  if (reason && process.env.CI) process.exit(1)
}
