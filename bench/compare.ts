// SPDX-License-Identifier: MIT
import { subjectKey, type ContenderId, type Figure, type Subject } from './results.js'
import { geometricMean, pairedRatio } from './statistics.js'

/** The figures of a run, found by what was measured. */
export class Figures {
  readonly all: readonly Figure[]
  readonly #byKey: ReadonlyMap<string, Figure>

  constructor(all: readonly Figure[]) {
    this.all = all
    this.#byKey = new Map(all.map((figure) => [subjectKey(figure), figure]))
  }

  /** What another contender did with the same thing. */
  rival(subject: Subject, contender: ContenderId): Figure | undefined {
    return this.#byKey.get(subjectKey({ ...subject, contender }))
  }

  /** Pairs of figures of the same thing: those of `own`, and what the rival did. Without those that either lacks. */
  pairs(own: readonly Figure[], rival: ContenderId): (readonly [own: Figure, rival: Figure])[] {
    return own.flatMap((figure) => {
      const other = this.rival(figure, rival)
      return other ? [[figure, other] as const] : []
    })
  }
}

export type Pair = readonly [own: Figure, rival: Figure]

/** How many times as fast the first is as the second: the geometric mean over all inputs. NaN without inputs. */
export function speedRatio(pairs: readonly Pair[], clock: 'cpu' | 'wall'): number {
  const times = (figure: Figure) => (clock === 'cpu' ? figure.cpuSeconds : figure.seconds)
  return geometricMean(pairs.map(([own, rival]) => pairedRatio(times(own), times(rival))))
}

/** The first one's compression ratio as a multiple of the second one's: the geometric mean over all inputs. */
export function packRatio(pairs: readonly Pair[]): number {
  return geometricMean(pairs.map(([own, rival]) => rival.packedBytes / own.packedBytes))
}
