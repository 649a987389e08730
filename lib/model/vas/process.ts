// SPDX-License-Identifier: MIT
import type { AddressSpace } from '../address-space.js'

/** A signal as the kernel delivers it. */
export interface Signal {
  readonly signo: number
  readonly si_code: number
  readonly si_errno: number
  readonly si_addr: bigint
  /** Task that it was sent to. */
  readonly pid: number
}

export const SIGSEGV = 11
export const SEGV_MAPERR = 1

/** A thread: what opens windows. */
export interface Task {
  readonly pid: number
  state: 'running' | 'exiting' | 'dead'
}

/**
 * A process of the modelled system: a thread group and the memory that its threads share. The group's id is the pid of
 * its first thread.
 */
export class Process {
  readonly #tasks: Task[] = []
  readonly signals: Signal[] = []

  constructor(
    readonly tgid: number,
    readonly mm: AddressSpace,
  ) {
    this.#tasks.push({ pid: tgid, state: 'running' })
  }

  /** The thread whose pid is the group's id. */
  get leader(): Task {
    return this.#tasks[0]
  }

  /** Starts another thread. */
  startThread(pid: number): Task {
    const task: Task = { pid, state: 'running' }
    this.#tasks.push(task)
    return task
  }

  /** All threads begin to exit. */
  beginExit(): void {
    for (const task of this.#tasks) if (task.state === 'running') task.state = 'exiting'
  }

  /** A task by its pid, unless it is gone. */
  findTask(pid: number): Task | undefined {
    return this.#tasks.find((task) => task.pid === pid && task.state !== 'dead')
  }
}
