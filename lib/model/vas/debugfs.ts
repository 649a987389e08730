// SPDX-License-Identifier: MIT
import type { CopType } from './window-attributes.js'
import type { ReceiveWindow, SendWindow } from './window.js'

/** How the file `info` names the coprocessor types. */
const TYPE_NAMES: Readonly<Record<CopType, string>> = {
  FAULT: 'Fault',
  '842': 'NX-842 Normal Priority',
  '842_HIPRI': 'NX-842 High Priority',
  GZIP: 'NX-GZIP Normal Priority',
  GZIP_HIPRI: 'NX-GZIP High Priority',
  FTW: 'Fast Thread-wakeup',
}

/** The 64-bit registers of a window context, as /sys/kernel/debug/vas lists them: offset and name. */
const REGISTERS: readonly (readonly [offset: number, name: string])[] = [
  [0x010, 'LPID'],
  [0x018, 'PID'],
  [0x020, 'XLATE_MSR'],
  [0x028, 'XLATE_LPCR'],
  [0x030, 'XLATE_CTL'],
  [0x040, 'AMR'],
  [0x048, 'SEIDR'],
  [0x050, 'FAULT_TX_WIN'],
  [0x060, 'OSU_INTR_SRC_RA'],
  [0x070, 'HV_INTR_SRC_RA'],
  [0x078, 'PSWID'],
  [0x0a0, 'LFIFO_BAR'],
  [0x0a8, 'LDATA_STAMP_CTL'],
  [0x0b0, 'LDMA_CACHE_CTL'],
  [0x0b8, 'LRFIFO_PUSH'],
  [0x0c0, 'CURR_MSG_COUNT'],
  [0x0c8, 'LNOTIFY_AFTER_COUNT'],
  [0x0e0, 'LRX_WCRED'],
  [0x190, 'LRX_WCRED_ADDER'],
  [0x0f0, 'TX_WCRED'],
  [0x1a0, 'TX_WCRED_ADDER'],
  [0x100, 'LFIFO_SIZE'],
  [0x108, 'WINCTL'],
  [0x110, 'WIN_STATUS'],
  [0x118, 'WIN_CTX_CACHING_CTL'],
  [0x120, 'TX_RSVD_BUF_COUNT'],
  [0x128, 'LRFIFO_WIN_PTR'],
  [0x138, 'LNOTIFY_CTL'],
  [0x140, 'LNOTIFY_PID'],
  [0x148, 'LNOTIFY_LPID'],
  [0x150, 'LNOTIFY_TID'],
  [0x158, 'LNOTIFY_SCOPE'],
  [0x180, 'NX_UTIL_ADDER'],
]

/** What the file `info` of a window says. Nothing once the window is closed. */
export function windowInfo(window: ReceiveWindow | SendWindow): string {
  if (!window.isOpen) return ''
  const pid = window.kind === 'send' ? window.opener.pid : 0
  return `Type: ${TYPE_NAMES[window.cop]}, ${window.kind === 'send' ? 'Send' : 'Receive'}\nPid : ${pid}\n`
}

/** What the file `hvwc` of a window says: its registers, one a line. Nothing once the window is closed. */
export function windowRegisters(window: ReceiveWindow | SendWindow): string {
  if (!window.isOpen) return ''
  return REGISTERS.map(([offset, name]) => {
    const value = window.hvwc.getBigUint64(offset)
    return `0x${value.toString(16).padStart(16, '0')} ${name}\n`
  }).join('')
}
