import type { DeviceWindow } from '../device/device.js'
import { NxUsageError } from '../errors.js'
import { CPB, CPB_OUTPUT_OFFSET, DHT_BYTES, IN_DHT_OFFSET } from '../format/cpb.js'
import { CRB, CRB_HINT, CRB_SOURCE_DDE, CRB_TARGET_DDE } from '../format/crb.js'
import { CSB } from '../format/csb.js'
import { DDE, MAX_DDE_COUNT } from '../format/dde.js'
import { gzipFunction } from '../format/function-codes.js'
import { isInStoredBlock } from '../format/sfbt.js'
import type { CpbInput, Job } from './job.js'
import { SLOT_CPB, SLOT_CSB, SLOT_SOURCE_LIST, SLOT_TARGET_LIST, type Slot } from './slot.js'

/** A piece of a job's memory as the device sees it. */
export interface MappedPiece {
  readonly view: Uint8Array
  readonly address: bigint
  /** True for target memory, which the device writes. */
  readonly write: boolean
}

/** Quadwords of history that HistLen can express, bits of a DHT that DHTlen can express: both have 12 bits. */
const MAX_12_BITS = 4095

/**
 * Builds the CRB, the DDE lists and the CPB input of a job in a slot, and maps its buffers.
 *
 * @param job one that `checkJob` has passed
 * @param pieces receives the mapped buffers, to be unmapped when the device has finished
 */
export function buildRequest(device: DeviceWindow, slot: Slot, job: Job, pieces: MappedPiece[]): void {
  const source = mapMemory(device, slot, SLOT_SOURCE_LIST, job.source, false, pieces)
  const target = mapMemory(device, slot, SLOT_TARGET_LIST, job.target, true, pieces)
  writeCrb(slot.view, job, { csb: slot.address + BigInt(SLOT_CSB), source, target })
  buildCpb(slot, job.fc, job.cpb ?? {})
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
export function crb(job: Job, addresses: CrbAddresses = {}): Uint8Array {
  checkJob(job)
  const bytes = new Uint8Array(CRB.size)
  writeCrb(new DataView(bytes.buffer), job, addresses)
  return bytes
}

function writeCrb(view: DataView, job: Job, { csb = 0n, source = 0n, target = 0n }: CrbAddresses): void {
  for (let at = 0; at < CRB.size; at += 8) view.setBigUint64(at, 0n)
  CRB.field.fc.set(view, 0, job.fc)
  CRB.field.csb_address.set(view, 0, csb)
  CRB_HINT.field.effort.set(view, 0, job.effort ?? 0)
  CRB_HINT.field.counts_only.set(view, 0, job.countsOnly ? 1 : 0)
  writeDde(view, CRB_SOURCE_DDE, job.source, source)
  writeDde(view, CRB_TARGET_DDE, job.target, target)
}

function writeDde(view: DataView, at: number, memory: Memory, address: bigint): void {
  const isDirect = memory instanceof Uint8Array
  DDE.field.count.set(view, at, isDirect ? 0 : memory.length)
  DDE.field.bytecount.set(view, at, isDirect ? memory.length : totalBytes(memory))
  DDE.field.address.set(view, at, address)
}

type Memory = Uint8Array | readonly Uint8Array[]

function totalBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, part) => total + part.length, 0)
}

/** Clears what the device will write and software will look at, before every paste. */
export function armSlot(slot: Slot): void {
  slot.bytes.fill(0, SLOT_CSB, SLOT_CSB + CSB.size)
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
  const map = (part: Uint8Array) => {
    const piece = { view: part, address: device.map(part), write }
    pieces.push(piece)
    return piece.address
  }
  if (memory instanceof Uint8Array) return map(memory)
  memory.forEach((part, index) => {
    const at = listAt + index * DDE.size
    view.setBigUint64(at, 0n)
    writeDde(view, at, part, map(part))
  })
  return address + BigInt(listAt)
}

function buildCpb({ view, bytes }: Slot, fc: number, cpb: CpbInput): void {
  bytes.fill(0, SLOT_CPB, SLOT_CPB + IN_DHT_OFFSET)
  bytes.fill(0, SLOT_CPB + CPB_OUTPUT_OFFSET, SLOT_CPB + CPB.size)
  CPB.field.in_adler.set(view, SLOT_CPB, cpb.adler ?? 1)
  CPB.field.in_crc.set(view, SLOT_CPB, cpb.crc ?? 0)
  CPB.field.in_histlen.set(view, SLOT_CPB, cpb.histlen ?? 0)
  CPB.field.in_subc.set(view, SLOT_CPB, cpb.subc ?? 0)
  CPB.field.in_sfbt.set(view, SLOT_CPB, cpb.sfbt ?? 0)
  // RemByteCnt and DHTlen share their bits: which one the function reads depends on SFBT.
  // Nothing of an earlier job's table may be left behind this one's.
  const dhtAt = SLOT_CPB + IN_DHT_OFFSET
  bytes.fill(0, dhtAt + (cpb.dht?.length ?? 0), dhtAt + DHT_BYTES)
  if (cpb.dht) bytes.set(cpb.dht, dhtAt)
  const inStoredBlock = gzipFunction(fc)?.operation === 'decompress' && isInStoredBlock(cpb.sfbt ?? 0)
  if (inStoredBlock) CPB.field.in_rembytecnt.set(view, SLOT_CPB, cpb.rembytecnt ?? 0)
  else CPB.field.in_dhtlen.set(view, SLOT_CPB, cpb.dhtlen ?? (cpb.dht ? cpb.dht.length * 8 : 0))
}

function usage(detail: string): NxUsageError {
  return new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail })
}

/**
 * Refuses what would not fit its field and so be put to the device as something else.
 *
 * @throws NxUsageError ERR_NX_INVALID_ARGUMENT or ERR_NX_TOO_MANY_PIECES
 */
export function checkJob({ fc, source, target, cpb = {}, effort = 0 }: Job): void {
  check('fc', fc, 63)
  check('effort', effort, 9)
  check('cpb.adler', cpb.adler, 0xffffffff)
  check('cpb.crc', cpb.crc, 0xffffffff)
  check('cpb.histlen', cpb.histlen, MAX_12_BITS)
  check('cpb.subc', cpb.subc, 7)
  check('cpb.sfbt', cpb.sfbt, 15)
  check('cpb.rembytecnt', cpb.rembytecnt, 65535)
  check('cpb.dhtlen', cpb.dhtlen, MAX_12_BITS)
  if (cpb.dht && cpb.dht.length > DHT_BYTES) throw usage(`cpb.dht has at most ${DHT_BYTES} bytes`)
  for (const memory of [source, target]) {
    const isList = !(memory instanceof Uint8Array)
    if (isList && !(Array.isArray(memory) && memory.every((part) => part instanceof Uint8Array))) {
      throw usage('source and target must be a Uint8Array or a list of them')
    }
    if (isList && memory.length > MAX_DDE_COUNT) throw new NxUsageError('ERR_NX_TOO_MANY_PIECES')
    const bytes = isList ? totalBytes(memory) : memory.length
    if (bytes >= 2 ** 32) throw usage('a job takes less than 4 GiB of source and of target')
  }
}

function check(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return
  throw usage(`${name} must be an integer from 0 to ${most}, not ${value}`)
}
