// SPDX-License-Identifier: MIT
/** What is better the greater both are. */
export interface Candidate {
  readonly x: number
  readonly y: number
}

/** Those that no other beats in both, in order of x. */
export function paretoFront<T extends Candidate>(candidates: readonly T[]): T[] {
  return candidates
    .filter(
      (one) =>
        !candidates.some(
          (other) => other.x >= one.x && other.y >= one.y && (other.x > one.x || other.y > one.y),
        ),
    )
    .sort((a, b) => a.x - b.x)
}
