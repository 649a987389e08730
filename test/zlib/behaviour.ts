// SPDX-License-Identifier: MIT
import { inspect } from 'node:util'
import type { ZlibOptions } from 'node:zlib'

import type { StreamClass, StreamName } from '../../lib/zlib/streams.js'
import { LIBRARIES, makeStream, pieces, type Library, type ZlibStream } from './stream-log.js'
import { describeError, Observed, type Run } from './stream-program.js'

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
  /** How the stream is made, if not just by the class. */
  readonly make?: (Class: StreamClass, options?: ZlibOptions) => object
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

/** Shows a behaviour of a class of a library. */
export async function show(
  library: Library,
  name: StreamName,
  { options, make, readsItself, show: act }: Behaviour,
  { input, bad }: Pick<Scene, 'input' | 'bad'>,
): Promise<Run> {
  // Both libraries' streams begin in the same phase of the event loop.
  await new Promise(setImmediate)
  const stream = make
    ? (make(LIBRARIES[library][name], options?.()) as ZlibStream)
    : makeStream(library, name, options?.())
  const observed = new Observed(stream)
  if (!readsItself) observed.listen()
  try {
    await act({ stream, observed, input, bad })
  } catch (error) {
    observed.note(`throws ${describeError(error)}`)
  }
  await observed.settle()
  observed.note(`at last: ${observed.state}`)
  const { events, output } = observed.run
  stream.destroy()
  return { events: [...events], output }
}
