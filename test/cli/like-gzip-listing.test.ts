// SPDX-License-Identifier: MIT
import { member } from './gzip-bytes.js'
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'
const GOOD = member(TEXT)
const NAMED = member('other', { name: 'dir/orig', mtime: 1_000_000_000 })
const MANY = Buffer.concat([GOOD, member('a second member')])
const EMPTY = Buffer.concat([GOOD, member('')])

/**
 * Files whose ratio lies exactly between two tenths, where C rounds to the even one. With two members the headers count, so
 * padding the first one's sets the compressed size.
 */
const TIES = [0.0025, 0.0075, 0.0125, 0.6225, 0.6275, -0.0225].map((saved) => {
  const last = member(Buffer.alloc(4000))
  const compressed = Math.round(4000 * (1 - saved))
  const padding = compressed - last.length - member('', { extra: Buffer.alloc(0) }).length
  return Buffer.concat([member('', { extra: Buffer.alloc(padding) }), last])
})

describe('nxgzip lists like gzip', () => {
  behavesLikeGzip([
    { title: 'one file', tree: { 'a.gz': GOOD }, commands: ['-l a.gz', '-lv a.gz'] },
    {
      title: 'several files and their totals',
      tree: { 'a.gz': GOOD, 'b.gz': NAMED },
      commands: ['-l a.gz b.gz', '-lv b.gz a.gz'],
    },
    {
      title: 'no heading and totals with -q',
      tree: { 'a.gz': GOOD, 'b.gz': NAMED },
      commands: ['-lq a.gz b.gz', '-lvq a.gz', '-lqv a.gz'],
    },
    {
      title: 'stored name and time with -N',
      tree: { 'a.gz': GOOD, 's/b.gz': NAMED },
      commands: ['-lN a.gz s/b.gz', '-lvN s/b.gz a.gz'],
    },
    {
      title: 'standard input',
      tree: { 'b.gz': NAMED },
      input: NAMED,
      commands: ['-l', '-lv', '-lvN', '-l - b.gz'],
    },
    {
      title: 'the last of several members',
      tree: { 'a.gz': MANY, 'b.gz': EMPTY, 'c.gz': GOOD },
      commands: ['-lv a.gz', '-lv b.gz', '-lv a.gz c.gz b.gz'],
    },
    { title: 'an empty file', tree: { 'a.gz': member('') }, commands: ['-lv a.gz'] },
    {
      title: 'names as they will be',
      tree: { 'a.tgz': GOOD, 'b.z': GOOD, 'c.foo': GOOD, 'd/e.gz': GOOD },
      commands: ['-l a.tgz b.z c.foo ./d/e.gz', '-lr d', '-l b', '-lS .foo c.foo'],
    },
    {
      title: 'files among others that cannot be read',
      tree: { 'a.gz': GOOD, 'b.gz': TEXT, 'c.gz': member(TEXT, { method: 9 }) },
      commands: ['-l b.gz c.gz a.gz missing', '-l b.gz b.gz'],
    },
    {
      title: 'files with headers of any size',
      tree: { 'a.gz': member(TEXT, { extra: Buffer.alloc(1000), name: 'x' }) },
      commands: ['-l a.gz'],
    },
    ...TIES.map((bytes, index) => ({
      title: `a ratio that lies between two tenths (${index + 1})`,
      tree: { 'a.gz': bytes },
      commands: ['-l a.gz'],
    })),
    {
      title: 'with -d, -t or -c given as well',
      tree: { 'a.gz': GOOD },
      commands: ['-ldc a.gz', '-lt a.gz', '-tl a.gz'],
    },
  ])
})
