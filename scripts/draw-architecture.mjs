// SPDX-License-Identifier: MIT
// Draws docs/architecture.svg: the layers, the devices, and what passes between them. `--check` only tells whether it is as drawn.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { fail, root } from './project.mjs'

const FILE = join(root, 'docs/architecture.svg')
const WIDTH = 800

/** Boxes over the whole width: a name, what it knows, and what it hands to the next one. */
const LAYERS = [
  ['your program', "require('nxzlib'), nxzlib/register, nxgzip", 'gzipSync(buffer), createGzip(), …'],
  [
    'lib/zlib',
    "node:zlib's surface: functions, stream handles, headers, trailers, errors",
    'plain bytes, flush points',
  ],
  [
    'lib/deflate',
    'a stream as a sequence of jobs: history, Huffman tables, joining of blocks',
    'jobs: function code, source, target',
  ],
  [
    'lib/job',
    'credit, paste, polling, touch and retry, time-out; which device',
    'CRB: 128 bytes; back: CSB: 16 bytes',
  ],
]

/** Boxes side by side: a name, and lines of what is in it. */
const DEVICES = [
  [
    'hardware',
    ['native/vas_window.cc', 'copy, paste.', '/dev/crypto/nx-gzip'],
    'the NX unit of POWER9 and later',
  ],
  ['native', ['native/engine', 'C++, own threads', 'real addresses'], 'software, wherever the addon loads'],
  [
    'model',
    ['lib/model/vas, lib/model/nx', 'windows, FIFOs, fault handler,', 'DMA, gzip engine'],
    'software, everywhere',
  ],
]

const LAYER_HEIGHT = 52
const GAP = 38
const MARGIN = 20
const DEVICE_HEIGHT = 118

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const text = (x, y, kind, content, anchor = 'start') =>
  `  <text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escape(content)}</text>`
const box = (x, y, width, height, kind) =>
  `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="${kind}"/>`
const arrow = (x, from, to) => `  <path d="M${x} ${from}V${to}" class="arrow" marker-end="url(#head)"/>`

function draw() {
  const parts = []
  let y = MARGIN
  for (const [name, knows, passes] of LAYERS) {
    parts.push(box(MARGIN, y, WIDTH - 2 * MARGIN, LAYER_HEIGHT, name.startsWith('lib') ? 'layer' : 'outside'))
    parts.push(text(MARGIN + 14, y + 22, 'name', name), text(MARGIN + 14, y + 41, 'small', knows))
    parts.push(arrow(WIDTH / 2, y + LAYER_HEIGHT, y + LAYER_HEIGHT + GAP - 4))
    parts.push(text(WIDTH / 2 + 12, y + LAYER_HEIGHT + 24, 'small', passes))
    y += LAYER_HEIGHT + GAP
  }
  parts.push(box(MARGIN, y, WIDTH - 2 * MARGIN, DEVICE_HEIGHT + 74, 'layer'))
  parts.push(text(MARGIN + 14, y + 22, 'name', 'lib/device'))
  parts.push(
    text(
      MARGIN + 110,
      y + 22,
      'small',
      'one interface, three devices; auto takes the first that opens, in this order',
    ),
  )
  const width = (WIDTH - 2 * MARGIN - 4 * 14) / DEVICES.length
  DEVICES.forEach(([name, lines, where], index) => {
    const x = MARGIN + 14 + index * (width + 14)
    parts.push(box(x, y + 36, width, DEVICE_HEIGHT, name === 'hardware' ? 'hardware' : 'software'))
    parts.push(text(x + 12, y + 60, 'name', name))
    lines.forEach((line, row) => parts.push(text(x + 12, y + 84 + row * 20, 'small', line)))
    parts.push(text(x + width / 2, y + DEVICE_HEIGHT + 57, 'small', where, 'middle'))
  })
  y += DEVICE_HEIGHT + 74 + GAP
  parts.push(
    text(
      MARGIN,
      y,
      'small',
      'lib/format: the fields of CRB, CSB, CPB, DDE and stamps, a table each, for every layer from lib/deflate down.',
    ),
  )
  return [y + MARGIN, parts]
}

/** Colours for light pages, and for dark ones. */
const STYLE = `
    text { font: 15px system-ui, sans-serif; fill: #1f2328 }
    .name { font-weight: 600 }
    .small { font-size: 13px; fill: #59636e }
    rect { fill: #f6f8fa; stroke: #818b98 }
    .outside { fill: none; stroke-dasharray: 5 4 }
    .hardware { fill: #fff8c5; stroke: #9a6700 }
    .software { fill: #ddf4ff; stroke: #0969da }
    .arrow { stroke: #59636e; fill: none }
    .head { fill: #59636e }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #b1bac4 }
      rect { fill: #161b22; stroke: #656c76 }
      .outside { fill: none }
      .hardware { fill: #3a2f00; stroke: #d29922 }
      .software { fill: #0c2d4f; stroke: #4493f8 }
      .arrow { stroke: #b1bac4 }
      .head { fill: #b1bac4 }
    }
  `

const [height, parts] = draw()
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
  <title id="title">The layers of nxzlib: zlib, deflate, job, device, and the devices hardware, native and model</title>
  <style>${STYLE}</style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
      <path d="M0 0L8 4L0 8z" class="head"/>
    </marker>
  </defs>
${parts.join('\n')}
</svg>
`
if (!process.argv.includes('--check')) writeFileSync(FILE, svg)
else if (readFileSync(FILE, 'utf8') !== svg)
  fail('docs/architecture.svg is not what node scripts/draw-architecture.mjs draws')
