// SPDX-License-Identifier: MIT
import { RX_FIFO_SIZE_MAX, RX_FIFO_SIZE_MIN, TX_WCREDS_MAX } from './constants.js'
import { KernelError } from './errno.js'

/** Coprocessor types, in the kernel's order. */
export const COP_TYPES = ['FAULT', '842', '842_HIPRI', 'GZIP', 'GZIP_HIPRI', 'FTW'] as const
export type CopType = (typeof COP_TYPES)[number]

/** Attributes of a receive window (struct vas_rx_win_attr). */
export interface ReceiveAttributes {
  readonly nxWin: boolean
  readonly faultWin: boolean
  readonly userWin: boolean
  /** Bytes; 0 where there is no FIFO. */
  readonly rxFifoSize: number
  readonly wcredsMax: number
  readonly notifyDisable: boolean
  readonly intrDisable: boolean
  readonly notifyEarly: boolean
  readonly rejNoCredit: boolean
  readonly txWcredMode: boolean
  readonly rxWcredMode: boolean
  readonly dataStamp: boolean
  readonly lnotifyLpid: number
  readonly lnotifyPid: number
  readonly lnotifyTid: number
}

/** Attributes of a send window (struct vas_tx_win_attr). */
export interface SendAttributes {
  readonly userWin: boolean
  readonly wcredsMax: number
  readonly rejNoCredit: boolean
  readonly rsvdTxbufCount: number
  readonly txThresholdMode: boolean
}

function reject(detail: string): never {
  throw new KernelError('EINVAL', detail)
}

/**
 * The kernel's checks of a receive window's attributes (rx_win_args_valid).
 *
 * @throws KernelError EINVAL
 */
export function checkReceiveAttributes(attributes: ReceiveAttributes): void {
  const { nxWin, faultWin, userWin, rxFifoSize, wcredsMax } = attributes
  if (rxFifoSize > RX_FIFO_SIZE_MAX) reject('the FIFO is larger than 8 MiB')
  if (wcredsMax === 0) reject('a receive window needs credits')
  if (nxWin) {
    if (rxFifoSize < RX_FIFO_SIZE_MIN) reject('the FIFO is smaller than 1 KiB')
    if (faultWin || userWin) reject('a window of an NX is neither a fault window nor a user window')
    if (attributes.notifyDisable) reject('an NX must be notified')
    if (!attributes.intrDisable || attributes.notifyEarly)
      reject('an NX takes no interrupts and no early notification')
  } else if (faultWin) {
    if (rxFifoSize < RX_FIFO_SIZE_MIN) reject('the FIFO is smaller than 1 KiB')
    if (!attributes.notifyDisable) reject('a fault window notifies nobody')
    if (attributes.intrDisable || userWin) reject('a fault window must interrupt')
  } else if (userWin) {
    if (rxFifoSize !== 0) reject('a user window has no FIFO')
    if (!attributes.intrDisable) reject('a user window takes no interrupts')
  } else {
    reject('a receive window is of an NX, for faults, or of a user')
  }
}

/**
 * The kernel's checks of a send window's attributes (tx_win_args_valid).
 *
 * @throws KernelError EINVAL
 */
export function checkSendAttributes(cop: CopType, attributes: SendAttributes): void {
  if (!COP_TYPES.includes(cop)) reject(`coprocessor type ${cop} does not exist`)
  if (attributes.txThresholdMode) reject('threshold mode of send windows is not supported')
  if (attributes.wcredsMax > TX_WCREDS_MAX) reject(`at most ${TX_WCREDS_MAX} send credits`)
  if (attributes.userWin) {
    if (attributes.rsvdTxbufCount !== 0) reject('user windows have no reserved buffers')
    if (cop !== 'GZIP' && cop !== 'GZIP_HIPRI' && cop !== 'FTW')
      reject(`users may not open windows to ${cop}`)
  }
}
