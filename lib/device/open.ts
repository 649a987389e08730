// SPDX-License-Identifier: MIT
import { configuration } from '../configuration.js'
import { NxDeviceError, NxUsageError } from '../errors.js'
import { addonStatus, loadAddon } from './addon.js'
import type { Device, Engine, EngineChoice } from './device.js'
import { HardwareDevice } from './hardware.js'
import { ModelDevice } from './model.js'
import type { ModelOptions } from './model-options.js'
import { NativeDevice } from './native.js'
import type { CreditType } from './system.js'

/** Settings for opening a device. */
export interface DeviceOptions {
  /** What shall execute the jobs. Default: the environment's NXZLIB_ENGINE, or 'auto'. */
  engine?: EngineChoice
  /** The chip whose windows are opened; -1, the default: the local one. */
  vasId?: number
  /** Which of a partition's credits windows of the hardware take. Default 'default'. */
  creditType?: CreditType
  /** Settings of the software machine; with these, 'auto' takes the model. */
  model?: ModelOptions
  /** Trouble to make in its windows, as the setting `inject` has it. Default: none. */
  inject?: string
}

/** In the order in which 'auto' tries them. */
export const ENGINES: readonly Engine[] = ['hardware', 'native', 'model']

/**
 * Opens the device that is asked for, or for 'auto' the first one that opens.
 *
 * @throws NxDeviceError when it cannot be opened here, NxUsageError for a bad option
 */
export function openDeviceOf(options: DeviceOptions): Device {
  const { engine = configuredEngine(), model } = options
  if (engine !== 'auto') return openEngine(engine, options)
  if (model) return openEngine('model', options)
  for (const candidate of ENGINES) {
    try {
      return openEngine(candidate, options)
    } catch (error) {
      if (!(error instanceof NxDeviceError)) throw error
    }
  }
  throw new NxDeviceError({ detail: 'none opens' })
}

/** The fastest device that needs no hardware. */
export function openSoftware(): Device {
  return loadAddon() ? openEngine('native') : openEngine('model')
}

/** @throws NxDeviceError when it cannot be opened here */
export function openEngine(engine: Engine, options: DeviceOptions = {}): Device {
  const { vasId = -1, creditType = 'default', model = {} } = options
  switch (engine) {
    case 'hardware':
      return new HardwareDevice(loadAddon(), { vasId, creditType })
    case 'native': {
      const addon = loadAddon()
      if (!addon) {
        throw new NxDeviceError({
          detail: `native needs the addon: ${addonStatus().reason ?? ''}`,
          isFinal: true,
        })
      }
      return new NativeDevice(addon, vasId)
    }
    case 'model':
      return new ModelDevice(model, vasId)
    default:
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: `engine ${String(engine)} does not exist` })
  }
}

/**
 * What is chosen for the whole process, by `configure` or by the environment; 'auto' if nothing, or Node's own zlib, which
 * is no device.
 *
 * @throws NxUsageError for an environment that is not valid
 */
export function configuredEngine(): EngineChoice {
  const { engine } = configuration()
  return engine === 'node' ? 'auto' : engine
}
