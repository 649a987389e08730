import { inspect } from 'node:util'
import type { ZlibOptions } from 'node:zlib'

import { pieces, type ZlibStream } from './stream-log.js'
import { describeError, type Observed } from './stream-program.js'

/** What a behaviour is shown with. */
export interface Scene {
  readonly stream: ZlibStream
  readonly observed: Observed
  /** Input that is right for the class. */
  readonly input: Buffer
  /** Input that a decompressing class refuses. */
  readonly bad: Buffer
}

/** Something that programs do with streams. */
export interface Behaviour {
  readonly options?: () => ZlibOptions
  /** It does not read by 'data' events. */
  readonly readsItself?: boolean
  readonly show: (scene: Scene) => unknown
}

/** Notes what a promise comes to. */
export async function outcomeOf(observed: Observed, title: string, promise: Promise<unknown>): Promise<void> {
  const result = await promise.then(() => 'resolved', describeError)
  observed.note(`${title}: ${result}`)
}

/** Some pieces of an input. */
export const cut = (input: Buffer) => pieces(input, Math.ceil(input.length / 5))

/** An operation that node:zlib refuses, or not. */
export function attempt(observed: Observed, title: string, act: () => unknown): void {
  try {
    const result = act()
    observed.note(`${title}: ${typeof result === 'object' ? 'an object' : inspect(result)}`)
  } catch (error) {
    observed.note(`${title} throws ${describeError(error)}`)
  }
}
