// SPDX-License-Identifier: MIT
import { syncBuiltinESMExports } from 'node:module'
import zlib from 'node:zlib'

import { NxUsageError } from './errors.js'
import { replacements } from './zlib/surface.js'

/** Settings of an installation. */
export interface InstallOptions {
  /** Names of node:zlib's exports to replace, such as 'gzip' or 'createGzip'. Default: all that nxzlib has. */
  readonly only?: readonly string[]
}

/** Tells all copies of the package in a process which one is installed, and by what it can be taken away. */
const INSTALLED = Symbol.for('nxzlib.installed')

type Registry = Record<symbol, (() => void) | undefined>
const registry = globalThis as unknown as Registry

/**
 * Puts nxzlib's functions and classes in the place of node:zlib's, for all of the process that does not already hold one of
 * the old ones. Does nothing when they are there; other names are added to those that are.
 *
 * @throws NxUsageError for a name that nxzlib does not have
 */
export function install({ only = Object.keys(replacements) }: InstallOptions = {}): void {
  for (const name of only) {
    if (Object.hasOwn(replacements, name)) continue
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
      detail: `nxzlib does not replace node:zlib's ${name}`,
    })
  }
  const foreign = registry[INSTALLED]
  if (foreign && foreign !== uninstall) return
  for (const name of only) {
    if (saved.has(name)) continue
    saved.set(name, Object.getOwnPropertyDescriptor(zlib, name) ?? {})
    Object.defineProperty(zlib, name, replacements[name])
  }
  registry[INSTALLED] = uninstall
  syncBuiltinESMExports()
}

/** Takes away what `install` put into node:zlib. Streams that exist go on as they began. */
export function uninstall(): void {
  for (const [name, descriptor] of saved) Object.defineProperty(zlib, name, descriptor)
  saved.clear()
  if (registry[INSTALLED] === uninstall) registry[INSTALLED] = undefined
  syncBuiltinESMExports()
}

/** The properties of node:zlib that were replaced. */
const saved = new Map<string, PropertyDescriptor>()
