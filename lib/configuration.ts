// SPDX-License-Identifier: MIT
import type { Engine, EngineChoice } from './device/device.js'
import { INJECTION_GRAMMAR, isInjection } from './device/injection/plan.js'
import { NxUsageError } from './errors.js'

/** What shall serve: a device, the first one of all, or Node's own zlib without any job. */
export type ServiceChoice = EngineChoice | 'node'

/** The two directions, for which there are separate choices. */
export type Direction = 'compress' | 'decompress'

/** How nxzlib serves calls. */
export interface Configuration {
  readonly engine: ServiceChoice
  readonly compress: ServiceChoice
  readonly decompress: ServiceChoice
  readonly threshold: number | 'auto'
  readonly timeout: number
  readonly pasteTimeout: number
  readonly mostDelay: number
  readonly reproducible: boolean
  readonly verify: boolean
  readonly inject: string
}

/** Settings to change; one that is undefined goes back to what the environment says, or to its default. */
export type ConfigurationChanges = {
  readonly [Name in keyof Configuration]?: Configuration[Name] | undefined
}

/** A setting: an option of `configure`, and a variable of the environment. */
interface Setting<Value> {
  readonly variable: string
  readonly meaning: string
  /** What values there are, in words that follow "must be". */
  readonly expects: string
  readonly isValid: (value: unknown) => value is Value
  /** The value that the text of the variable stands for, valid or not. */
  readonly parse: (text: string) => unknown
  /** What holds where neither the program nor the variable says anything. */
  readonly unset: (environment: NodeJS.ProcessEnv, values: Partial<Configuration>) => Value
}

const CHOICES: readonly unknown[] = ['auto', 'hardware', 'native', 'model', 'node'] satisfies ServiceChoice[]

const choice = {
  expects: CHOICES.join(', '),
  isValid: (value: unknown): value is ServiceChoice => CHOICES.includes(value),
  parse: (text: string) => text,
}

const milliseconds = {
  expects: 'a positive number of milliseconds',
  isValid: (value: unknown): value is number => typeof value === 'number' && value > 0,
  parse: Number,
}

const FLAGS: Readonly<Record<string, boolean>> = { 0: false, false: false, 1: true, true: true }

const flag = {
  expects: 'true or false',
  isValid: (value: unknown): value is boolean => typeof value === 'boolean',
  parse: (text: string) => FLAGS[text.toLowerCase()],
}

/**
 * All settings. A row says all that there is to say about one; the README's table has the same order.
 *
 * Of the time-outs: UM 6.9 has no bound for a job, and one that is declared dead too early costs its memory until the
 * device is done with it, so `timeout` is far longer than any queue. A refused paste costs nothing but the wait, and there
 * is another device to run the job, so `pasteTimeout` only has to be longer than a full queue takes, and than a partition
 * needs to renew a window that the hypervisor took away (about 0.3 s).
 *
 * Of `mostDelay`: larger, and a device with a long queue is kept longer; smaller, and it is left for a passing rush, and
 * software then competes with the program for its processors. A page fault costs less than 1 ms, a full queue of jobs of
 * 1 MiB less than 30 ms.
 */
export const SETTINGS: { readonly [Name in keyof Configuration]: Setting<Configuration[Name]> } = {
  engine: {
    variable: 'NXZLIB_ENGINE',
    meaning: 'what executes jobs; auto: the first of hardware, native and model that works; node: no jobs',
    ...choice,
    unset: () => 'auto',
  },
  compress: {
    variable: 'NXZLIB_COMPRESS',
    meaning: 'the same for compression only; default: as engine',
    ...choice,
    unset: (_, { engine = 'auto' }) => engine,
  },
  decompress: {
    variable: 'NXZLIB_DECOMPRESS',
    meaning: 'the same for decompression only; default: as engine',
    ...choice,
    unset: (_, { engine = 'auto' }) => engine,
  },
  threshold: {
    variable: 'NXZLIB_THRESHOLD',
    meaning:
      "bytes of input below which a call in one go is left to Node's own zlib; auto: by the device in use",
    expects: 'auto, or a number of bytes',
    isValid: (value): value is number | 'auto' =>
      value === 'auto' || (Number.isSafeInteger(value) && (value as number) >= 0),
    parse: (text) => (text === 'auto' ? text : Number(text)),
    unset: () => 'auto',
  },
  timeout: {
    variable: 'NXZLIB_TIMEOUT',
    meaning: 'milliseconds that a job may take from its paste on; its device is left then',
    ...milliseconds,
    unset: () => 60_000,
  },
  pasteTimeout: {
    variable: 'NXZLIB_PASTE_TIMEOUT',
    meaning: 'milliseconds until a device must have accepted a job; another one runs it then',
    ...milliseconds,
    unset: () => 1000,
  },
  mostDelay: {
    variable: 'NXZLIB_MOST_DELAY',
    meaning:
      'milliseconds that jobs may take longer on hardware, on average, than in software, before it is left for a while',
    ...milliseconds,
    unset: () => 50,
  },
  reproducible: {
    variable: 'NXZLIB_REPRODUCIBLE',
    meaning:
      'compress without hardware, whose output is not always the same; default: true if SOURCE_DATE_EPOCH is set',
    ...flag,
    unset: ({ SOURCE_DATE_EPOCH: epoch = '' }) => epoch !== '',
  },
  verify: {
    variable: 'NXZLIB_VERIFY',
    meaning: 'inflate each compressed block in software and compare, before it is handed out',
    ...flag,
    unset: () => false,
  },
  inject: {
    variable: 'NXZLIB_INJECT',
    meaning: 'trouble to make, for tests of programs',
    expects: INJECTION_GRAMMAR,
    isValid: isInjection,
    parse: (text) => text,
    unset: () => '',
  },
}

const NAMES = Object.keys(SETTINGS) as (keyof Configuration)[]

/** The devices of each choice, in the order in which they are tried. */
const DEVICES: Readonly<Record<ServiceChoice, readonly Engine[]>> = {
  auto: ['hardware', 'native', 'model'],
  hardware: ['hardware'],
  native: ['native'],
  model: ['model'],
  node: [],
}

/** The same with reproducible output: native and model give the same bytes. */
const REPRODUCIBLE_DEVICES: typeof DEVICES = {
  ...DEVICES,
  auto: ['native', 'model'],
  hardware: ['native', 'model'],
}

/** What the program chose. */
let chosen: ConfigurationChanges = {}
let current: Configuration | undefined

/**
 * The settings that hold now. The environment is read when they are first asked for, and by `configure`.
 *
 * @throws NxUsageError for a variable with a value that is not valid
 */
export function configuration(): Configuration {
  current ??= settle(chosen)
  return current
}

/**
 * Changes settings for the calls of this thread that begin afterwards; what is not named stays as it is.
 *
 * @throws NxUsageError for an option, or a variable, that does not exist or has a value that is not valid; then nothing is
 * changed
 */
export function configure(changes: ConfigurationChanges): Configuration {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(SETTINGS, name)) {
      throw usage(`there is no option ${name}; there are ${NAMES.join(', ')}`)
    }
    if (value !== undefined) check(name, name as keyof Configuration, value)
  }
  const next = { ...chosen, ...changes }
  current = settle(next)
  chosen = next
  return current
}

/** The devices that are to be tried, in order; none: Node's own zlib serves. */
export function devicesFor(direction: Direction, settings = configuration()): readonly Engine[] {
  // Decompression gives the same bytes on every device.
  const isBound = settings.reproducible && direction === 'compress'
  return (isBound ? REPRODUCIBLE_DEVICES : DEVICES)[settings[direction]]
}

function settle(changes: ConfigurationChanges): Configuration {
  const values: Partial<Record<keyof Configuration, unknown>> = {}
  for (const name of NAMES)
    values[name] = changes[name] ?? ofEnvironment(name, values as Partial<Configuration>)
  return values as unknown as Configuration
}

function ofEnvironment(name: keyof Configuration, earlier: Partial<Configuration>): unknown {
  const { variable, parse, unset } = SETTINGS[name]
  const { [variable]: text = '' } = process.env
  if (text === '') return unset(process.env, earlier)
  const value = parse(text)
  check(variable, name, value, text)
  return value
}

function check(what: string, name: keyof Configuration, value: unknown, shown: unknown = value): void {
  const { isValid, expects } = SETTINGS[name]
  if (!isValid(value)) throw usage(`${what} must be ${expects}; not ${String(shown)}`)
}

function usage(detail: string): NxUsageError {
  return new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail })
}
