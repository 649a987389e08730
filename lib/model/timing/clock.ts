// SPDX-License-Identifier: MIT
/** Something that happens at a time. */
interface Event {
  readonly time: number
  /** Events of the same time happen in the order in which they were asked for. */
  readonly order: number
  readonly action: () => void
}

/** Simulated time in nanoseconds: events happen in its order, and nothing takes time but what waits for an event. */
export class Clock {
  #now = 0
  #orders = 0
  /** A binary heap: each event is later than the one at half its place. */
  readonly #heap: Event[] = []

  get now(): number {
    return this.#now
  }

  /** Has something happen after `ns` nanoseconds, 0 or more. Never within this call. */
  after(ns: number, action: () => void): void {
    if (!(ns >= 0)) throw new RangeError(`time does not go back by ${-ns} ns`)
    const event = { time: this.#now + ns, order: this.#orders++, action }
    let place = this.#heap.push(event) - 1
    while (place > 0) {
      const above = (place - 1) >>> 1
      if (!isBefore(event, this.#heap[above])) break
      this.#heap[place] = this.#heap[above]
      place = above
    }
    this.#heap[place] = event
  }

  /** Lets everything happen until nothing is left. */
  run(): void {
    for (let event = this.#take(); event; event = this.#take()) {
      this.#now = event.time
      event.action()
    }
  }

  #take(): Event | undefined {
    const first = this.#heap.at(0)
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return first
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= this.#heap.length) break
      if (below + 1 < this.#heap.length && isBefore(this.#heap[below + 1], this.#heap[below])) below++
      if (!isBefore(this.#heap[below], last)) break
      this.#heap[place] = this.#heap[below]
      place = below
    }
    this.#heap[place] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
