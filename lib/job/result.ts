import { CPB, LZCOUNT_OFFSET, LZCOUNTS, OUT_DHT_OFFSET } from '../format/cpb.js'
import { CE_TERMINATE, CSB } from '../format/csb.js'
import { gzipFunction } from '../format/function-codes.js'
import { isInDynamicBlock, isInStoredBlock } from '../format/sfbt.js'
import type { CpbOutput, JobResult } from './job.js'
import { SLOT_CPB, SLOT_CSB, type Slot } from './slot.js'

/** Reads the outcome of a finished job from its slot. */
export function readResult(slot: Slot, fc: number, attempts: number, faults: bigint[]): JobResult {
  const { view } = slot
  const csb = {
    v: CSB.field.v.get(view, SLOT_CSB),
    cc: CSB.field.cc.get(view, SLOT_CSB),
    ce: CSB.field.ce.get(view, SLOT_CSB),
    tpbc: CSB.field.tpbc.get(view, SLOT_CSB),
    address: CSB.field.address.get(view, SLOT_CSB),
  }
  const terminated = (csb.ce & CE_TERMINATE) !== 0
  return { csb, cpb: terminated ? emptyOutput() : readOutput(slot, fc), attempts, faults }
}

function emptyOutput(): CpbOutput {
  return {
    adler: 0,
    crc: 0,
    tebc: 0,
    subc: 0,
    sfbt: 0,
    rembytecnt: 0,
    dhtlen: 0,
    spbc: 0,
    dht: new Uint8Array(0),
  }
}

function readOutput({ view, bytes }: Slot, fc: number): CpbOutput {
  const output = emptyOutput()
  const row = gzipFunction(fc)
  if (!row) return output
  output.adler = CPB.field.out_adler.get(view, SLOT_CPB)
  output.crc = CPB.field.out_crc.get(view, SLOT_CPB)
  output.spbc = CPB.field[row.spbc].get(view, SLOT_CPB)
  if (row.operation === 'compress') output.tebc = CPB.field.out_tebc.get(view, SLOT_CPB)
  if (row.operation === 'decompress') {
    output.subc = CPB.field.out_subc.get(view, SLOT_CPB)
    output.sfbt = CPB.field.out_sfbt.get(view, SLOT_CPB)
    if (isInStoredBlock(output.sfbt)) output.rembytecnt = CPB.field.out_rembytecnt.get(view, SLOT_CPB)
    if (isInDynamicBlock(output.sfbt)) {
      output.dhtlen = CPB.field.out_dhtlen.get(view, SLOT_CPB)
      const at = SLOT_CPB + OUT_DHT_OFFSET
      output.dht = bytes.slice(at, at + Math.ceil(output.dhtlen / 8))
    }
  }
  if (row.count) {
    const lzcount = new Uint32Array(LZCOUNTS)
    for (let symbol = 0; symbol < LZCOUNTS; symbol++) {
      lzcount[symbol] = view.getUint32(SLOT_CPB + LZCOUNT_OFFSET + 4 * symbol)
    }
    output.lzcount = lzcount
  }
  return output
}
