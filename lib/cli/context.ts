// SPDX-License-Identifier: MIT
import type { Messages } from './messages.js'
import type { Options } from './options.js'
import type { Progress } from './progress.js'

/** What every step of a run shares. */
export interface Context {
  readonly options: Options
  readonly messages: Messages
  readonly progress: Progress
}

/** The same buffer for every read: what is read is used up before the next read. */
export const READ_BUFFER = new Uint8Array(256 * 1024)
