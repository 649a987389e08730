// SPDX-License-Identifier: MIT
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'

describe('nxgzip compresses like gzip', () => {
  behavesLikeGzip([
    { title: 'replaces a file', tree: { a: TEXT }, commands: ['a'] },
    { title: 'says what it did with -v', tree: { a: TEXT, b: TEXT }, commands: ['-v a b'] },
    { title: 'keeps the input with -k', tree: { a: TEXT }, commands: ['-kv a'] },
    { title: 'takes an empty file', tree: { a: '' }, commands: ['-v a'] },
    {
      title: 'keeps permissions',
      tree: { a: { data: TEXT, mode: 0o640 }, b: { data: TEXT, mode: 0o755 } },
      commands: ['a b'],
    },
    { title: 'writes neither name nor time with -n', tree: { a: TEXT }, commands: ['-n a'] },
    { title: 'obeys the last of -n and -N', tree: { a: TEXT, b: TEXT }, commands: ['-nN a', '-Nn b'] },
    {
      title: 'marks the fastest and the best level',
      tree: { a: TEXT, b: TEXT },
      commands: ['-1 a', '--best b'],
    },
    {
      title: 'compresses to standard output with -c',
      tree: { a: TEXT, b: TEXT },
      commands: ['-cv a b', '-ckv a'],
      compressedOutput: true,
    },
    {
      title: 'compresses standard input',
      tree: {},
      input: TEXT,
      commands: ['', '-v', '-v -'],
      compressedOutput: true,
    },
    {
      title: 'compresses standard input among files',
      tree: { a: TEXT },
      input: TEXT,
      commands: ['-cv a -'],
      compressedOutput: true,
    },
    {
      title: 'compresses what has a suffix to standard output',
      tree: { 'a.gz': TEXT },
      commands: ['-c a.gz'],
      compressedOutput: true,
    },
    {
      title: 'does not take a whole name for a suffix',
      tree: { '.gz': TEXT, 'd/-gz': TEXT, '.tgz': TEXT },
      commands: ['-v .gz d/-gz .tgz'],
    },
    {
      title: 'uses the suffix of -S',
      tree: { a: TEXT, b: TEXT, c: TEXT },
      commands: ['-S .foo a', '-Sgz b', '--suffix=-x c', '-S .foo a.foo'],
    },
    {
      title: 'takes the files of a folder with -r',
      tree: { 'd/a': TEXT, 'd/e/b': TEXT, 'd/e/c.gz': TEXT, 'd/l': { symlink: 'a' } },
      commands: ['-r d', '-r d/e/', '-r .'],
    },
    { title: 'warns of a time that the header cannot hold', tree: { a: TEXT }, commands: ['-kn a', '-fk a'] },
    { title: 'takes names that begin with a dash', tree: { '-x': TEXT }, commands: ['-v -- -x'] },
  ])
})
