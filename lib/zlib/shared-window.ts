import type { JobRunner } from '../deflate/steps.js'
import type { Engine } from '../device/device.js'
import { openDeviceOf } from '../device/open.js'
import { Window } from '../job/window.js'

/** The window that all calls of the process share: opening one can take longer than a thousand jobs. */
export interface SharedWindow {
  readonly engine: Engine
  readonly window: Window
}

let shared: SharedWindow | undefined

/** Opens the process's window on first use. */
export function sharedWindow(): SharedWindow {
  if (!shared) {
    const device = openDeviceOf({})
    shared = { engine: device.engine, window: new Window(device.openWindow()) }
  }
  return shared
}

/** Runs jobs in the process's window, which is opened for the first one. */
export const sharedRunner: JobRunner = {
  get jobLimit() {
    return sharedWindow().window.jobLimit
  },
  runSync: (job) => sharedWindow().window.runSync(job),
  runOwned: async (job) => sharedWindow().window.runOwned(job),
}
