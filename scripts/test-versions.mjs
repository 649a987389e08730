// SPDX-License-Identifier: MIT
// Tests what depends on the version of Node, on each one that is supported and with each software engine: node:zlib's surface and
// streams as they are there, and how the package and its addon load. The last line counts.
import { join } from 'node:path'

import { fetchedNode, latestVersion, LOWEST_VERSION, MAJORS } from './emulated-node.mjs'
import { ARCHITECTURES } from './architectures.mjs'
import { fail, root, run } from './project.mjs'
import { runMocha } from './suites.mjs'

const testFiles = (...names) => names.map((name) => `dist/test/${name}.test.js`)

/** The surface, and the events of streams. */
const BEHAVING = testFiles('zlib/differential-*', 'zlib/streams-lifecycle', 'zlib/options', 'zlib/forms')

/** Every kind of data, whole and damaged: it takes long, and what a version has to do with it is the same with any engine. */
const CODING = testFiles('zlib/streams-compress', 'zlib/streams-decompress')

/** What loads or starts something, and chooses its engines itself. */
const LOADING = testFiles('package', 'install', 'device/environment', 'device/open', 'device/native')

const RUNS = [
  { title: 'loading', files: LOADING, env: {} },
  { title: 'native', files: [...CODING, ...BEHAVING], env: { NXZLIB_ENGINE: 'native' } },
  { title: 'model', files: BEHAVING, env: { NXZLIB_ENGINE: 'model' } },
]

/** Milliseconds that a test may take: the engine in TypeScript is slow. */
const TIMEOUT = 120_000

const { arch } = process
if (process.platform !== 'linux' || !(arch in ARCHITECTURES))
  fail(`npm has no Node for ${process.platform} ${arch}`)
run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])

const options = ['--reporter', 'dot', '--parallel', '--jobs', '2', '--timeout', String(TIMEOUT)]
const total = { passed: 0, failed: 0 }
for (const version of [LOWEST_VERSION, ...MAJORS.map((major) => latestVersion(arch, major))]) {
  const node = join(fetchedNode(arch, version), 'bin/node')
  for (const { title, files, env } of RUNS) {
    console.log(`\nNode.js ${version}, ${title}`)
    const { passed, failed } = await runMocha(files, { node, options, env })
    total.passed += passed
    total.failed += failed
  }
}
console.log(`versions: ${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
