// SPDX-License-Identifier: MIT
import { bits, struct, u64, wide } from '../../format/struct.js'

/**
 * A window context's registers in the hypervisor's view: 512 bytes a window, 64-bit registers, bit 0 the most
 * significant. The offsets and fields are those that Linux programs (arch/powerpc/platforms/powernv/vas.h); the
 * hardware workbook is not public.
 */
export const HVWC = struct('HVWC', 512, {
  lpid: bits(0x010, 0, 11, 'LPID: partition of the sender'),
  pid: bits(0x018, 0, 19, 'PID: MMU context of the sender'),
  xlate_msr_dr: bits(0x020, 0, 0, 'XLATE_MSR: data addresses are translated'),
  xlate_msr_ta: bits(0x020, 1),
  xlate_msr_pr: bits(0x020, 2, 2, 'problem state'),
  xlate_msr_us: bits(0x020, 3),
  xlate_msr_hv: bits(0x020, 4, 4, 'hypervisor state'),
  xlate_msr_sf: bits(0x020, 5, 5, '64-bit mode'),
  xlate_lpcr_page_size: bits(0x028, 0, 2, 'XLATE_LPCR: 5 is 64 KiB'),
  xlate_lpcr_isl: bits(0x028, 3),
  xlate_lpcr_tc: bits(0x028, 4),
  xlate_lpcr_sc: bits(0x028, 5),
  xlate_ctl_mode: bits(0x030, 0, 1, 'XLATE_CTL: 3 radix, 2 hashed page table'),
  amr: u64(0x040, "AMR: the opener's, at the time of the open"),
  seidr: u64(0x048),
  fault_tx_win: bits(0x050, 48, 63, 'FAULT_TX_WIN: id of the fault window'),
  osu_intr_src_ra: wide(0x060, 8, 63),
  hv_intr_src_ra: wide(0x070, 8, 63, 'HV_INTR_SRC_RA: interrupt trigger page'),
  pswid: bits(0x078, 0, 31, 'PSWID: VAS id in bits 0:7, window id in bits 16:31'),
  lfifo_bar: wide(0x0a0, 8, 53, 'LFIFO_BAR: real address of the FIFO, in KiB'),
  page_migration_select: bits(0x0a0, 54, 56),
  ldata_stamp_ctl: bits(0x0a8, 0, 1, 'LDATA_STAMP_CTL: 1 stamps the CRB'),
  xtra_write: bits(0x0a8, 2),
  ldma_type: bits(0x0b0, 0, 1, 'LDMA_CACHE_CTL: 0 inject, 1 write'),
  fifo_disable: bits(0x0b0, 2),
  lrfifo_push: bits(0x0b8, 0, 15, 'LRFIFO_PUSH: messages in the FIFO'),
  curr_msg_count: bits(0x0c0, 0, 7),
  lnotify_after_count: bits(0x0c8, 0, 7),
  lrx_wcred: bits(0x0e0, 0, 15, 'LRX_WCRED: receive credits'),
  tx_wcred: bits(0x0f0, 4, 15, 'TX_WCRED: send credits'),
  lfifo_size: bits(0x100, 0, 3, 'LFIFO_SIZE: log2 of the FIFO in KiB'),
  open: bits(0x108, 0, 0, 'WINCTL: the window takes pastes'),
  rej_no_credit: bits(0x108, 1, 1, 'reject, instead of busy, without a credit'),
  pin: bits(0x108, 2, 2, 'context stays cached'),
  tx_wcred_mode: bits(0x108, 3, 3, 'send credits are checked'),
  rx_wcred_mode: bits(0x108, 4, 4, 'receive credits are checked'),
  tx_word_mode: bits(0x108, 5),
  rx_word_mode: bits(0x108, 6),
  rsvd_txbuf: bits(0x108, 7),
  thresh_ctl: bits(0x108, 8, 9),
  fault_win: bits(0x108, 10, 10, 'this is a fault window'),
  nx_win: bits(0x108, 11, 11, 'this is a window of an NX'),
  busy: bits(0x110, 1, 1, 'WIN_STATUS: a paste is on its way'),
  castout_req: bits(0x118, 0, 0, 'WIN_CTX_CACHING_CTL'),
  push_to_mem: bits(0x118, 1),
  cache_status: bits(0x118, 4),
  tx_rsvd_buf_count: bits(0x120, 58, 63),
  lrfifo_win_ptr: bits(0x128, 0, 15, 'LRFIFO_WIN_PTR: receive window that a send window sends to'),
  notify_disable: bits(0x138, 0, 0, 'LNOTIFY_CTL'),
  intr_disable: bits(0x138, 1),
  notify_early: bits(0x138, 2),
  notify_osu_intr: bits(0x138, 3),
  lnotify_pid: bits(0x140, 0, 19, 'LNOTIFY: with lpid and tid, the key of the FIFO'),
  lnotify_lpid: bits(0x148, 0, 11),
  lnotify_tid: bits(0x150, 0, 15),
  lnotify_min_scope: bits(0x158, 0, 1),
  lnotify_max_scope: bits(0x158, 2, 3),
  nx_util_adder: bits(0x180, 32, 63),
  nx_util: u64(0x1b0),
  nx_util_se: u64(0x1b8),
})

/**
 * Writing 1 here returns a credit; the registers read as 0 (LRX_WCRED_ADDER at 0x190, TX_WCRED_ADDER at 0x1a0). They
 * are actions, not state, so the table above does not hold them.
 */
export const LRX_WCRED_ADDER = 0x190
export const TX_WCRED_ADDER = 0x1a0

/** Values of XLATE_LPCR's page size and XLATE_CTL's mode that Linux writes on a radix machine with 64-KiB pages. */
export const PAGE_SIZE_64K = 5
export const XLATE_RADIX = 3
/** Widest notification scope. */
export const SCOPE_VECTORED_GROUP = 3
