// SPDX-License-Identifier: MIT
// Tests the ppc64le machine code on any machine: under qemu, on POWER9 and POWER10, with a stand-in for /dev/crypto/nx-gzip
// (native/emulator). The tests run in this machine's mocha, and start emulated programs by the wrapper that
// NXZLIB_PPC64LE_NODE names: it takes Node's arguments, and passes on the environment (the stand-in's settings among it).
// NXZLIB_PPC64LE_CPU is POWER9 or POWER10. The last line counts.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { addonRecipe } from './addon-recipe.mjs'
import { buildTools, compilerFor, runTools, sysrootOf } from './architectures.mjs'
import { make } from './compile.mjs'
import { buildFolder, buildPrebuilt } from './cross-build.mjs'
import { emulatedNode } from './emulated-node.mjs'
import { requireTools, root, run } from './project.mjs'
import { counted, runMocha, watch } from './suites.mjs'

const ARCH = 'ppc64'
const CPUS = ['POWER9', 'POWER10']
const FOLDER = buildFolder(ARCH)
const STAND_IN = join(FOLDER, 'nx-gzip-standin.so')
const CLIENT = join(FOLDER, 'client')

/** Milliseconds that a test may take: Node alone takes seconds to start. */
const TIMEOUT = 300_000

const WARNINGS = ['-Wall', '-Wextra', '-Werror']

const emulatorSources = (pattern) =>
  readdirSync(join(root, 'native/emulator'), { recursive: true })
    .filter((name) => pattern.test(name))
    .map((name) => `native/emulator/${name}`)
    .sort()

/** The stand-in executes jobs by the addon's own engine. It is preloaded into any program, so that it brings its libraries. */
function buildStandIn() {
  const engine = addonRecipe().sources.filter((name) => name.startsWith('native/engine/'))
  return make({
    output: STAND_IN,
    compiler: compilerFor(ARCH),
    sources: [...emulatorSources(/\.cc$/), ...engine],
    flags: ['-O2', '-std=c++17', '-fPIC', '-pthread', '-fvisibility=hidden', ...WARNINGS],
    linkFlags: ['-shared', '-pthread', '-ldl', '-static-libstdc++', '-static-libgcc'],
    objects: join(FOLDER, 'standin'),
    madeFrom: [fileURLToPath(import.meta.url)],
  })
}

function buildClient() {
  return make({
    output: CLIENT,
    compiler: compilerFor(ARCH).replace('g++', 'gcc'),
    sources: emulatorSources(/\.c$/),
    flags: ['-O2', '-std=gnu11', '-pthread', ...WARNINGS],
    linkFlags: ['-pthread'],
    objects: join(FOLDER, 'client-objects'),
    madeFrom: [fileURLToPath(import.meta.url)],
  })
}

const emulator = (cpu) => ['qemu-ppc64le', '-cpu', cpu, '-L', sysrootOf(ARCH), '-E', `LD_PRELOAD=${STAND_IN}`]

/** Writes the program that is Node on an emulated processor with the device; returns its path. */
function writeWrapper(cpu) {
  const path = join(FOLDER, `node-${cpu}`)
  const node = join(emulatedNode(ARCH), 'bin/node')
  const words = [...emulator(cpu), node, '--require', join(root, 'scripts/emulated-child.cjs')]
  const command = words.map((word) => `'${word}'`).join(' ')
  const lines = ['#!/bin/sh', `export NXZLIB_PPC64LE_NODE='${path}'`, `exec ${command} "$@"`]
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o755 })
  return path
}

/**
 * The C client prints a line for each check: `ok NAME` or `not ok NAME: why`. Some of them end a child by a signal; where that
 * leaves a core file, it is among what was built.
 */
async function runClient(cpu) {
  const [command, ...args] = [...emulator(cpu), CLIENT]
  const { output, succeeded } = await watch(command, args, { cwd: FOLDER })
  const lines = (pattern) => output.match(pattern)?.length ?? 0
  return counted(lines(/^ok /gm), lines(/^not ok /gm), succeeded)
}

function runNode(cpu) {
  const env = { NXZLIB_PPC64LE_NODE: writeWrapper(cpu), NXZLIB_PPC64LE_CPU: cpu }
  const options = ['--parallel', '--jobs', '2', '--timeout', String(TIMEOUT)]
  return runMocha(['dist/test/ppc64le/**/*.test.js'], { options, env })
}

requireTools({ ...buildTools(ARCH), ...runTools(ARCH) })
run(process.execPath, [join(root, 'scripts/setup.mjs')])
await buildPrebuilt(ARCH)
mkdirSync(FOLDER, { recursive: true })
await buildStandIn()
await buildClient()

const total = { passed: 0, failed: 0 }
for (const cpu of CPUS) {
  for (const [title, test] of Object.entries({ 'C client': runClient, 'Node.js': runNode })) {
    console.log(`\n${title} on ${cpu}`)
    const { passed, failed } = await test(cpu)
    total.passed += passed
    total.failed += failed
  }
}
console.log(`ppc64le: ${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
