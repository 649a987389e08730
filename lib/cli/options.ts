// SPDX-License-Identifier: MIT
import { parseArgs } from 'node:util'
import type { FileName } from './names.js'

/** What to do with each file. */
export type Mode = 'compress' | 'decompress' | 'test' | 'list'

/** What the command line asks for. */
export interface Options {
  mode: Mode
  toStdout: boolean
  force: boolean
  keep: boolean
  quiet: boolean
  /** How many times -v was given since the last -q. */
  verbose: number
  /** Keep or restore name and time: -N true, -n false, undefined as the mode has it. */
  withName: boolean | undefined
  recursive: boolean
  /** Flush files and their folders to the disk also where no input is going to be removed. */
  synchronous: boolean
  /** Ending of compressed files. */
  suffix: FileName
  /** 1..9 */
  level: number
  files: FileName[]
}

/** What the command line comes to: work on files, or a text to print. */
export type Request = { kind: 'work'; options: Options } | { kind: 'help' | 'version' | 'license' }

/** The command line is wrong. */
export class UsageError extends Error {
  /** @param hint whether pointing to --help helps */
  constructor(
    message: string,
    readonly hint = true,
  ) {
    super(message)
    this.name = 'UsageError'
  }
}

const DEFAULT_LEVEL = 6

/** Bytes that gzip allows for the ending of compressed files. */
const SUFFIX_LIMIT = 30

/** One option: what it sets, or the text that it prints. */
interface Option {
  readonly short?: string
  readonly takesValue?: boolean
  /** Allowed in the environment variable GZIP too. */
  readonly inEnvironment?: boolean
  readonly prints?: 'help' | 'version' | 'license'
  readonly set?: (options: Options, value: string) => void
}

const toStdout: Option['set'] = (options) => (options.toStdout = true)
const decompress: Option['set'] = (options) => {
  if (options.mode === 'compress') options.mode = 'decompress'
}
const quiet: Option['set'] = (options) => {
  options.quiet = true
  options.verbose = 0
}
const level = (value: number): Option => ({
  short: String(value),
  inEnvironment: true,
  set: (options) => (options.level = value),
})

/** The options by their long names; -2 to -8 have none. */
const OPTIONS: Readonly<Record<string, Option>> = {
  stdout: { short: 'c', set: toStdout },
  'to-stdout': { set: toStdout },
  decompress: { short: 'd', set: decompress },
  uncompress: { set: decompress },
  force: { short: 'f', set: (options) => (options.force = true) },
  help: { short: 'h', prints: 'help' },
  keep: { short: 'k', set: (options) => (options.keep = true) },
  list: { short: 'l', set: (options) => (options.mode = 'list') },
  license: { short: 'L', prints: 'license' },
  'no-name': { short: 'n', inEnvironment: true, set: (options) => (options.withName = false) },
  name: { short: 'N', inEnvironment: true, set: (options) => (options.withName = true) },
  quiet: { short: 'q', inEnvironment: true, set: quiet },
  silent: { inEnvironment: true, set: quiet },
  recursive: { short: 'r', set: (options) => (options.recursive = true) },
  suffix: { short: 'S', takesValue: true, set: (options, value) => (options.suffix = value) },
  synchronous: { set: (options) => (options.synchronous = true) },
  test: {
    short: 't',
    set: (options) => {
      if (options.mode !== 'list') options.mode = 'test'
    },
  },
  verbose: {
    short: 'v',
    inEnvironment: true,
    set: (options) => {
      options.quiet = false
      options.verbose++
    },
  },
  version: { short: 'V', prints: 'version' },
  fast: level(1),
  best: level(9),
  ...Object.fromEntries([2, 3, 4, 5, 6, 7, 8].map((value) => [String(value), level(value)])),
}

const LONG_NAMES = Object.keys(OPTIONS).filter((name) => name.length > 1)

const PARSE_OPTIONS = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, { short, takesValue = false }]) => [
    name,
    {
      type: takesValue ? ('string' as const) : ('boolean' as const),
      ...(short === undefined ? {} : { short }),
    },
  ]),
)

/** The long names that an abbreviation may stand for. Names for the same thing count once. */
function meanings(abbreviation: string): string[] {
  if (LONG_NAMES.includes(abbreviation)) return [abbreviation]
  const names = LONG_NAMES.filter((name) => name.startsWith(abbreviation))
  const isSame = names.every((name) => OPTIONS[name].set === OPTIONS[names[0]].set)
  return isSame ? names.slice(0, 1) : names
}

/** An argument of which the next one is the value: a group that ends in S, or --suffix, abbreviated or not. */
const TAKES_NEXT = /^(-[^-S]*S|--suf{0,2}i?x?)$/

/** Spells abbreviated long options out; parseArgs knows none. */
function spelledOut(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((argument, index) => {
    const isValue = index > 0 && TAKES_NEXT.test(args[index - 1])
    if (!argument.startsWith('--') || argument === '--' || isValue || (end >= 0 && index > end))
      return argument
    const [abbreviation] = argument.slice(2).split('=', 1)
    const names = meanings(abbreviation)
    return names.length === 1 ? `--${names[0]}${argument.slice(2 + abbreviation.length)}` : argument
  })
}

/** The error for a long option that is not one, or not one alone. */
function unknownLong(name: string, value: string | undefined): UsageError {
  const names = meanings(name)
  if (names.length === 0) {
    return new UsageError(`unrecognized option '--${name}${value === undefined ? '' : `=${value}`}'`)
  }
  const list = names.map((candidate) => `'--${candidate}'`).join(' ')
  return new UsageError(`option '--${name}' is ambiguous; possibilities: ${list}`)
}

/**
 * Applies arguments to `options`.
 *
 * @param inEnvironment they are the environment variable GZIP, in which little is allowed
 * @returns the text to print, if one was asked for
 */
function apply(
  args: readonly string[],
  options: Options,
  inEnvironment: boolean,
): 'help' | 'version' | 'license' | undefined {
  const config = { options: PARSE_OPTIONS, args: spelledOut(args), strict: false, tokens: true } as const
  for (const token of parseArgs(config).tokens) {
    if (token.kind === 'positional') {
      if (inEnvironment) throw new UsageError(`${token.value}: non-option in GZIP environment variable`)
      options.files.push(token.value)
      continue
    }
    if (token.kind === 'option-terminator') {
      if (inEnvironment) throw new UsageError('--: option not valid in GZIP environment variable')
      continue
    }
    const { name, rawName, value, inlineValue } = token
    const isLong = rawName.startsWith('--')
    if (isLong ? !LONG_NAMES.includes(name) : !(name in OPTIONS)) {
      throw isLong ? unknownLong(name, value) : new UsageError(`invalid option -- '${name}'`)
    }
    const option = OPTIONS[name]
    if (option.takesValue && value === undefined) {
      throw new UsageError(
        isLong
          ? `option '--${name}' requires an argument`
          : `option requires an argument -- '${option.short ?? ''}'`,
      )
    }
    if (!option.takesValue && inlineValue)
      throw new UsageError(`option '--${name}' doesn't allow an argument`)
    if (inEnvironment && !option.inEnvironment) {
      throw new UsageError(`${rawName}: option not valid in GZIP environment variable`)
    }
    if (option.prints) return option.prints
    option.set?.(options, value ?? '')
  }
  return undefined
}

/** What a program of this name does: gunzip decompresses, zcat decompresses to standard output. */
function optionsFor(program: string): Options {
  const isCat = program.endsWith('zcat')
  return {
    mode: isCat || /unzip$|uncompress$/.test(program) ? 'decompress' : 'compress',
    toStdout: isCat,
    force: false,
    keep: false,
    quiet: false,
    verbose: 0,
    withName: undefined,
    recursive: false,
    synchronous: false,
    suffix: '.gz',
    level: DEFAULT_LEVEL,
    files: [],
  }
}

/**
 * Reads the command line.
 *
 * @param program name under which it was called
 * @param gzipVariable value of the environment variable GZIP: options that come before the others
 * @param warn takes what is questionable about it
 * @throws UsageError
 */
export function parseCommandLine(
  program: string,
  args: readonly string[],
  gzipVariable: string | undefined,
  warn: (text: string) => void,
): Request {
  const options = optionsFor(program)
  const environment = (gzipVariable ?? '').split(/[ \t]+/).filter((word) => word !== '')
  if (environment.length > 0) {
    apply(environment, options, true)
    if (!options.quiet) warn('warning: GZIP environment variable is deprecated; use an alias or script')
  }
  const text = apply(args, options, false)
  if (text) return { kind: text }
  if (options.suffix.length === 0 || options.suffix.length > SUFFIX_LIMIT) {
    throw new UsageError(`invalid suffix '${options.suffix}'`, false)
  }
  return { kind: 'work', options }
}
