// Brings a bare clone to the state where anything can run: dependencies as the lock file names them, sources compiled.
// Every npm script calls it, so a fresh machine needs one command. It does nothing where nothing is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
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
