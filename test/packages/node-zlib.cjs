// SPDX-License-Identifier: MIT
'use strict'
// node:zlib as it was before nxzlib was registered: the peer that the checks compare with. Preloaded before nxzlib/register.
// It also counts what node:zlib's streams leave to Node's own engine, which nothing else would show.
const zlib = require('node:zlib')

let writes = 0
let isPeer = false

/** node:zlib's own blocking functions; what they do does not count. */
exports.node = Object.fromEntries(
  Object.entries(zlib)
    .filter(([name]) => name.endsWith('Sync'))
    .map(([name, original]) => [
      name,
      (...values) => {
        isPeer = true
        try {
          return original(...values)
        } finally {
          isPeer = false
        }
      },
    ]),
)

/** How many writes streams of node:zlib made to Node's own engine. */
exports.nodeWrites = () => writes

const prototype = Object.getPrototypeOf(zlib.createDeflateRaw()._handle)
for (const name of ['write', 'writeSync']) {
  const original = prototype[name]
  prototype[name] = function (...values) {
    // By a symbol of its own an engine finds its stream. nxzlib uses such engines too, but not as the stream's.
    const owners = Object.getOwnPropertySymbols(this).map((symbol) => this[symbol])
    if (!isPeer && owners.some((owner) => owner?._handle === this)) writes++
    return Reflect.apply(original, this, values)
  }
}
