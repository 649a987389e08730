// SPDX-License-Identifier: MIT
import { member } from './gzip-bytes.js'
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'
const GOOD = member(TEXT)
const TRAILING = Buffer.concat([GOOD, Buffer.from('garbage')])
const PADDED = Buffer.concat([GOOD, Buffer.alloc(100)])
/** A header with a comment of 400,000 bytes: longer than what is read at a time. */
const LONG_HEADER = Buffer.concat([
  ...[GOOD.subarray(0, 3), Buffer.of(0x10), GOOD.subarray(4, 10)],
  ...[Buffer.alloc(400_000, 'c'), Buffer.of(0), GOOD.subarray(10)],
])
const BAD_BLOCK = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 7, ...Buffer.alloc(20)])

describe('nxgzip meets damaged files like gzip', () => {
  behavesLikeGzip([
    {
      title: 'warns of garbage behind the data',
      tree: { 'a.gz': TRAILING, 'b.gz': GOOD },
      commands: ['-dkv a.gz b.gz', '-dc a.gz', '-dqf a.gz'],
    },
    { title: 'accepts a very long header', tree: { 'a.gz': LONG_HEADER }, commands: ['-dc a.gz', '-t a.gz'] },
    { title: 'accepts zeros behind the data', tree: { 'a.gz': PADDED }, commands: ['-dc a.gz', '-dkv a.gz'] },
    {
      title: 'reports data that is cut off',
      tree: { 'a.gz': GOOD.subarray(0, 20) },
      commands: ['-d a.gz', '-dv a.gz', '-dq a.gz'],
    },
    ...[0, 1, 2, 5, 10, GOOD.length - 8, GOOD.length - 1].map((length) => ({
      title: `reports data that is cut off after ${length} bytes`,
      tree: { 'a.gz': GOOD.subarray(0, length) },
      commands: ['-d a.gz'],
    })),
    {
      title: 'reports a wrong checksum',
      tree: { 'a.gz': member(TEXT, { crc: 1 }) },
      commands: ['-dv a.gz', '-dcv a.gz'],
    },
    {
      title: 'delivers the data before a wrong checksum',
      tree: { 'a.gz': member(TEXT, { crc: 1 }) },
      commands: ['-dc a.gz'],
    },
    { title: 'reports a wrong length', tree: { 'a.gz': member(TEXT, { size: 1 }) }, commands: ['-d a.gz'] },
    { title: 'reports a block that is none', tree: { 'a.gz': BAD_BLOCK }, commands: ['-dv a.gz'] },
    {
      title: 'reports an unknown method',
      tree: { 'a.gz': member(TEXT, { method: 7 }), 'b.gz': GOOD },
      commands: ['-dv a.gz b.gz'],
    },
    {
      title: 'reports flags it does not know',
      tree: { 'a.gz': member(TEXT, { flags: 0x40 }), 'b.gz': member(TEXT, { flags: 0x20 }) },
      commands: ['-d a.gz b.gz'],
    },
  ])
})
