// Packs the package, installs it into an empty project as a user would who has no compiler and allows no install scripts, and
// uses it there by Node on every processor, the foreign ones under qemu. The last line counts the checks.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ARCHITECTURES } from './architectures.mjs'
import { nodeOf } from './emulated-node.mjs'
import { runNpm } from './project.mjs'

const project = mkdtempSync(join(tmpdir(), 'nxzlib-package-'))
process.on('exit', () => rmSync(project, { recursive: true }))
const installed = join(project, 'node_modules/nxzlib')

/** Compresses and restores by the package, and tells what did it: the file of the addon, or 'none'. */
const PROGRAM = `
  const { gzipSync, gunzipSync } = require('nxzlib')
  const { addon } = require('nxzlib/nx').status()
  console.log(gunzipSync(gzipSync('restored')).toString(), addon.loaded ? addon.file : 'none')
`

function use(arch) {
  const [command, ...args] = [...nodeOf(arch), '-e', PROGRAM]
  const { stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' })
  return stdout.trim() || stderr
}

runNpm(['pack', '--silent', '--pack-destination', project])
const [archive] = readdirSync(project)
writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
// npm finds no compiler in a PATH that is empty.
runNpm(['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', archive], {
  cwd: project,
  env: { ...process.env, PATH: '' },
})

const checks = {}
for (const arch of Object.keys(ARCHITECTURES)) {
  checks[`on ${arch} it works by its prebuilt addon`] = () =>
    assert.equal(use(arch), `restored ${join(installed, `prebuilds/linux-${arch}/nxzlib.node`)}`)
}
checks['it has the sources of the addon, but not those for its tests'] = () => {
  const folders = readdirSync(join(installed, 'native'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  assert.deepEqual(
    folders.map(({ name }) => name),
    ['engine'],
  )
  assert.ok(existsSync(join(installed, 'binding.gyp')))
}
checks['without an addon it works by the model'] = () => {
  rmSync(join(installed, 'prebuilds'), { recursive: true })
  assert.equal(use(process.arch), 'restored none')
}

let failed = 0
for (const [title, check] of Object.entries(checks)) {
  try {
    check()
    console.log(`ok ${title}`)
  } catch (error) {
    failed++
    console.log(`not ok ${title}: ${error.message}`)
  }
}
console.log(`package: ${Object.keys(checks).length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
