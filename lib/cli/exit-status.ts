// SPDX-License-Identifier: MIT
/** gzip's exit statuses. */
export const EXIT = { OK: 0, ERROR: 1, WARNING: 2 } as const

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/** The one of two statuses that says more: an error before a warning, a warning before none. */
export function worse(one: ExitStatus, other: ExitStatus): ExitStatus {
  if (one === EXIT.ERROR || other === EXIT.ERROR) return EXIT.ERROR
  return one === EXIT.WARNING ? one : other
}
