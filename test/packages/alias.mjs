// SPDX-License-Identifier: MIT
// Preloaded, it gives nxzlib to whoever asks for node:zlib by `require` or `import`, as a bundler's alias would: programs use it
// directly, and node:zlib itself stays what it is.
import { createRequire, Module, register } from 'node:module'

import { wantsAlias } from './alias-hooks.mjs'

register('./alias-hooks.mjs', import.meta.url)

const nxzlib = createRequire(import.meta.url).resolve('nxzlib')
const { _load: load } = Module
Module._load = function (request, parent, isMain) {
  return Reflect.apply(load, this, [wantsAlias(request, parent?.filename) ? nxzlib : request, parent, isMain])
}
