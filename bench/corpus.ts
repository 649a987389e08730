// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, type Dirent } from 'node:fs'
import { dirname, join } from 'node:path'

import { sample } from '../lib/cli/sample.js'
import { readings } from './data.js'
import type { CorpusEntry } from './results.js'

/** Bytes of a file of the corpus, at most: larger ones are cut, so that each kind weighs about the same. */
export const FILE_BYTES = 1024 * 1024

/** Smaller files could not be measured at all sizes, and are left out. */
const LEAST_BYTES = 128 * 1024

/** A kind of data, and where to find it: the first source that has enough is taken. */
interface Kind {
  readonly kind: string
  readonly sources: readonly { readonly name: string; readonly read: () => Uint8Array }[]
}

/** A file of the corpus. */
export interface CorpusFile extends CorpusEntry {
  readonly data: Uint8Array
}

export interface Corpus {
  readonly files: readonly CorpusFile[]
  /** A line for each kind that is left out or replaced. */
  readonly omissions: readonly string[]
  /** Of all files, one behind the other. */
  readonly sha256: string
}

const root = join(__dirname, '../..')
const packages = join(root, 'node_modules')

/** The files below a folder, in an order that does not depend on the machine. */
function filesBelow(folder: string, matches: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return []
  const inOrder = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1)
  return readdirSync(folder, { withFileTypes: true })
    .sort(inOrder)
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path, matches)
      return entry.isFile() && matches(entry.name) ? [path] : []
    })
}

/** Files one behind the other, until there are enough bytes. */
function joined(paths: readonly string[]): Uint8Array {
  const parts: Buffer[] = []
  let length = 0
  for (const path of paths) {
    if (length >= FILE_BYTES) break
    parts.push(readFileSync(path))
    length += parts[parts.length - 1].length
  }
  return Buffer.concat(parts)
}

/** Files of npm packages that `npm ci` installs. */
function fromPackages(...paths: readonly string[]): { name: string; read: () => Uint8Array } {
  const name = paths.length > 1 ? `${paths[0]} and ${paths.length - 1} more` : paths[0]
  const there = paths.map((path) => join(packages, path))
  const all = (path: string) => (/\.\w+$/.test(path) ? [path] : filesBelow(path, () => true))
  return { name, read: () => joined(there.filter(existsSync).flatMap(all)) }
}

const headers = (name: string) => name.endsWith('.h')
const nodeHeaders = join(dirname(process.execPath), '../include/node')

const KINDS: readonly Kind[] = [
  {
    kind: 'JavaScript',
    sources: [fromPackages('typescript/lib/typescript.js'), fromPackages('mocha/mocha.js')],
  },
  {
    kind: 'minified JavaScript',
    sources: [fromPackages('prettier/plugins/flow.js'), fromPackages('prettier/plugins/typescript.js')],
  },
  {
    kind: 'TypeScript declarations',
    sources: [fromPackages('typescript/lib/lib.dom.d.ts'), fromPackages('undici-types')],
  },
  {
    kind: 'JSON',
    sources: [
      fromPackages(
        ...['de', 'ru', 'ja', 'fr', 'es'].map(
          (language) => `typescript/lib/${language}/diagnosticMessages.generated.json`,
        ),
      ),
      { name: 'package-lock.json', read: () => readFileSync(join(root, 'package-lock.json')) },
    ],
  },
  {
    kind: 'Markdown',
    sources: [
      {
        name: '*.md of all packages',
        read: () => joined(filesBelow(packages, (name) => name.endsWith('.md'))),
      },
    ],
  },
  {
    kind: 'C++ headers',
    sources: [
      {
        name: 'headers of node-addon-api and Node',
        read: () =>
          joined([
            ...filesBelow(join(packages, 'node-addon-api'), headers),
            ...filesBelow(nodeHeaders, headers),
          ]),
      },
      {
        name: 'native/',
        read: () => joined(filesBelow(join(root, 'native'), (name) => /\.(h|cc)$/.test(name))),
      },
    ],
  },
  {
    kind: 'machine code',
    sources: [
      {
        name: 'the middle of the program of Node',
        read: () => {
          const program = readFileSync(process.execPath)
          return program.subarray(program.length >>> 1)
        },
      },
    ],
  },
  { kind: 'logs', sources: [{ name: 'generated', read: () => sample(FILE_BYTES) }] },
  { kind: 'binary records', sources: [{ name: 'generated', read: () => readings(FILE_BYTES) }] },
]

const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

function fileOf({ kind, sources }: Kind, omissions: string[]): CorpusFile | undefined {
  for (const [index, { name, read }] of sources.entries()) {
    // A copy of its own, so that no larger file is kept in memory.
    const data = Uint8Array.from(read().subarray(0, FILE_BYTES))
    if (data.length < LEAST_BYTES) continue
    if (index > 0) omissions.push(`${kind}: ${sources[0].name} is missing, replaced by ${name}`)
    return { kind, source: name, bytes: data.length, sha256: digest(data), data }
  }
  omissions.push(`${kind}: left out, ${sources.map(({ name }) => name).join(' and ')} missing or too small`)
  return undefined
}

/** Gathers the corpus from what the packages of a clone and Node itself carry, and from what can be generated. */
export function gatherCorpus(): Corpus {
  const omissions: string[] = []
  const files = KINDS.map((kind) => fileOf(kind, omissions)).filter((file) => file !== undefined)
  return { files, omissions, sha256: digest(Buffer.concat(files.map(({ data }) => data))) }
}

/** Bytes of each kind by turns: the same mixture throughout. */
export function mixture(files: readonly Pick<CorpusFile, 'data'>[], length: number): Uint8Array {
  const share = Math.ceil(length / files.length)
  return Buffer.concat(files.map(({ data }) => data.subarray(0, share))).subarray(0, length)
}
