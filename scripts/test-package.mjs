// SPDX-License-Identifier: MIT
// Packs the package, installs it into an empty project as a user would who has no compiler and allows no install scripts, and
// uses it there in every way that it is meant for: by each supported version of Node, and on every processor, the foreign ones
// under qemu. The last line counts the checks.
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ARCHITECTURES, isForeign } from './architectures.mjs'
import { fetchedNode, latestVersion, LOWEST_VERSION, MAJORS, nodeOf } from './emulated-node.mjs'
import { root, runNpm } from './project.mjs'

/** Bytes of the installed package. */
const MOST_BYTES = 2_000_000

const project = mkdtempSync(join(tmpdir(), 'nxzlib-package-'))
process.on('exit', () => rmSync(project, { recursive: true }))
const installed = join(project, 'node_modules/nxzlib')
const prebuilt = (arch) => join(installed, `prebuilds/linux-${arch}/nxzlib.node`)

/** Programs of users: what Node is started with, where, and what it must print, given the file of the addon. */
const PROGRAMS = {
  require: {
    args: [
      '-e',
      `const { gzipSync, gunzipSync, status } = require('nxzlib')
       console.log(gunzipSync(gzipSync('restored')).toString(), status().addon.file)`,
    ],
    prints: (addon) => `restored ${addon}`,
  },
  import: {
    args: [
      '--input-type=module',
      '-e',
      `import zlib, { createGzip, createGunzip, gunzipSync } from 'nxzlib'
       import { text } from 'node:stream/consumers'
       const gzip = createGzip()
       gzip.end('restored')
       console.log(await text(gzip.pipe(createGunzip())), gunzipSync === zlib.gunzipSync)`,
    ],
    prints: () => 'restored true',
  },
  'nxzlib/nx': {
    args: [
      '-e',
      `const { openDevice, CC, FC } = require('nxzlib/nx')
       const window = openDevice({ engine: 'native' }).openWindow()
       const { csb } = window.runSync({ fc: FC.WRAP, source: Buffer.from('abc'), target: new Uint8Array(3) })
       console.log(csb.cc === CC.OK, csb.tpbc)
       window.close()`,
    ],
    prints: () => 'true 3',
  },
  'nxzlib/register': {
    args: [
      '--require',
      'nxzlib/register',
      '-e',
      `const zlib = require('node:zlib')
       console.log(zlib.gunzipSync(zlib.gzipSync('restored')).toString(), zlib.gzipSync === require('nxzlib').gzipSync)`,
    ],
    prints: () => 'restored true',
  },
  'the command nxzlib': {
    args: [join(installed, 'dist/lib/cli/nxzlib.js'), '--version'],
    prints: () => `nxzlib ${JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).version}`,
  },
  'the command nxgzip': {
    args: [join(installed, 'dist/lib/cli/nxgzip.js'), '-dc'],
    // gzip of 'restored' in a stored block.
    input: Buffer.from('H4sIAAAAAAAA/wEIAPf/cmVzdG9yZWRucli1CAAAAA==', 'base64'),
    prints: () => 'restored',
  },
}

/** The examples of the README, by the commands that it prints, in the folder of the package. */
for (const [args, prints] of [
  [['examples/one-shot.mjs'], /^the same text: true$/m],
  [['examples/stream-pipeline.mjs'], /^the same file: true$/m],
  [['examples/http-server.mjs'], /^the same page: true$/m],
  [['--require', 'nxzlib/register', 'examples/register.mjs'], /^the same log: true$/m],
]) {
  PROGRAMS[`node ${args.join(' ')}`] = { args, cwd: installed, prints: () => prints }
}

/** Runs a program of a user, by default in the project; what it prints, or its error. */
function use(node, { args, input, cwd = project }) {
  const [command, ...first] = node
  const { stdout, stderr, status } = spawnSync(command, [...first, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NXZLIB_THRESHOLD: '0' },
    input,
  })
  return status === 0 && stderr === '' ? stdout.trim() : `${stdout}${stderr}`
}

/** The checks of one Node. */
const checksOf = (title, node, arch) =>
  Object.entries(PROGRAMS).map(([name, program]) => [
    `${title}: ${name}`,
    () => {
      const expected = program.prints(prebuilt(arch))
      const printed = use(node, program)
      if (expected instanceof RegExp) assert.match(printed, expected)
      else assert.equal(printed, expected)
    },
  ])

/** A program in TypeScript that uses what the entry points declare. */
const TYPED = `
  import zlib, { configure, gzipSync, status, type InstallOptions } from 'nxzlib'
  import { openDevice, CRB, FC, type Device, type JobResult } from 'nxzlib/nx'
  import { install } from 'nxzlib/install'
  import 'nxzlib/register'
  configure({ engine: 'model' })
  const packed: Buffer = gzipSync('text', { level: 6 })
  const options: InstallOptions = { only: ['gzip'] }
  install(options)
  const device: Device = openDevice({ engine: 'model' })
  const result: JobResult = device.openWindow().runSync({ fc: FC.WRAP, source: packed, target: new Uint8Array(99) })
  console.log(zlib.constants.Z_FINISH, status().engine, result.csb.tpbc, CRB.size)
`

const names = (folder, kind) =>
  readdirSync(join(installed, folder), { withFileTypes: true })
    .filter((entry) => entry[kind]())
    .map(({ name }) => name)

function bytesOf(folder) {
  const sizes = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? bytesOf(path) : readFileSync(path).length
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

const CONTENTS = {
  'it has code, types, addons, the sources of the addon, documents and examples, and nothing else': () => {
    assert.deepEqual(names('.', 'isDirectory').sort(), [
      'dist',
      'docs',
      'examples',
      'native',
      'prebuilds',
      'scripts',
    ])
    assert.deepEqual(names('dist', 'isDirectory'), ['lib'])
    assert.deepEqual(names('native', 'isDirectory'), ['engine'])
    assert.deepEqual(names('scripts', 'isFile').sort(), ['addon-recipe.mjs', 'build.mjs', 'project.mjs'])
    assert.deepEqual(
      names('prebuilds', 'isDirectory').sort(),
      Object.keys(ARCHITECTURES)
        .map((arch) => `linux-${arch}`)
        .sort(),
    )
  },
  [`it has less than ${MOST_BYTES / 1e6} MB`]: () => {
    const bytes = bytesOf(installed)
    console.log(`# ${bytes} bytes installed`)
    assert(bytes < MOST_BYTES, `${bytes} bytes`)
  },
  'its types are complete, with and without exports being known': () => {
    writeFileSync(join(project, 'typed.ts'), TYPED)
    for (const resolution of [
      ['--module', 'node16'],
      ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'],
    ]) {
      const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
      const args = [
        '--strict',
        '--noEmit',
        '--esModuleInterop',
        '--target',
        'es2022',
        ...types,
        ...resolution,
        'typed.ts',
      ]
      const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), args, {
        cwd: project,
        encoding: 'utf8',
      })
      assert.equal(stdout, '', resolution.join(' '))
    }
  },
  'it has no dependencies, and no scripts for npm to run': () => {
    const { dependencies, scripts, gypfile } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    )
    const run = ['preinstall', 'install', 'postinstall'].filter((name) => name in scripts)
    assert.deepEqual([dependencies, run, gypfile], [undefined, [], false])
    assert.deepEqual(
      readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['nxzlib'],
    )
  },
}

/** The commands as npm links them, found in PATH. */
const LINKED = {
  'the commands nxgzip and nxzlib are in PATH': () => {
    const command = `printf restored | nxgzip | nxgzip -d && nxzlib doctor --json`
    const PATH = `${join(project, 'node_modules/.bin')}:${process.env.PATH}`
    const { stdout, status } = spawnSync('sh', ['-c', command], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    })
    assert.equal(status, 0)
    assert(stdout.startsWith('restored{'), stdout)
    assert.equal(JSON.parse(stdout.slice('restored'.length)).addon.file, prebuilt(process.arch))
  },
}

const WITHOUT_ADDON = {
  'where no addon came for this processor, it works by the model, and status() says so in a line': () => {
    renameSync(join(installed, 'prebuilds'), join(project, 'taken away'))
    const program = `
      const { gzipSync, gunzipSync, status } = require('nxzlib')
      const { loaded, reason } = status().addon
      console.log(gunzipSync(gzipSync('restored')).toString(), loaded, status().engine)
      console.log(reason)`
    const [first, reason, ...rest] = use([process.execPath], { args: ['-e', program] }).split('\n')
    renameSync(join(project, 'taken away'), join(installed, 'prebuilds'))
    assert.equal(first, 'restored false model')
    assert.match(reason, new RegExp(`^there is none for linux-${process.arch}; .*npm run build`))
    assert.deepEqual(rest, [])
  },
}

runNpm(['pack', '--silent', '--pack-destination', project])
const [archive] = readdirSync(project)
writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
// npm finds no compiler in a PATH that is empty.
runNpm(['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', archive], {
  cwd: project,
  env: { ...process.env, PATH: '' },
})

const { arch } = process
const versions = isForeign(arch) ? [] : [LOWEST_VERSION, ...MAJORS.map((major) => latestVersion(arch, major))]
const checks = [
  ...Object.entries(CONTENTS),
  ...Object.entries(LINKED),
  ...versions.flatMap((version) =>
    checksOf(`Node.js ${version} ${arch}`, [join(fetchedNode(arch, version), 'bin/node')], arch),
  ),
  ...Object.keys(ARCHITECTURES)
    .filter(isForeign)
    .flatMap((foreign) => checksOf(`Node.js ${LOWEST_VERSION} ${foreign}`, nodeOf(foreign), foreign)),
  ...Object.entries(WITHOUT_ADDON),
]

let failed = 0
for (const [title, check] of checks) {
  try {
    check()
    console.log(`ok ${title}`)
  } catch (error) {
    failed++
    console.log(`not ok ${title}: ${error.message}`)
  }
}
console.log(`package: ${checks.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
