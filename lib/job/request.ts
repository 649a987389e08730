// SPDX-License-Identifier: MIT
import type { DeviceWindow, Loan } from '../device/device.js'
import { CPB, IN_DHT_OFFSET } from '../format/cpb.js'
import { CRB, CRB_HINT, CRB_SOURCE_DDE, CRB_TARGET_DDE, ONLY_CHECKSUM, OVERRUN } from '../format/crb.js'
import { DDE } from '../format/dde.js'
import { gzipFunction } from '../format/function-codes.js'
import { isInStoredBlock } from '../format/sfbt.js'
import { checkJob } from './check-job.js'
import { bytesOf, type CpbInput, type Job, type Memory } from './job.js'
import {
  SLOT_CPB,
  SLOT_CSB,
  SLOT_SOURCE,
  SLOT_SOURCE_LIST,
  SLOT_TARGET,
  SLOT_TARGET_LIST,
  STAGED_SOURCE_BYTES,
  STAGED_TARGET_BYTES,
  type Slot,
} from './slot.js'

/** A piece of a job's memory as the device sees it. */
export interface MappedPiece {
  readonly view: Uint8Array
  readonly address: bigint
  /** True for target memory, which the device writes. */
  readonly write: boolean
}

/**
 * Builds the CRB, the DDE lists and the CPB input of a job in a slot. Memory is lent with the paste where the device can do
 * that; otherwise few data are copied into the slot if the window stages, and all other memory is mapped.
 *
 * @param job one that `checkJob` has passed
 * @param stages whether the device may be given copies in the place of the job's own memory
 * @param pieces receives the mapped buffers, to be unmapped when the device has finished
 * @returns what is to be lent with each paste
 */
export function buildRequest(
  device: DeviceWindow,
  slot: Slot,
  job: Job,
  stages: boolean,
  pieces: MappedPiece[],
): Loan | undefined {
  const { view } = slot
  CRB.field.fc.set(view, 0, job.fc)
  writeHints(view, job)
  const loan = device.pasteLending && isLoan(job) ? job : undefined
  if (loan) nameLent(slot, loan)
  else nameMemory(device, slot, job, stages, pieces)
  clearBlocks(slot)
  if (job.cpb) writeCpb(slot, job.fc, job.cpb)
  else CPB.field.in_adler.set(view, SLOT_CPB, 1)
  return loan
}

/** Whether a job's memory can be lent: there is some, in one piece. */
function isLoan(job: Job): job is Job & Loan {
  const isOne = (memory: Memory) => memory instanceof Uint8Array && memory.length > 0
  return isOne(job.source) && isOne(job.target)
}

/** Names memory of which the device finds out the addresses. */
function nameLent(slot: Slot, { source, target }: Loan): void {
  const { view } = slot
  DDE.field.count.set(view, CRB_SOURCE_DDE, 0)
  DDE.field.bytecount.set(view, CRB_SOURCE_DDE, source.length)
  DDE.field.count.set(view, CRB_TARGET_DDE, 0)
  DDE.field.bytecount.set(view, CRB_TARGET_DDE, target.length)
  slot.namesOwnSource = slot.namesOwnTarget = false
}

/** Names memory that is copied into the slot or mapped. */
function nameMemory(
  device: DeviceWindow,
  slot: Slot,
  job: Job,
  stages: boolean,
  pieces: MappedPiece[],
): void {
  const { view } = slot
  if (!(stages && stageSource(slot, job.source))) {
    const address = mapMemory(device, slot, SLOT_SOURCE_LIST, job.source, false, pieces)
    writeDde(view, CRB_SOURCE_DDE, job.source, address)
    slot.namesOwnSource = false
  }
  if (!(stages && stageTarget(slot, job.target))) {
    const address = mapMemory(device, slot, SLOT_TARGET_LIST, job.target, true, pieces)
    writeDde(view, CRB_TARGET_DDE, job.target, address)
    slot.namesOwnTarget = false
  }
}

/** Effective addresses that a CRB holds: of the CSB, and of the data or the DDE list on either side. */
export interface CrbAddresses {
  csb?: bigint
  source?: bigint
  target?: bigint
}

/**
 * The 128 bytes of a job's CRB, for those who paste it themselves. A list of source or target pieces becomes an indirect
 * DDE; its list of DDEs has to lie at the address that is given.
 *
 * @throws NxUsageError for what cannot be put into a CRB
 */
export function crb(job: Job, { csb = 0n, source = 0n, target = 0n }: CrbAddresses = {}): Uint8Array {
  checkJob(job)
  const bytes = new Uint8Array(CRB.size)
  const view = new DataView(bytes.buffer)
  CRB.field.fc.set(view, 0, job.fc)
  CRB.field.csb_address.set(view, 0, csb)
  writeHints(view, job)
  writeDde(view, CRB_SOURCE_DDE, job.source, source)
  writeDde(view, CRB_TARGET_DDE, job.target, target)
  return bytes
}

function writeHints(view: DataView, { effort, countsOnly, mayOverrun, checksum }: Job): void {
  CRB_HINT.field.effort.set(view, 0, effort ?? 0)
  CRB_HINT.field.counts_only.set(view, 0, countsOnly ? 1 : 0)
  CRB_HINT.field.overrun.set(view, 0, mayOverrun ? OVERRUN : 0)
  CRB_HINT.field.checksum.set(view, 0, checksum ? ONLY_CHECKSUM[checksum] : 0)
}

function writeDde(view: DataView, at: number, memory: Memory, address: bigint): void {
  DDE.field.count.set(view, at, memory instanceof Uint8Array ? 0 : memory.length)
  DDE.field.bytecount.set(view, at, bytesOf(memory))
  DDE.field.address.set(view, at, address)
}

/** Clears what the device will write and software will look at, before every further paste. */
export function armSlot(slot: Slot): void {
  slot.bytes.fill(0, SLOT_CSB, SLOT_CPB)
}

/** Clears CSB and CPB: nothing of an earlier job may be taken for this one's. */
function clearBlocks(slot: Slot): void {
  slot.bytes.fill(0, SLOT_CSB, SLOT_CPB + CPB.size)
}

/** Copies a source that fits into the slot. False: it does not, or there is none. */
function stageSource(slot: Slot, source: Memory): boolean {
  const length = bytesOf(source)
  if (length > STAGED_SOURCE_BYTES || length === 0) return false
  if (source instanceof Uint8Array) slot.bytes.set(source, SLOT_SOURCE)
  else {
    let at = SLOT_SOURCE
    for (const part of source) {
      slot.bytes.set(part, at)
      at += part.length
    }
  }
  if (!slot.namesOwnSource) nameOwn(slot, CRB_SOURCE_DDE, SLOT_SOURCE)
  slot.namesOwnSource = true
  DDE.field.bytecount.set(slot.view, CRB_SOURCE_DDE, length)
  return true
}

/** Lets the device write to the slot where the target fits into it. False: it does not, or there is none. */
function stageTarget(slot: Slot, target: Memory): boolean {
  if (!(target instanceof Uint8Array)) return false
  if (target.length > STAGED_TARGET_BYTES || target.length === 0) return false
  if (!slot.namesOwnTarget) nameOwn(slot, CRB_TARGET_DDE, SLOT_TARGET)
  slot.namesOwnTarget = true
  DDE.field.bytecount.set(slot.view, CRB_TARGET_DDE, target.length)
  return true
}

function nameOwn({ view, address }: Slot, dde: number, at: number): void {
  DDE.field.count.set(view, dde, 0)
  DDE.field.address.set(view, dde, address + BigInt(at))
}

/** Maps a job's memory and writes its DDE list, if it has one. Returns the address for the DDE in the CRB. */
function mapMemory(
  device: DeviceWindow,
  { view, address }: Slot,
  listAt: number,
  memory: Memory,
  write: boolean,
  pieces: MappedPiece[],
): bigint {
  if (memory instanceof Uint8Array) return mapPiece(device, memory, write, pieces)
  let at = listAt
  for (const part of memory) {
    view.setBigUint64(at, 0n)
    writeDde(view, at, part, mapPiece(device, part, write, pieces))
    at += DDE.size
  }
  return address + BigInt(listAt)
}

function mapPiece(device: DeviceWindow, view: Uint8Array, write: boolean, pieces: MappedPiece[]): bigint {
  const address = device.map(view)
  pieces.push({ view, address, write })
  return address
}

/** Fills in the input of a cleared CPB. */
function writeCpb({ view, bytes }: Slot, fc: number, cpb: CpbInput): void {
  CPB.field.in_adler.set(view, SLOT_CPB, cpb.adler ?? 1)
  if (cpb.crc) CPB.field.in_crc.set(view, SLOT_CPB, cpb.crc)
  if (cpb.histlen) CPB.field.in_histlen.set(view, SLOT_CPB, cpb.histlen)
  if (cpb.subc) CPB.field.in_subc.set(view, SLOT_CPB, cpb.subc)
  if (cpb.sfbt) CPB.field.in_sfbt.set(view, SLOT_CPB, cpb.sfbt)
  if (cpb.dht) bytes.set(cpb.dht, SLOT_CPB + IN_DHT_OFFSET)
  // RemByteCnt and DHTlen share their bits: which one the function reads depends on SFBT.
  const inStoredBlock = gzipFunction(fc)?.operation === 'decompress' && isInStoredBlock(cpb.sfbt ?? 0)
  if (inStoredBlock) CPB.field.in_rembytecnt.set(view, SLOT_CPB, cpb.rembytecnt ?? 0)
  else CPB.field.in_dhtlen.set(view, SLOT_CPB, cpb.dhtlen ?? (cpb.dht ? cpb.dht.length * 8 : 0))
}
