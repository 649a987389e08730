// SPDX-License-Identifier: MIT
/** `nxzlib/nx`: the gzip unit itself, job by job. */
import type { Engine } from './device/device.js'
import { ModelDevice } from './device/model.js'
import { controlsOf, type ModelControls } from './device/model-controls.js'
import { withInjection } from './device/injection/injected-window.js'
import { openDeviceOf, type DeviceOptions } from './device/open.js'
import { NxUsageError } from './errors.js'
import { CPB } from './format/cpb.js'
import { CRB } from './format/crb.js'
import { CSB } from './format/csb.js'
import { Window, type WindowOptions } from './job/window.js'

export type { Engine, EngineChoice } from './device/device.js'
export type { ModelOptions } from './device/model-options.js'
export { MODEL_CHANNEL } from './device/model.js'
export type { ModelControls } from './device/model-controls.js'
export type { DeviceOptions } from './device/open.js'
export type { CpbInput, CpbOutput, Job, JobResult } from './job/job.js'
export { crb, type CrbAddresses } from './job/request.js'
export { record, type RecordingStatus, type RecordOptions } from './job/recording.js'
export type { Window, WindowOptions } from './job/window.js'
export { status, type DeviceStatus, type Status } from './device/status.js'
export {
  NxCompletionError,
  NxDeviceError,
  NxError,
  NxTimeoutError,
  NxUsageError,
  NxVerificationError,
} from './errors.js'
export { CC, COMPLETION_CODES } from './format/completion-codes.js'
export { CPB } from './format/cpb.js'
export { CCB, CRB, CRB_HINT } from './format/crb.js'
export { CE_PARTIAL, CE_TERMINATE, CE_TPBC, CSB } from './format/csb.js'
export { DDE } from './format/dde.js'
export { FC, FC_LOW_LIMIT, gzipFunction } from './format/function-codes.js'
export { FAULT_STAMP, VAS_STAMP } from './format/stamps.js'
export type { TraceEvent } from './model/vas/trace.js'

/** An open device. */
export interface Device {
  /** What executes the jobs. */
  readonly engine: Engine
  /** Opens a window. Throws `NxError` when none can be had. */
  openWindow(options?: WindowOptions): Window
  /** What can be done to the software machine, if that is what opened. */
  readonly model: ModelControls | undefined
  /** Closes the device. Windows must be closed before. */
  close(): void
}

/**
 * Opens the device that executes jobs.
 *
 * @throws NxDeviceError when the engine that is asked for cannot be opened here
 */
export function openDevice(options: DeviceOptions = {}): Device {
  const { inject = '' } = options
  const device = openDeviceOf(options)
  return {
    engine: device.engine,
    model: device instanceof ModelDevice ? controlsOf(device) : undefined,
    openWindow: (windowOptions) =>
      new Window(withInjection(device.openWindow(), inject), windowOptions, { engine: device.engine }),
    close: () => {
      device.close()
    },
  }
}

/**
 * An annotated dump of a CRB (128 bytes), a CSB (16 bytes) or a CPB (1680 bytes): one line a field.
 *
 * @throws NxUsageError for any other length
 */
export function describe(bytes: Uint8Array): string {
  const structure = [CRB, CSB, CPB].find(({ size }) => size === bytes.length)
  if (!structure) {
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
      detail: `describe takes 128 bytes (CRB), 16 (CSB) or 1680 (CPB), not ${bytes.length}`,
    })
  }
  return structure.describe(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
}
