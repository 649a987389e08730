// SPDX-License-Identifier: MIT
// Runs the benchmark (bench/main.ts) with its arguments: npm run bench -- --quick --html bench.html
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { installPinned } from './pinned.mjs'
import { nodePrefix, root, run } from './project.mjs'

run(process.execPath, [join(root, 'scripts/setup.mjs'), '--native'])

// A peer that has to be compiled, for this version of Node: where that fails, the benchmark says that it is missing.
const prefix = nodePrefix()
const headers = prefix ? [`--nodedir=${prefix}`] : []
const { modules } = process.versions
const peers = installPinned(join(root, 'bench/peers'), 'bench', headers, `${process.arch} ${modules}`)

const { status } = spawnSync(process.execPath, [join(root, 'dist/bench/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...(peers && { NXZLIB_BENCH_PEERS: peers }) },
})
process.exitCode = status ?? 1
