// SPDX-License-Identifier: MIT
// Whom alias.mjs gives nxzlib to. Node loads this file a second time, for the hooks of `import`.
import { fileURLToPath, URL } from 'node:url'

const NXZLIB = fileURLToPath(new URL('../../dist/lib/', import.meta.url))

/** Whether a module asks for node:zlib, and is not nxzlib itself. */
export function wantsAlias(request, parentPath) {
  return /^(node:)?zlib$/.test(request) && !parentPath?.startsWith(NXZLIB)
}

export function resolve(specifier, context, next) {
  const { parentURL = 'file:///' } = context
  const isOurs = parentURL.startsWith('file:') && wantsAlias(specifier, fileURLToPath(parentURL))
  // The package finds itself by its name.
  return isOurs ? next('nxzlib', { ...context, parentURL: import.meta.url }) : next(specifier, context)
}
