// SPDX-License-Identifier: MIT
// Compresses in one call that blocks, decompresses in one that does not, and tells what served each.
import { promisify } from 'node:util'
import { gunzip, gzipSync, status } from 'nxzlib'

const text = Array.from({ length: 10_000 }, (_, n) => JSON.stringify({ n, root: Math.sqrt(n) })).join('\n')

/** `device`: hardware, native, model, or node for Node's own zlib. `reason`: why not the one that should have. */
function tell(call, { buffer, device, reason, jobs }) {
  console.log(`${call}: ${buffer.length} bytes, by ${device}, ${jobs} jobs${reason ? ` (${reason})` : ''}`)
}

console.log(`text: ${text.length} bytes`)
const packed = gzipSync(text, { level: 6, info: true })
tell('gzipSync', packed)

const restored = await promisify(gunzip)(packed.buffer, { info: true })
tell('gunzip', restored)
console.log(`the same text: ${restored.buffer.toString() === text}`)

for (const { engine, available, reason } of status().devices) {
  console.log(`${engine}: ${available ? 'can be used here' : reason}`)
}
