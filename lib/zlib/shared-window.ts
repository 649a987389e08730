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
