// SPDX-License-Identifier: MIT
import { windowInfo, windowRegisters } from '../model/vas/debugfs.js'
import type { Lpar } from '../model/vas/powervm.js'
import type { Signal } from '../model/vas/process.js'
import type { ModelDevice } from './model.js'

/** What a program can do to the software machine and see of it, and to hardware never could. */
export interface ModelControls {
  /** The partition, on platform powervm: removes and adds cores, moves, shows its sysfs values. */
  readonly lpar: Lpar | undefined
  /** Signals that the kernel sent to this process. */
  readonly signals: readonly Signal[]
  /** The files `info` and `hvwc` of each open window, by `v<vas id>/w<window id>`, as under /sys/kernel/debug/vas. */
  debugfs(): Record<string, { info: string; hvwc: string }>
  /** Takes the pages of mapped memory out of memory, as the kernel may at any time. */
  evict(address: bigint, bytes: number): void
}

/** The controls of a device's machine. */
export function controlsOf({ lpar, machine, process, space }: ModelDevice): ModelControls {
  return {
    lpar,
    signals: process.signals,
    debugfs() {
      const files = machine.instances.flatMap(({ vasId, windows }) =>
        Array.from(windows.values(), (window) => {
          const contents = { info: windowInfo(window), hvwc: windowRegisters(window) }
          return [`v${vasId}/w${window.id}`, contents] as const
        }),
      )
      return Object.fromEntries(files)
    },
    evict(address, bytes) {
      space.evict(address, bytes)
    },
  }
}
