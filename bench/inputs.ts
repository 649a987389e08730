// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { FILE_BYTES, mixture, type Corpus } from './corpus.js'
import { random } from './data.js'
import { MIXED, RANDOM } from './kinds.js'
import type { Subject } from './results.js'

/** Pieces of a kind and size, at most, and their bytes together: different ones, so that nothing is learnt from one input. */
const MOST_PIECES = 12
const MOST_BYTES = FILE_BYTES / 2

/** The inputs of all trials of a run, in a folder: each trial is a process of its own, and shall not make them anew. */
export class Inputs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Writes what trials need. To be called once. */
  prepare(corpus: Corpus): void {
    for (const { kind, data } of corpus.files) writeFileSync(this.#path(kind), data)
    writeFileSync(this.#path(RANDOM), random(FILE_BYTES))
    writeFileSync(this.#path(MIXED), mixture(corpus.files, FILE_BYTES))
    writeFileSync(this.#path('kinds'), JSON.stringify(corpus.files.map(({ kind }) => kind)))
  }

  /** The kinds of the corpus. */
  kinds(): string[] {
    return JSON.parse(readFileSync(this.#path('kinds'), 'utf8')) as string[]
  }

  /** Different pieces of a kind of data, evenly from the whole file; of `mixed` one piece of whatever size. */
  pieces(kind: string, size: Subject['size']): Uint8Array[] {
    const file = readFileSync(this.#path(kind))
    if (size === 'whole') return [file]
    if (kind === MIXED) return [repeated(file, size)]
    const count = Math.max(1, Math.min(MOST_PIECES, Math.floor(MOST_BYTES / size)))
    const step = Math.floor((file.length - size) / count)
    return Array.from({ length: count }, (_, index) => file.subarray(index * step, index * step + size))
  }

  /** The pieces as node:zlib compresses them by default. */
  packed(kind: string, size: Subject['size']): Uint8Array[] {
    return this.pieces(kind, size).map((piece, index) => {
      const path = this.#path(`${kind} ${size} ${index}.gz`)
      if (!existsSync(path)) writeFileSync(path, gzipSync(piece))
      return readFileSync(path)
    })
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

/** The bytes again and again, up to a length. */
export function repeated(bytes: Uint8Array, length: number): Uint8Array {
  const result = Buffer.alloc(length)
  for (let at = 0; at < length; at += bytes.length) result.set(bytes.subarray(0, length - at), at)
  return result
}
