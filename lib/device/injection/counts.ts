// SPDX-License-Identifier: MIT
import { INJECTED_KINDS, type InjectedKind } from './plan.js'

/** How often each kind of trouble was made. */
export type InjectedCounts = Readonly<Record<InjectedKind, number>>

const none = () => Object.fromEntries(INJECTED_KINDS.map((kind) => [kind, 0])) as Record<InjectedKind, number>

let counts = none()

export function countInjected(kind: InjectedKind): void {
  counts[kind]++
}

/** Of this thread, since it began or the figures were reset. */
export function injectedCounts(): InjectedCounts {
  return { ...counts }
}

export function resetInjectedCounts(): void {
  counts = none()
}
