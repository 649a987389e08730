// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import type { CompressCallback } from 'node:zlib'

import { runStepsSync, type JobRunner } from '../../lib/deflate/steps.js'
import { compressAll } from '../../lib/zlib/one-shot.js'
import { binaryLike, jsonLike, randomBytes, textLike, zeros } from '../support/data.js'

const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** Data of all kinds, from nothing to 1 MiB. */
export const INPUTS: Readonly<Record<string, () => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  'one byte': () => Buffer.from('x'),
  '1 KiB of text': () => buffer(textLike(1, 1024)),
  '100 KB of JSON': () => buffer(jsonLike(2, 100_000)),
  '300 KB of records': () => buffer(binaryLike(3, 300_000)),
  '70 KB of noise': () => buffer(randomBytes(4, 70_000)),
  '1 MiB of text': () => buffer(textLike(5, 1 << 20)),
  '200 KB of zeros': () => buffer(zeros(200_000)),
}

/** Text that repeats itself from further away than any window: to make all of it anew would take an emulator long. */
export function sixteenMebibytes(): Buffer {
  const text = textLike(9, 1 << 20)
  return Buffer.concat(
    Array.from({ length: 16 }, (_, index) => [text.subarray(index), text.subarray(0, index)]).flat(),
  )
}

/** Digests of what each input is compressed to at some levels, by the device behind the window. */
export function digestsOn(runner: JobRunner): Record<string, string> {
  const digests: Record<string, string> = {}
  for (const [name, data] of Object.entries(INPUTS)) {
    for (const level of [1, 6]) {
      const options = { level, fixed: false, jobLimit: runner.jobLimit }
      digests[`${name}, level ${level}`] = digestOf(
        runStepsSync(runner, compressAll('gzip', data(), options)),
      )
    }
  }
  return digests
}

/** A function with a callback as one that gives a promise. */
export function promised(call: (data: Buffer, callback: CompressCallback) => void) {
  return (data: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      call(data, (error, result) => {
        if (error) reject(error)
        else resolve(result)
      })
    })
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
