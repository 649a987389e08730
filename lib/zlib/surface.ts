// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import * as convenience from './convenience.js'
import { streams } from './streams.js'

/** All of node:zlib as it was when this module loaded. */
const original = Object.getOwnPropertyDescriptors(zlib)

/** What takes the place of node:zlib's own: name and value. */
const values: Readonly<Record<string, unknown>> = { ...convenience, ...streams }

/** Our functions and classes with the attributes of node:zlib's properties of the same names. */
export const replacements: Readonly<Record<string, PropertyDescriptor>> = Object.fromEntries(
  Object.entries(original)
    .filter(([name]) => name in values)
    .map(([name, descriptor]) => [name, { ...descriptor, value: values[name] }]),
)

/** node:zlib's exports, of which its types do not know all. */
type Surface = typeof zlib & {
  /** zlib's return codes by name, and their names by value. */
  readonly codes: Readonly<Record<string, string | number>>
}

/** All that the running version's node:zlib exports, with ours in place: an object like the module itself. */
export const surface = Object.defineProperties({}, { ...original, ...replacements }) as Surface

/** Adds exports that node:zlib does not have. They do not show when the module's properties are listed. */
export function addToSurface(additions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(additions)) {
    Object.defineProperty(surface, name, { value, configurable: true, writable: true, enumerable: false })
  }
}
