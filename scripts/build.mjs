// SPDX-License-Identifier: MIT
// Builds the addon from source for this machine into build/Release: `npm run build`, in a clone or in an installed package.
// Installed, it needs the headers of node-addon-api beside it: npm install --no-save node-addon-api
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { addonInputs } from './addon-recipe.mjs'
import { fail, hasTool, isMain, isUpToDate, nodePrefix, root, run } from './project.mjs'

const resolves = (name) => {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return undefined
  }
}

/** The clone's own node-gyp, or in an installed package the one that npm brings along. */
const nodeGyp = () => resolves('node-gyp/bin/node-gyp.js') ?? process.env.npm_config_node_gyp

/** Builds the addon if it is out of date. Returns the reason why it could not, or undefined. */
export function buildAddon() {
  if (isUpToDate(join(root, 'build/Release/nxzlib.node'), addonInputs())) return undefined
  const missing = ['g++', 'make', 'python3'].filter((tool) => !hasTool(tool))
  if (!resolves('node-addon-api')) missing.push('node-addon-api (npm install --no-save node-addon-api)')
  if (!nodeGyp()) missing.push('node-gyp')
  if (missing.length > 0) return `for want of ${missing.join(', ')}`
  // Where there are no headers beside Node's program, node-gyp finds or fetches them.
  const prefix = nodePrefix()
  const headers = prefix ? [`--nodedir=${prefix}`] : []
  const { status } = spawnSync(process.execPath, [nodeGyp(), 'rebuild', ...headers], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  return status === 0 ? undefined : 'since node-gyp failed'
}

if (isMain(import.meta.url)) {
  // A bare clone has no node-gyp yet.
  const setup = join(root, 'scripts/setup.mjs')
  if (existsSync(setup)) run(process.execPath, [setup])
  const reason = buildAddon()
  if (reason) fail(`the addon is not built, ${reason}`)
}
