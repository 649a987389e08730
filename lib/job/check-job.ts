// SPDX-License-Identifier: MIT
import { NxUsageError } from '../errors.js'
import { ONLY_CHECKSUM } from '../format/crb.js'
import { DHT_BYTES, LZCOUNTS } from '../format/cpb.js'
import { MAX_DDE_COUNT } from '../format/dde.js'
import { bytesOf, type CpbInput, type Job, type Memory } from './job.js'

/** Quadwords of history that HistLen can express, bits of a DHT that DHTlen can express: both have 12 bits. */
const MAX_12_BITS = 4095

/** Bytes that a DDE can express. */
const MAX_32_BITS = 0xffffffff

/**
 * Refuses what would not fit its field and so be put to the device as something else.
 *
 * @throws NxUsageError ERR_NX_INVALID_ARGUMENT or ERR_NX_TOO_MANY_PIECES
 */
export function checkJob({ fc, source, target, cpb, effort, checksum, lzcount }: Job): void {
  check('fc', fc, 63)
  if (effort !== undefined) check('effort', effort, 9)
  if (checksum !== undefined && !Number.isInteger(ONLY_CHECKSUM[checksum])) {
    throw usage(`checksum must be one of ${Object.keys(ONLY_CHECKSUM).join(', ')}`)
  }
  if (cpb) checkCpb(cpb)
  checkMemory(source)
  checkMemory(target)
  if (lzcount && !(lzcount instanceof Uint32Array && lzcount.length === LZCOUNTS)) {
    throw usage(`lzcount must be a Uint32Array of ${LZCOUNTS}`)
  }
}

function checkCpb({ adler, crc, histlen, subc, sfbt, rembytecnt, dhtlen, dht }: CpbInput): void {
  check('cpb.adler', adler, MAX_32_BITS)
  check('cpb.crc', crc, MAX_32_BITS)
  check('cpb.histlen', histlen, MAX_12_BITS)
  check('cpb.subc', subc, 7)
  check('cpb.sfbt', sfbt, 15)
  check('cpb.rembytecnt', rembytecnt, 65535)
  check('cpb.dhtlen', dhtlen, MAX_12_BITS)
  if (dht && dht.length > DHT_BYTES) throw usage(`cpb.dht has at most ${DHT_BYTES} bytes`)
}

function checkMemory(memory: Memory): void {
  if (!(memory instanceof Uint8Array)) {
    if (!(Array.isArray(memory) && memory.every((part) => part instanceof Uint8Array))) {
      throw usage('source and target must be a Uint8Array or a list of them')
    }
    if (memory.length > MAX_DDE_COUNT) throw new NxUsageError('ERR_NX_TOO_MANY_PIECES')
  }
  if (bytesOf(memory) > MAX_32_BITS) throw usage('a job takes less than 4 GiB of source and of target')
}

function check(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return
  throw usage(`${name} must be an integer from 0 to ${most}, not ${value}`)
}

function usage(detail: string): NxUsageError {
  return new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail })
}
