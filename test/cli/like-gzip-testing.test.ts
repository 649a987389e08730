// SPDX-License-Identifier: MIT
import { member } from './gzip-bytes.js'
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'
const GOOD = member(TEXT)
const TRAILING = Buffer.concat([GOOD, Buffer.from('garbage')])
const PADDED = Buffer.concat([GOOD, Buffer.alloc(100)])

describe('nxgzip tests like gzip', () => {
  behavesLikeGzip([
    {
      title: 'is silent about good files',
      tree: { 'a.gz': GOOD, 'b.foo': GOOD },
      commands: ['-t a.gz b.foo', '-t a'],
    },
    {
      title: 'says with -v what is good',
      tree: { 'a.gz': GOOD, 'b.gz': member(TEXT, { crc: 1 }), 'c.gz': TRAILING, 'd.gz': PADDED },
      commands: ['-tv a.gz b.gz c.gz d.gz'],
    },
    { title: 'tests standard input', tree: {}, input: GOOD, commands: ['-t', '-tv'] },
    {
      title: 'is quiet with -q',
      tree: { 'a.gz': TRAILING, 'b.gz': member(TEXT, { crc: 1 }) },
      commands: ['-tq a.gz', '-tq b.gz'],
    },
    { title: 'lets pass with -f what is not compressed', tree: { a: TEXT }, commands: ['-t a', '-tf a'] },
    {
      title: 'takes the files of a folder with -r',
      tree: { 'd/a.gz': GOOD, 'd/b': TEXT },
      commands: ['-tr d', '-t d'],
    },
  ])
})
