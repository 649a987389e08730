// SPDX-License-Identifier: MIT
// What the addon is made of, as binding.gyp says: the one place that names its sources and flags.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'

import { fail, root } from './project.mjs'

export const bindingGyp = join(root, 'binding.gyp')

const filesIn = (folder, pattern) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`)

/** The files of the addon in native/, relative to the root: those that end like this. */
const addonFiles = (pattern) => [...filesIn('native', pattern), ...filesIn('native/engine', pattern)].sort()

/** All that the addon depends on: a change of any of them makes it out of date. */
export const addonInputs = () => [bindingGyp, ...addonFiles(/\.(cc|h)$/).map((name) => join(root, name))]

/**
 * Sources (relative to the root), defines and compiler flags of the addon. Ends the script if a source is missing there, or
 * named but not there.
 */
export function addonRecipe() {
  // Without its comments, what gyp reads as Python is a JavaScript expression too.
  const text = readFileSync(bindingGyp, 'utf8').replace(/^\s*#.*$/gm, '')
  const [target] = runInNewContext(`(${text})`).targets
  const named = [...target.sources].sort()
  const present = addonFiles(/\.cc$/)
  const different = [...named, ...present].filter((name) => !named.includes(name) || !present.includes(name))
  if (different.length > 0) fail(`binding.gyp and native/ differ in: ${different.join(', ')}`)
  return {
    sources: named,
    defines: [...target.defines, `NODE_GYP_MODULE_NAME=${target.target_name}`],
    flags: [...target.cflags, ...target['cflags_cc+']],
  }
}
