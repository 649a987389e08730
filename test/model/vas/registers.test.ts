// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { HVWC, LRX_WCRED_ADDER, TX_WCRED_ADDER } from '../../../lib/model/vas/registers.js'

type Name = keyof typeof HVWC.field

/** The 64-bit register at an offset with all bits of one field set. */
function fullField(name: Name): string {
  const view = new DataView(new ArrayBuffer(512))
  const field = HVWC.field[name]
  if (field.bits > 32 || typeof field.get(view, 0) === 'bigint')
    (field as { set(v: DataView, at: number, x: bigint): void }).set(view, 0, (1n << BigInt(field.bits)) - 1n)
  else (field as { set(v: DataView, at: number, x: number): void }).set(view, 0, 2 ** field.bits - 1)
  const set: string[] = []
  for (let at = 0; at < 512; at += 8) {
    const value = view.getBigUint64(at)
    if (value !== 0n) set.push(`${at.toString(16).padStart(3, '0')} ${value.toString(16).padStart(16, '0')}`)
  }
  return set.join('; ')
}

describe('the hypervisor window context (HVWC)', () => {
  it('has 512 bytes', () => {
    assert.equal(HVWC.size, 512)
  })

  const PLACES: readonly (readonly [Name, string])[] = [
    ['lpid', '010 fff0000000000000'],
    ['pid', '018 fffff00000000000'],
    ['xlate_msr_dr', '020 8000000000000000'],
    ['xlate_msr_pr', '020 2000000000000000'],
    ['xlate_msr_hv', '020 0800000000000000'],
    ['xlate_msr_sf', '020 0400000000000000'],
    ['xlate_lpcr_page_size', '028 e000000000000000'],
    ['xlate_ctl_mode', '030 c000000000000000'],
    ['amr', '040 ffffffffffffffff'],
    ['seidr', '048 ffffffffffffffff'],
    ['fault_tx_win', '050 000000000000ffff'],
    ['osu_intr_src_ra', '060 00ffffffffffffff'],
    ['hv_intr_src_ra', '070 00ffffffffffffff'],
    ['pswid', '078 ffffffff00000000'],
    ['lfifo_bar', '0a0 00fffffffffffc00'],
    ['page_migration_select', '0a0 0000000000000380'],
    ['ldata_stamp_ctl', '0a8 c000000000000000'],
    ['xtra_write', '0a8 2000000000000000'],
    ['ldma_type', '0b0 c000000000000000'],
    ['fifo_disable', '0b0 2000000000000000'],
    ['lrfifo_push', '0b8 ffff000000000000'],
    ['curr_msg_count', '0c0 ff00000000000000'],
    ['lnotify_after_count', '0c8 ff00000000000000'],
    ['lrx_wcred', '0e0 ffff000000000000'],
    ['tx_wcred', '0f0 0fff000000000000'],
    ['lfifo_size', '100 f000000000000000'],
    ['open', '108 8000000000000000'],
    ['rej_no_credit', '108 4000000000000000'],
    ['pin', '108 2000000000000000'],
    ['tx_wcred_mode', '108 1000000000000000'],
    ['rx_wcred_mode', '108 0800000000000000'],
    ['tx_word_mode', '108 0400000000000000'],
    ['rx_word_mode', '108 0200000000000000'],
    ['rsvd_txbuf', '108 0100000000000000'],
    ['thresh_ctl', '108 00c0000000000000'],
    ['fault_win', '108 0020000000000000'],
    ['nx_win', '108 0010000000000000'],
    ['busy', '110 4000000000000000'],
    ['castout_req', '118 8000000000000000'],
    ['push_to_mem', '118 4000000000000000'],
    ['cache_status', '118 0800000000000000'],
    ['tx_rsvd_buf_count', '120 000000000000003f'],
    ['lrfifo_win_ptr', '128 ffff000000000000'],
    ['notify_disable', '138 8000000000000000'],
    ['intr_disable', '138 4000000000000000'],
    ['notify_early', '138 2000000000000000'],
    ['notify_osu_intr', '138 1000000000000000'],
    ['lnotify_pid', '140 fffff00000000000'],
    ['lnotify_lpid', '148 fff0000000000000'],
    ['lnotify_tid', '150 ffff000000000000'],
    ['lnotify_min_scope', '158 c000000000000000'],
    ['lnotify_max_scope', '158 3000000000000000'],
    ['nx_util_adder', '180 00000000ffffffff'],
    ['nx_util', '1b0 ffffffffffffffff'],
    ['nx_util_se', '1b8 ffffffffffffffff'],
  ]
  for (const [name, place] of PLACES) {
    it(`has ${name} at ${place}`, () => {
      assert.equal(fullField(name), place)
    })
  }

  it('has the credit adders at 0x190 and 0x1a0', () => {
    assert.deepEqual([LRX_WCRED_ADDER, TX_WCRED_ADDER], [0x190, 0x1a0])
  })
})
