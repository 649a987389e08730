// SPDX-License-Identifier: MIT
import { member } from './gzip-bytes.js'
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'
const GOOD = member(TEXT)
const NAMED = member(TEXT, { name: 'orig', mtime: 1_000_000_000 })

describe('nxgzip decompresses like gzip', () => {
  behavesLikeGzip([
    { title: 'replaces a file', tree: { 'a.gz': GOOD }, commands: ['-d a.gz'] },
    { title: 'says what it did with -v', tree: { 'a.gz': GOOD, 'b.gz': NAMED }, commands: ['-dv a.gz b.gz'] },
    { title: 'keeps the input with -k', tree: { 'a.gz': GOOD }, commands: ['-dkv a.gz'] },
    {
      title: 'decompresses to standard output',
      tree: { 'a.gz': GOOD, b: TEXT },
      commands: ['-dc a.gz', '-dcv a.gz a', '-dckv a.gz'],
    },
    { title: 'decompresses standard input', tree: {}, input: GOOD, commands: ['-d', '-dv', '-dc -'] },
    {
      title: 'decompresses all members',
      tree: { 'a.gz': Buffer.concat([GOOD, NAMED]) },
      commands: ['-dkv a.gz', '-dc a.gz'],
    },
    {
      title: 'restores name and time with -N',
      tree: { 'a.gz': NAMED, 's/b.gz': NAMED },
      commands: ['-dkN a.gz', '-dkNvv s/b.gz', '-dkN a.gz'],
    },
    {
      title: 'ignores name and time without -N',
      tree: { 'a.gz': NAMED },
      commands: ['-dk a.gz', '-dkfNn a.gz'],
    },
    {
      title: 'restores no folder',
      tree: { 'a.gz': member(TEXT, { name: '../up' }), 'b.gz': member(TEXT, { name: '/x/y' }) },
      commands: ['-dN a.gz b.gz'],
    },
    {
      title: 'leaves an output that exists',
      tree: { 'a.gz': GOOD, a: 'other', 'b.gz': GOOD },
      commands: ['-d a.gz b.gz'],
    },
    { title: 'overwrites an output with -f', tree: { 'a.gz': GOOD, a: 'other' }, commands: ['-dfv a.gz'] },
    {
      title: 'knows the suffixes',
      tree: {
        'a.tgz': GOOD,
        'b.TAZ': GOOD,
        'c.z': GOOD,
        'd-gz': GOOD,
        'e-z': GOOD,
        f_z: GOOD,
        'g.Z': GOOD,
        'h.GZ': GOOD,
      },
      commands: ['-dv a.tgz b.TAZ c.z d-gz e-z f_z g.Z h.GZ'],
    },
    {
      title: 'ignores unknown suffixes',
      tree: { a: GOOD, 'b.gzip': GOOD, '.gz': GOOD, 'd/.gz': GOOD },
      commands: ['-d a b.gzip .gz', '-qd a', '-rd d', '-rdv d'],
    },
    {
      title: 'uses the suffix of -S',
      tree: { 'a.foo': GOOD, 'b.gz': GOOD, 'x.tar.gz': GOOD },
      commands: ['-dS foo a.foo', '-dS .foo b.gz', '-dvS .TAR.GZ x.tar.gz'],
    },
    {
      title: 'finds a file by its name without the suffix',
      tree: { 'a.gz': GOOD, 'b.z': GOOD, 'c.foo': GOOD, 'd-gz': GOOD },
      commands: ['-dv a b', '-dv c d', '-dvS .foo c'],
    },
    {
      title: 'names the missing file with the suffix',
      tree: {},
      commands: ['-d a', '-d a.z', '-dc a b.gz', '-dS .foo a'],
    },
    {
      title: 'reports what is not compressed',
      tree: { 'a.gz': TEXT, 'b.gz': GOOD },
      commands: ['-dv a.gz b.gz', '-dc a.gz', '-dq a.gz'],
    },
    {
      title: 'passes on with -cf what is not compressed',
      tree: { 'a.gz': TEXT, 'b.gz': '', 'c.gz': 'x' },
      commands: ['-dcf a.gz', '-dcfv b.gz c.gz', '-df a.gz'],
    },
    {
      title: 'passes on with -f what is not compressed in standard input',
      tree: {},
      input: TEXT,
      commands: ['-dcf', '-df', '-d'],
    },
    {
      title: 'mentions an extra field with -v',
      tree: { 'a.gz': member(TEXT, { extra: Buffer.from('abcdef') }) },
      commands: ['-dkv a.gz', '-dc a.gz'],
    },
    {
      title: 'ignores a folder',
      tree: { 'd.gz': { folder: true } },
      commands: ['-d d', '-d d.gz', '-dc d.gz'],
    },
    {
      title: 'ignores links',
      tree: { 'a.gz': GOOD, 'l.gz': { symlink: 'a.gz' }, 'h.gz': { link: 'a.gz' } },
      commands: ['-d l.gz', '-d h.gz', '-dfk l.gz'],
    },
    {
      title: 'takes the files of a folder with -r',
      tree: { 'd/a.gz': GOOD, 'd/e/b.gz': GOOD, 'd/c': TEXT },
      commands: ['-dr d'],
    },
  ])
})
