// SPDX-License-Identifier: MIT
import type { DeviceWindow } from '../device/device.js'
import type { MappedPiece } from './request.js'
import type { Slot } from './slot.js'

/**
 * Answers one translation fault: the first time only the page that the device named comes in, from then on all pages of
 * the job, since more of them are likely to be missing.
 *
 * @returns false when nothing could be touched: the address belongs to no memory of this job
 */
export function answerFault(
  device: DeviceWindow,
  slot: Slot,
  pieces: readonly MappedPiece[],
  address: bigint,
  first: boolean,
): boolean {
  if (first) return touchPage(device, slot, pieces, address)
  touchAll(device, slot, pieces)
  return true
}

function touchPage(
  device: DeviceWindow,
  slot: Slot,
  pieces: readonly MappedPiece[],
  address: bigint,
): boolean {
  if (contains(slot.address, slot.bytes.length, address)) return device.touch(address, 1, true)
  let found = false
  for (const piece of pieces) {
    if (!contains(piece.address, piece.view.length, address)) continue
    found = device.touch(address, 1, piece.write) || found
  }
  return found
}

function touchAll(device: DeviceWindow, slot: Slot, pieces: readonly MappedPiece[]): void {
  device.touch(slot.address, slot.bytes.length, true)
  for (const piece of pieces) device.touch(piece.address, piece.view.length, piece.write)
}

function contains(start: bigint, length: number, address: bigint): boolean {
  return address >= start && address < start + BigInt(length)
}
