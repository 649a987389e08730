// SPDX-License-Identifier: MIT
// Brings a bare clone to the state where anything can run: dependencies as the lock file names them, sources compiled.
// Every npm script calls it, so a fresh machine needs one command. It does nothing where nothing is missing. With --native
// it also builds the addon, where there is a compiler.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { buildAddon } from './build.mjs'
import { isUpToDate, root, run, runNpm } from './project.mjs'

// npm writes this file last, so its age tells whether an install of the present lock file was completed.
if (!isUpToDate(join(root, 'node_modules/.package-lock.json'), [join(root, 'package-lock.json')])) {
  console.error('nxzlib: installing dependencies (npm ci)')
  runNpm(['ci', '--no-audit', '--no-fund'])
}

const typescript = join(root, 'node_modules/typescript')
const { bin } = JSON.parse(readFileSync(join(typescript, 'package.json'), 'utf8'))
run(process.execPath, [join(typescript, bin.tsc), '--project', root])

if (process.argv.includes('--native')) {
  const reason = buildAddon()
  if (reason) console.error(`nxzlib: THE C++ ENGINE IS NOT BUILT, ${reason}; its tests will be pending`)
  // Where everything is installed for it, that is a failure.
  if (reason && process.env.CI) process.exit(1)
}
