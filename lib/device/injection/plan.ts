// SPDX-License-Identifier: MIT
import { NxUsageError } from '../../errors.js'
import { clock } from '../../timers.js'

/**
 * The kinds of trouble, in the order in which they are looked for: of several that are due for a paste, the first one
 * happens.
 */
export const INJECTED_KINDS = ['gone', 'busy', 'hang', 'fault', 'cc', 'flip'] as const

/**
 * gone: the device is not there any more. busy: it does not accept the paste. hang: it takes the job and never finishes it.
 * fault: it finds a page of the job that is not resident. cc: it ends the job with a completion code, unexecuted. flip: it
 * executes the job, and one bit of the output is wrong.
 */
export type InjectedKind = (typeof INJECTED_KINDS)[number]

/** What is to happen to a paste. */
export interface InjectedEvent {
  readonly kind: InjectedKind
  /** Completion code of `cc`. */
  readonly cc: number
}

/**
 * When: for a share of all pastes, drawn by chance, or for those from `from` up to, not including, `to`: their numbers, or
 * milliseconds since the first one.
 */
type When = { readonly share: number } | Range

interface Range {
  readonly from: number
  readonly to: number
  readonly unit: 'pastes' | 'ms'
}

interface Rule extends InjectedEvent {
  readonly when: When
}

/** What a text asks for. */
interface Parsed {
  readonly rules: readonly Rule[]
  readonly seed: number
}

/** What texts there are, in words that follow "must be". */
export const INJECTION_GRAMMAR =
  'entries such as "fault=0.1 hang=0-1 busy=0-500ms cc225=0.01 seed=7": gone, busy, hang, fault, ccN or flip, with a share of all pastes from 0 to 1, or a range of their numbers or of milliseconds since the first; and a seed'

const ENTRY = /^(?:(seed)=(\d+)|(gone|busy|hang|fault|flip|cc(\d+))=(?:(\d+)-(\d+)(ms)?|(\d*\.?\d+)))$/

/** Undefined if the text is not valid. */
function parse(text: string): Parsed | undefined {
  const rules: Rule[] = []
  let seed = 1
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const match: (string | undefined)[] | null = ENTRY.exec(entry)
    if (!match) return undefined
    const [, seedName, seedText, name, cc, from, to, ms, share] = match
    if (seedName) {
      seed = Number(seedText)
      continue
    }
    const kind = cc === undefined ? (name as InjectedKind) : 'cc'
    const range = { from: Number(from), to: Number(to), unit: ms === undefined ? 'pastes' : 'ms' } as const
    const when = share === undefined ? range : { share: Number(share) }
    if ('share' in when ? when.share > 1 : when.from >= when.to) return undefined
    if (Number(cc ?? 0) > 255) return undefined
    rules.push({ kind, cc: Number(cc ?? 0), when })
  }
  rules.sort((one, other) => INJECTED_KINDS.indexOf(one.kind) - INJECTED_KINDS.indexOf(other.kind))
  return { rules, seed }
}

/** Whether a text follows the grammar; an empty one asks for nothing. */
export function isInjection(text: unknown): text is string {
  return typeof text === 'string' && parse(text) !== undefined
}

/** Decides for each paste of a device what is to happen to it. The same text and the same pastes give the same trouble. */
export class InjectionPlan {
  readonly #rules: readonly Rule[]
  #random: number
  #pastes = 0
  #start: number | undefined

  /**
   * @param now milliseconds; they never go back
   * @throws NxUsageError for a text that does not follow the grammar
   */
  constructor(
    text: string,
    private readonly now: () => number = clock,
  ) {
    const parsed = parse(text)
    if (!parsed) {
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: `inject must be ${INJECTION_GRAMMAR}` })
    }
    this.#rules = parsed.rules
    // The generator stands still at 0.
    this.#random = parsed.seed >>> 0 || 1
  }

  /** What is to happen to the next paste; undefined: nothing. */
  next(): InjectedEvent | undefined {
    const number = this.#pastes++
    this.#start ??= this.now()
    const ms = this.now() - this.#start
    let due: InjectedEvent | undefined
    for (const rule of this.#rules) {
      const { when } = rule
      // Drawn for every rule, so that which other rules are due changes nothing.
      const isDue =
        'share' in when
          ? this.draw(2 ** 32) < when.share * 2 ** 32
          : isWithin(when, when.unit === 'ms' ? ms : number)
      if (isDue) due ??= rule
    }
    return due
  }

  /** A number from 0 up to, not including, `below`, at most 2^32 (xorshift32). */
  draw(below: number): number {
    this.#random ^= this.#random << 13
    this.#random ^= this.#random >>> 17
    this.#random ^= this.#random << 5
    return (this.#random >>> 0) % below
  }
}

const isWithin = ({ from, to }: Range, value: number) => value >= from && value < to
