// SPDX-License-Identifier: MIT
/**
 * The event loop's means and the clock, taken when this module loads. Test frameworks put others in the place of the
 * globals, or take them away; node:zlib works on, and so must what stands in for it.
 */
import { performance } from 'node:perf_hooks'
import timers from 'node:timers'
import promises from 'node:timers/promises'

export const { setImmediate, setTimeout } = timers

/** Settled in the next turn of the event loop. */
export const { setImmediate: nextTurn } = promises

export const nextTick: (callback: (...values: never[]) => void, ...values: unknown[]) => void =
  process.nextTick.bind(process)

/** Milliseconds since the process began. */
export const clock: () => number = performance.now.bind(performance)
