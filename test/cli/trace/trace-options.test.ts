// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { parseTraceOptions, UsageError } from '../../../lib/cli/trace/trace-options.js'

describe("options of 'nxzlib trace'", () => {
  it('have defaults', () => {
    assert.deepEqual(parseTraceOptions(['file', '-o', 'trace.json']), {
      file: 'file',
      output: 'trace.json',
      text: false,
      resident: 0.5,
      seed: 0,
      kernel: 'mainline',
      pageSize: 65536,
      level: 6,
      decompressToo: true,
    })
  })

  it('may stand on either side of the file', () => {
    const args = [
      '--text',
      '--resident=0',
      '--seed',
      '7',
      'file',
      '--kernel',
      'v5',
      '--page-size=4096',
      '--level',
      '1',
    ]
    assert.deepEqual(parseTraceOptions([...args, '--no-decompress-too']), {
      file: 'file',
      output: undefined,
      text: true,
      resident: 0,
      seed: 7,
      kernel: 'v5',
      pageSize: 4096,
      level: 1,
      decompressToo: false,
    })
  })

  it('ask for help before anything else is looked at', () => {
    assert.equal(parseTraceOptions(['--level', '99', '-h']), 'help')
  })

  const REFUSED: [what: string, args: string[], message: RegExp][] = [
    ['a share above 1', ['x', '--text', '--resident', '1.5'], /--resident takes a share from 0 to 1/],
    ['a share below 0', ['x', '--text', '--resident=-1'], /--resident takes a number, not '-1'/],
    ['what is not a number', ['x', '--text', '--seed', 'abc'], /--seed takes a number, not 'abc'/],
    ['an empty number', ['x', '--text', '--seed='], /--seed takes a number, not ''/],
    ['a level above 9', ['x', '--text', '--level', '10'], /--level takes an integer from 0 to 9/],
    ['a broken level', ['x', '--text', '--level', '1.5'], /--level takes an integer from 0 to 9/],
    ['an unknown kernel', ['x', '--text', '--kernel', 'linux'], /--kernel takes mainline or v5/],
    ['an unknown option', ['x', '--text', '--fast'], /Unknown option '--fast'/],
    ['no output at all', ['x'], /nothing to write/],
    ['two traces on standard output', ['x', '--text', '-o', '-'], /both want standard output/],
    ['two files', ['x', 'y', '--text'], /one file at a time, not y as well/],
    ['no file', ['--text'], /no file is named/],
    [
      'decompressing and not',
      ['x', '--text', '--decompress-too', '--no-decompress-too'],
      /exclude each other/,
    ],
  ]
  for (const [what, args, message] of REFUSED) {
    it(`do not allow ${what}`, () => {
      assert.throws(
        () => parseTraceOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }
})
