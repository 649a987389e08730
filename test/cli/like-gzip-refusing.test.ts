// SPDX-License-Identifier: MIT
import { behavesLikeGzip } from './situations.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'

describe('nxgzip refuses to compress like gzip', () => {
  behavesLikeGzip([
    { title: 'reports a file that is missing and goes on', tree: { b: TEXT }, commands: ['a b'] },
    {
      title: 'leaves an output that exists',
      tree: { a: TEXT, 'a.gz': 'other', b: TEXT },
      commands: ['-v a b'],
    },
    {
      title: 'is not quiet about an output that exists',
      tree: { a: TEXT, 'a.gz': 'other' },
      commands: ['-q a'],
    },
    { title: 'overwrites an output with -f', tree: { a: TEXT, 'a.gz': 'other' }, commands: ['-fv a'] },
    {
      title: 'does not overwrite a folder',
      tree: { a: TEXT, 'a.gz': { folder: true } },
      commands: ['a', '-f a'],
    },
    {
      title: 'leaves what has a suffix',
      tree: { 'a.gz': TEXT, 'b.tgz': TEXT, 'c.Z': TEXT, 'd-gz': TEXT, e_z: TEXT, 'f.TAZ': TEXT },
      commands: ['a.gz b.tgz', '-v c.Z d-gz e_z f.TAZ', '-q a.gz', '-f a.gz'],
    },
    {
      title: 'refuses a suffix that is empty or too long',
      tree: { a: TEXT },
      commands: ['--suffix= a', `-S ${'x'.repeat(31)} a`, `-S ${'x'.repeat(30)} a`],
    },
    {
      title: 'reports an output that cannot be created',
      tree: { a: TEXT },
      commands: ['-S /x a', '-S x/ a'],
    },
    { title: 'ignores a folder', tree: { d: { folder: true } }, commands: ['d', '-q d', '-c d'] },
    {
      title: 'ignores a symbolic link',
      tree: { a: TEXT, l: { symlink: 'a' }, d: { symlink: 'nowhere' } },
      commands: ['l', 'd'],
    },
    {
      title: 'follows a symbolic link with -f',
      tree: { a: TEXT, l: { symlink: 'a' }, d: { symlink: 'nowhere' } },
      commands: ['-f l', '-f d'],
    },
    {
      title: 'follows a symbolic link with -c',
      tree: { a: TEXT, l: { symlink: 'a' } },
      commands: ['-cv l'],
      compressedOutput: true,
    },
    {
      title: 'ignores a file with other links',
      tree: { a: TEXT, b: { link: 'a' }, c: { link: 'a' } },
      commands: ['a', '-k b', '-fv c', 'a', '-q a'],
    },
    {
      title: 'ignores files with special permissions',
      tree: {
        a: { data: TEXT, mode: 0o4755 },
        b: { data: TEXT, mode: 0o2755 },
        c: { data: TEXT, mode: 0o1755 },
      },
      commands: ['a b c', '-f a b c'],
    },
    {
      title: 'names a missing file in the words of the system',
      tree: { a: TEXT },
      commands: ['a/b', 'n'.repeat(300), 'a/'],
    },
  ])
})
