// SPDX-License-Identifier: MIT
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

import { binaryLike, fibonacciWeighted, jsonLike, oneByte, randomBytes, textLike, zeros } from './data.js'

/** A file of the mixed corpus. */
export interface CorpusFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The repository: this file is compiled into a folder beside lib/, two below the root. */
const ROOT = resolve(__dirname, '../../..')

const TYPESCRIPT = dirname(require.resolve('typescript'))

/** Up to `length` bytes of a file from `position` on. */
function slice(path: string, position: number, length: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(Math.min(length, Math.max(0, fstatSync(file).size - position)))
    readSync(file, bytes, 0, bytes.length, position)
    return bytes
  } finally {
    closeSync(file)
  }
}

/** Some of the Node program that runs the test, and data like it where Node is a short program that loads a library. */
function executable(position: number, length: number): Uint8Array {
  const bytes = slice(process.execPath, position, length)
  return bytes.length === length ? bytes : Buffer.concat([bytes, binaryLike(14, length - bytes.length)])
}

/** Machine code. */
export function machineCode(length: number): Uint8Array {
  return executable(16 * 1024 * 1024, length)
}

/** ELF header, program headers and tables on Linux. */
export function executableHead(length: number): Uint8Array {
  return executable(0, length)
}

/** JavaScript of the TypeScript compiler. */
export function javaScript(length: number): Uint8Array {
  return slice(resolve(TYPESCRIPT, 'typescript.js'), 1024 * 1024, length)
}

/** A gzip member and a part of another one. */
function alreadyCompressed(length: number): Uint8Array {
  const member = gzipSync(textLike(4, Math.max(64, length * 2)))
  return Buffer.concat([member, member]).subarray(0, length)
}

/** What people compress: source code, declarations, a lock file, a program, prose, log records, binary records. */
export function mixedCorpus(): CorpusFile[] {
  const MIB = 1024 * 1024
  return [
    { name: 'typescript.js', bytes: javaScript(MIB) },
    { name: 'typescript.d.ts', bytes: slice(resolve(TYPESCRIPT, 'typescript.d.ts'), 0, MIB / 2) },
    { name: 'package-lock.json', bytes: readFileSync(resolve(ROOT, 'package-lock.json')) },
    { name: 'node, machine code', bytes: machineCode(MIB) },
    { name: 'node, headers', bytes: executableHead(MIB / 2) },
    { name: 'prose', bytes: textLike(11, MIB / 2) },
    { name: 'log records', bytes: jsonLike(12, MIB / 2) },
    { name: 'binary records', bytes: binaryLike(13, MIB / 2) },
  ]
}

/** Kinds of data by name, each a function of the length. */
export const KINDS: Readonly<Record<string, (length: number) => Uint8Array>> = {
  text: (length) => textLike(1, length),
  JSON: (length) => jsonLike(2, length),
  ELF: executableHead,
  zeros,
  random: (length) => randomBytes(3, length),
  'one byte': (length) => oneByte(length, 0xff),
  'Fibonacci weights': (length) => fibonacciWeighted(length),
  'already compressed': alreadyCompressed,
}
