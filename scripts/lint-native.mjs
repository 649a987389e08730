// SPDX-License-Identifier: MIT
// Checks the format of the C and C++ sources, where clang-format is installed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './project.mjs'

const native = join(root, 'native')
const sources = readdirSync(native, { recursive: true })
  .filter((name) => /\.(cc|c|h)$/.test(name))
  .map((name) => join(native, name))
const { status, error } = spawnSync('clang-format', ['--dry-run', '--Werror', ...sources], {
  stdio: 'inherit',
})
if (error)
  console.error('nxzlib: clang-format is not installed: THE FORMAT OF THE C++ SOURCES IS NOT CHECKED')
process.exitCode = error ? 0 : (status ?? 1)
