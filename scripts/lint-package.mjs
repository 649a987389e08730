// SPDX-License-Identifier: MIT
// Checks what strangers get: the package's form (publint), whether its types resolve as its code does (attw), and that nothing
// in the repository is unused or undeclared (knip). None of them needs the prebuilt addons, so the package is packed without.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { root, run, runNpm } from './project.mjs'

run(process.execPath, [join(root, 'scripts/setup.mjs')])
const folder = mkdtempSync(join(tmpdir(), 'nxzlib-lint-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
runNpm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder])
const archive = join(folder, readdirSync(folder)[0])

const CHECKS = [['publint', 'run', archive, '--strict'], ['attw', archive, '--no-definitely-typed'], ['knip']]

let failed = 0
for (const [command, ...args] of CHECKS) {
  console.log(`\n${command}`)
  const { status } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) failed++
}
process.exitCode = failed === 0 ? 0 : 1
