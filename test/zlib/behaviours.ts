// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { textLike } from '../support/data.js'
import { show, type Behaviour } from './behaviour.js'
import { AROUND } from './behaviours-around.js'
import { CALLS } from './behaviours-calls.js'
import { CLASSES } from './behaviours-classes.js'
import { THROWN } from './behaviours-thrown.js'
import { comparable } from './stream-program.js'

/** All behaviours by their titles. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = { ...AROUND, ...CALLS, ...CLASSES, ...THROWN }

const TEXT = Buffer.from(textLike(71, 1500))

/** What is right for each class. */
const INPUT: Readonly<Record<StreamName, Buffer>> = {
  Gzip: TEXT,
  Deflate: TEXT,
  DeflateRaw: TEXT,
  Gunzip: zlib.gzipSync(TEXT),
  Inflate: zlib.deflateSync(TEXT),
  InflateRaw: zlib.deflateRawSync(TEXT),
  Unzip: zlib.deflateSync(TEXT),
}

/** The classes that behaviours are shown with. */
export const BEHAVING = Object.keys(INPUT) as StreamName[]

/** The same with an error in the middle. */
function spoilt(input: Buffer): Buffer {
  const middle = input.length >> 1
  return Buffer.from(input).fill(0xff, middle, middle + 20)
}

/** What a behaviour looks like with a class of each library, as far as it can be compared. */
export async function shown(title: string, name: StreamName) {
  const inputs = { input: INPUT[name], bad: spoilt(INPUT[name]) }
  const ours = await show('ours', name, BEHAVIOURS[title], inputs)
  const node = await show('node', name, BEHAVIOURS[title], inputs)
  return { ours: comparable(name, ours), node: comparable(name, node) }
}
