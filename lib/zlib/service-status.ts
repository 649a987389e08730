// SPDX-License-Identifier: MIT
import { configuration, type Configuration } from '../configuration.js'
import { status as deviceStatus, type Status } from '../device/status.js'
import type { MemberStatus } from '../job/chain-member.js'
import { recordingStatus, type RecordingStatus } from '../job/recording.js'
import { deviceStates } from './shared-devices.js'
import { streamsUnavailable } from './streams.js'

/** What this process can use, and how it fares with it. */
export interface ServiceStatus extends Status {
  readonly configuration: Configuration
  /** The devices that calls of this thread have used: whether they are left for trouble, why, and until when. */
  readonly inUse: readonly MemberStatus[]
  /** What is recorded, if jobs are. */
  readonly recording: RecordingStatus | undefined
  /** Whether streams can be served by jobs, and if not, why. */
  readonly streams: { readonly available: boolean; readonly reason?: string }
}

/**
 * What this process can use: devices, addon, settings. What is missing is a reason in it.
 *
 * @throws NxUsageError for an environment that is not valid
 */
export function status(): ServiceStatus {
  const reason = streamsUnavailable
  return {
    ...deviceStatus(),
    configuration: configuration(),
    inUse: deviceStates(),
    recording: recordingStatus(),
    streams: reason === undefined ? { available: true } : { available: false, reason },
  }
}
