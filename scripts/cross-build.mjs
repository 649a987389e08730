// SPDX-License-Identifier: MIT
// Builds the addon for each processor that the package carries it for: `node scripts/cross-build.mjs [x64|arm64|ppc64]...`
// makes prebuilds/linux-ARCH/nxzlib.node, by g++ for this machine's own and by Debian's cross compilers for the others.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { addonRecipe, bindingGyp } from './addon-recipe.mjs'
import { ARCHITECTURES, buildTools, compilerFor } from './architectures.mjs'
import { make } from './compile.mjs'
import { emulatedNode } from './emulated-node.mjs'
import { fail, isMain, nodePrefix, requireTools, root } from './project.mjs'

/** Where object files are, and all that is built for tests under emulation. */
export const buildFolder = (arch) => join(root, 'build-cross', arch)

export const prebuilt = (arch) => join(root, `prebuilds/linux-${arch}/nxzlib.node`)

/** What node-gyp adds to the flags of binding.gyp, but for the optimization. */
const ADDON_FLAGS = [
  '-fPIC',
  '-pthread',
  '-fno-exceptions',
  '-fno-rtti',
  '-ffunction-sections',
  '-fdata-sections',
]

/**
 * Where loops over data are, where those of a job or a block are, and what runs once a job, which is three times as large with
 * the flag of the loops: node-gyp has that for all.
 */
const OPTIMIZATIONS = [
  [/\/engine\/(checksums|crc32|dht|encode|huffman|inflate_|match_finder)/, '-O3'],
  [/\/engine\/|\/(code_lengths|dht_encoder|huffman_table)\.cc$/, '-O2'],
  [/./, '-Os'],
]
const optimizationOf = (source) => OPTIMIZATIONS.find(([pattern]) => pattern.test(source))[1]

/**
 * What decides on which systems it loads: libstdc++ is linked in, since that of GCC 12 is newer than that of many systems, and
 * hidden from the one that Node uses. What the addon does not reach is left out, or it would ask for a newer glibc. libgcc is not
 * linked in: GCC 12's asks for glibc 2.35, and Node needs libgcc_s.so.1 anyway.
 */
const LINK_FLAGS = ['-shared', '-s', '-pthread', '-static-libstdc++', '-Wl,--exclude-libs,ALL,--gc-sections']

/** Builds the addon for an architecture, if it is out of date. */
export async function buildPrebuilt(arch) {
  const { sources, defines, flags } = addonRecipe()
  // The headers of Node-API are the same for every processor.
  const headers = join(nodePrefix() ?? emulatedNode('ppc64'), 'include/node')
  const nodeAddonApi = createRequire(import.meta.url)('node-addon-api').include_dir
  await make({
    output: prebuilt(arch),
    compiler: compilerFor(arch),
    sources,
    flags: (source) => [
      optimizationOf(source),
      ...ADDON_FLAGS,
      ...flags,
      ...defines.map((define) => `-D${define}`),
      ...[headers, nodeAddonApi].flatMap((folder) => ['-isystem', folder]),
    ],
    linkFlags: LINK_FLAGS,
    objects: join(buildFolder(arch), 'addon'),
    madeFrom: [bindingGyp, fileURLToPath(import.meta.url)],
  })
}

if (isMain(import.meta.url)) {
  const all = Object.keys(ARCHITECTURES)
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : all
  for (const arch of wanted) if (!all.includes(arch)) fail(`unknown architecture: ${arch}`)
  requireTools(Object.assign({}, ...wanted.map(buildTools)))
  for (const arch of wanted) {
    await buildPrebuilt(arch)
    console.log(prebuilt(arch))
  }
}
