import { NxError, NxUsageError } from '../errors.js'
import type { Device, EngineChoice } from './device.js'
import { ModelDevice } from './model.js'
import type { ModelOptions } from './model-options.js'

/** Settings for opening a device. */
export interface DeviceOptions {
  /** What shall execute the jobs. Default 'auto'. */
  engine?: EngineChoice
  /** The chip whose windows are opened; -1, the default: the local one. */
  vasId?: number
  /** Settings of the software machine, if that is what opens. */
  model?: ModelOptions
}

/**
 * Opens the device that is asked for, or for 'auto' the first one that is there.
 *
 * @throws NxError ERR_NX_DEVICE_UNAVAILABLE when it cannot be opened here, NxUsageError for a bad option
 */
export function openDeviceOf({ engine = 'auto', vasId = -1, model = {} }: DeviceOptions): Device {
  switch (engine) {
    case 'auto':
    case 'model':
      return new ModelDevice(model, vasId)
    case 'hardware':
    case 'native':
      throw new NxError('ERR_NX_DEVICE_UNAVAILABLE', {
        detail: `${engine} needs the addon, which is not installed`,
      })
    default:
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: `engine ${String(engine)} does not exist` })
  }
}
