// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { parseCommandLine, UsageError, type Options } from '../../lib/cli/options.js'
import { behavesLikeGzip } from './situations.js'

function parse(
  args: string[],
  { program = 'nxgzip', variable }: { program?: string; variable?: string } = {},
) {
  const warnings: string[] = []
  const request = parseCommandLine(program, args, variable, (text) => warnings.push(text))
  return { request, warnings }
}

function options(args: string[], program?: string): Options {
  const { request } = parse(args, program === undefined ? {} : { program })
  assert.ok(request.kind === 'work')
  return request.options
}

const failure = (args: string[], variable?: string) => {
  try {
    parse(args, variable === undefined ? {} : { variable })
  } catch (error) {
    assert.ok(error instanceof UsageError)
    return error.message
  }
  return undefined
}

describe('the command line', () => {
  it('compresses at level 6 unless told otherwise', () => {
    assert.deepEqual(options([]), {
      mode: 'compress',
      toStdout: false,
      force: false,
      keep: false,
      quiet: false,
      verbose: 0,
      withName: undefined,
      recursive: false,
      synchronous: false,
      suffix: '.gz',
      level: 6,
      files: [],
    })
  })

  it('takes bundles, with a value at their end', () => {
    const { level, keep, force, suffix, files } = options(['-9kfS', '.x', 'a', '-'])
    assert.deepEqual(
      { level, keep, force, suffix, files },
      { level: 9, keep: true, force: true, suffix: '.x', files: ['a', '-'] },
    )
  })

  it('takes a value that looks like an option', () => {
    assert.equal(options(['-S', '--best']).suffix, '--best')
    assert.equal(options(['--suffix', '-x']).suffix, '-x')
    assert.equal(options(['--suf', '--fast']).suffix, '--fast')
  })

  it('takes options behind files, until --', () => {
    const { level, files } = options(['a', '-3', '--', '-4', '--best'])
    assert.deepEqual({ level, files }, { level: 3, files: ['a', '-4', '--best'] })
  })

  it('takes every level', () => {
    for (let level = 1; level <= 9; level++) assert.equal(options([`-${level}`]).level, level)
    assert.equal(options(['-1', '--best']).level, 9)
  })

  it('takes long options in short', () => {
    assert.equal(options(['--dec']).mode, 'decompress')
    assert.equal(options(['--un']).mode, 'decompress')
    assert.equal(options(['--suf=.x']).suffix, '.x')
    assert.equal(options(['--no']).withName, false)
  })

  it('lists before it tests, and tests before it decompresses', () => {
    assert.equal(options(['-ltd']).mode, 'list')
    assert.equal(options(['-dtl']).mode, 'list')
    assert.equal(options(['-td']).mode, 'test')
  })

  it('has -v end -q and -q end -v', () => {
    assert.deepEqual([options(['-qv']).quiet, options(['-qv']).verbose], [false, 1])
    assert.deepEqual([options(['-vvq']).quiet, options(['-vvq']).verbose], [true, 0])
  })

  for (const [program, mode, toStdout] of [
    ['gzip', 'compress', false],
    ['gunzip', 'decompress', false],
    ['nxgunzip', 'decompress', false],
    ['zcat', 'decompress', true],
    ['nxzcat', 'decompress', true],
    ['gzcat', 'decompress', true],
  ] as const) {
    it(`goes by the name ${program}`, () => {
      const found = options([], program)
      assert.deepEqual([found.mode, found.toStdout], [mode, toStdout])
    })
  }

  it('prints a text at the first option that asks for one', () => {
    assert.deepEqual(parse(['-k', '-h', '--bogus']).request, { kind: 'help' })
    assert.deepEqual(parse(['--version', '-L']).request, { kind: 'version' })
    assert.deepEqual(parse(['-L']).request, { kind: 'license' })
  })

  it('says what is wrong', () => {
    assert.equal(failure(['-0']), "invalid option -- '0'")
    assert.equal(failure(['-ky']), "invalid option -- 'y'")
    assert.equal(failure(['--2']), "unrecognized option '--2'")
    assert.equal(failure(['--l']), "option '--l' is ambiguous; possibilities: '--list' '--license'")
    assert.equal(failure(['--rsyncable']), "unrecognized option '--rsyncable'")
  })
})

describe('the environment variable GZIP', () => {
  it('gives options that the command line overrides', () => {
    const { request, warnings } = parse(['-4'], { variable: ' -9\t-n ' })
    assert.ok(request.kind === 'work')
    assert.deepEqual([request.options.level, request.options.withName], [4, false])
    assert.deepEqual(warnings, ['warning: GZIP environment variable is deprecated; use an alias or script'])
  })

  it('is not warned of when it says -q, or nothing', () => {
    assert.deepEqual(parse([], { variable: '-q' }).warnings, [])
    assert.deepEqual(parse([], { variable: ' ' }).warnings, [])
  })
})

describe('nxgzip meets bad command lines like gzip', () => {
  const tree = { a: 'x' }
  behavesLikeGzip([
    { title: 'unknown options', tree, commands: ['--bogus', '--bogus=3', '-0', '-ky a', '--9'] },
    { title: 'ambiguous options', tree, commands: ['--f a', '--n', '--ver'] },
    {
      title: 'missing and superfluous values',
      tree,
      commands: ['-S', '-kS', '--suffix', '--stdout=foo a', '--fast=3'],
    },
    { title: 'a variable GZIP', tree, commands: ['-kf a', '-q b', '--bogus'], env: { GZIP: '-9 --no-name' } },
    {
      title: 'a variable GZIP with an option that has no place there',
      tree,
      commands: ['a'],
      env: { GZIP: '-k' },
    },
    {
      title: 'a variable GZIP with a long option that has no place there',
      tree,
      commands: ['a'],
      env: { GZIP: '--std' },
    },
    { title: 'a variable GZIP with a file', tree, commands: ['a'], env: { GZIP: '-9 foo' } },
    { title: 'a variable GZIP with an end of options', tree, commands: ['a'], env: { GZIP: '-9 --' } },
  ])
})
