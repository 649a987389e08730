// Tests what depends on the version of Node, on each one that is supported and with each software engine: node:zlib's surface and
// streams as they are there, and how the package and its addon load. The last line counts.
import { join } from 'node:path'

import { fetchedNode, latestVersion, LOWEST_VERSION } from './emulated-node.mjs'
import { ARCHITECTURES } from './architectures.mjs'
import { fail, root, run } from './project.mjs'
import { runMocha } from './suites.mjs'

/** First numbers of the versions that are tested at their latest, beside the lowest that package.json admits. */
const MAJORS = [22, 24]

const ENGINES = ['native', 'model']

const FILES = [
  'dist/test/zlib/differential-*.test.js',
  'dist/test/zlib/streams-*.test.js',
  'dist/test/{install,package}.test.js',
  'dist/test/device/*.test.js',
]

/** Milliseconds that a test may take: the engine in TypeScript is slow. */
const TIMEOUT = 120_000

const { arch } = process
if (process.platform !== 'linux' || !(arch in ARCHITECTURES))
  fail(`npm has no Node for ${process.platform} ${arch}`)
run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])

const total = { passed: 0, failed: 0 }
for (const version of [LOWEST_VERSION, ...MAJORS.map((major) => latestVersion(arch, major))]) {
  const node = join(fetchedNode(arch, version), 'bin/node')
  for (const engine of ENGINES) {
    console.log(`\nNode.js ${version}, ${engine}`)
    const options = ['--reporter', 'dot', '--timeout', String(TIMEOUT)]
    const { passed, failed } = await runMocha(FILES, { node, options, env: { NXZLIB_ENGINE: engine } })
    total.passed += passed
    total.failed += failed
  }
}
console.log(`versions: ${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
