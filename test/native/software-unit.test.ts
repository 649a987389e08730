// SPDX-License-Identifier: MIT
/** The software unit: jobs in this process's own memory, in the caller's thread and in the unit's own. */
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as zlib from 'node:zlib'
import { makeTable } from '../../lib/deflate/huffman.js'
import { LZCOUNTS } from '../../lib/format/cpb.js'
import { textLike } from '../support/data.js'
import type { SoftwareUnit } from '../../lib/device/addon.js'
import { withAddon, type Addon } from './addon.js'
import { assertSame, type DirectJob, Twins } from './twins.js'
import { alignedBytes, AwaitedUnit, csbOf, UnitJob } from './unit-job.js'

const SOURCE = textLike(11, 40_000)

/** Input of the CPB: quadwords of history, and a table that has a code for every symbol. */
function cpbInput(histlen: number): Uint8Array {
  const table = makeTable(new Uint32Array(LZCOUNTS).fill(1))
  const cpb = new Uint8Array(1680)
  const view = new DataView(cpb.buffer)
  view.setUint32(0, 1)
  view.setUint16(8, histlen << 4)
  view.setUint16(14, table.dhtlen)
  cpb.set(table.dht, 16)
  return cpb
}

/** A job of each function (UM table 6-2). */
function jobsOfAllFunctions(): DirectJob[] {
  const compress = [0x00, 0x02, 0x04, 0x06].map((fc) => ({ fc, source: SOURCE, cpb: cpbInput(0) }))
  const resumed = [0x08, 0x0a, 0x0c, 0x0e].map((fc) => ({ fc, source: SOURCE, cpb: cpbInput(512) }))
  const deflated = zlib.deflateRawSync(SOURCE)
  const decompress = [0x10, 0x12].map((fc) => ({ fc, source: deflated }))
  const dictionary = SOURCE.subarray(0, 8192)
  const withHistory = Buffer.concat([dictionary, zlib.deflateRawSync(SOURCE, { dictionary })])
  const continued = [0x14, 0x16].map((fc) => {
    const cpb = cpbInput(512)
    cpb.fill(0, 12, 16)
    return { fc, source: withHistory, cpb }
  })
  const all = [...compress, ...resumed, ...decompress, ...continued, { fc: 0x1e, source: SOURCE }]
  return all.map((job) => ({ ...job, room: 50_000 }))
}

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
}

/** Turns of the event loop, in which finalizers run. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('software unit', () => {
  let addon: Addon

  withAddon((loaded) => {
    addon = loaded
  })

  it('writes the same bytes as the model in the thread of the caller, for every function', () => {
    const { unit } = new AwaitedUnit(addon)
    const twins = new Twins(addon)
    for (const job of jobsOfAllFunctions()) {
      const message = `FC 0x${job.fc.toString(16)}`
      const unitJob = new UnitJob(addon, unit, job)
      assertSame(unitJob.execute(), twins.runDirect(job, message), message)
      assert.ok(unitJob.isGuarded, message)
    }
  })

  it('writes the same bytes as the model in its own threads, for every function', async () => {
    const awaited = new AwaitedUnit(addon)
    const twins = new Twins(addon)
    const jobs = jobsOfAllFunctions()
    const unitJobs = jobs.map((job) => new UnitJob(addon, awaited.unit, job))
    unitJobs.forEach((job) => {
      job.submit()
    })
    await awaited.whenIdle()
    jobs.forEach((job, index) => {
      const message = `FC 0x${job.fc.toString(16)}`
      assertSame(unitJobs[index].written, twins.runDirect(job, message), message)
    })
  })

  describe('lends memory with a job', () => {
    const source = zlib.deflateRawSync(SOURCE)
    const jobOf = (unit: SoftwareUnit) => {
      const job = new UnitJob(addon, unit, { fc: 0x10, source: new Uint8Array(1), room: 1 })
      return { job, loan: job.lend(source, new Uint8Array(SOURCE.length)) }
    }

    it('to be executed by the caller, and writes their addresses into its CRB', () => {
      const { unit } = new AwaitedUnit(addon)
      const { job, loan } = jobOf(unit)
      unit.execute(job.crb, loan.source, loan.target)
      assert.deepEqual(csbOf(job.written.csb), {
        v: 1,
        cc: 0,
        ce: 0x20,
        tpbc: SOURCE.length,
        address: 0n,
      })
      assert.equal(Buffer.compare(loan.target, SOURCE), 0)
      assert.equal(job.view.getBigUint64(24), addon.addressOf(loan.source))
      assert.equal(job.view.getBigUint64(40), addon.addressOf(loan.target))
    })

    it('to be executed by a thread', async () => {
      const awaited = new AwaitedUnit(addon)
      const { job, loan } = jobOf(awaited.unit)
      awaited.unit.submit(job.crb, loan.source, loan.target)
      await awaited.whenIdle()
      assert.equal(Buffer.compare(loan.target, SOURCE), 0)
    })

    it('which no other job sees: of that the first address has a fault', () => {
      const { unit } = new AwaitedUnit(addon)
      const { job, loan } = jobOf(unit)
      unit.execute(job.crb, loan.source, loan.target)
      job.control.fill(0)
      unit.execute(job.crb)
      const { cc, address } = csbOf(job.written.csb)
      assert.deepEqual([cc, address], [250, addon.addressOf(loan.source)])
    })

    it('of which it sees no byte more', () => {
      const { unit } = new AwaitedUnit(addon)
      const { job, loan } = jobOf(unit)
      job.view.setUint32(20, source.length + 1)
      unit.execute(job.crb, loan.source, loan.target)
      assert.equal(csbOf(job.written.csb).cc, 250)
    })

    it('and refuses anything else in its place', () => {
      const { unit } = new AwaitedUnit(addon)
      const { job, loan } = jobOf(unit)
      for (const wrong of [new Uint16Array(2), 'text', undefined]) {
        assert.throws(() => {
          unit.execute(job.crb, loan.source, wrong as never)
        }, TypeError)
      }
    })
  })

  it('decompresses what zlib has compressed', () => {
    const { unit } = new AwaitedUnit(addon)
    const source = zlib.deflateRawSync(SOURCE)
    const { csb, target } = new UnitJob(addon, unit, { fc: 0x10, source, room: SOURCE.length }).execute()
    assert.deepEqual(csbOf(csb), { v: 1, cc: 0, ce: 0x20, tpbc: SOURCE.length, address: 0n })
    assert.equal(Buffer.compare(target, SOURCE), 0)
  })

  it('suspends a job with FC(5)=1 at the Low limit of 64 KiB', () => {
    const { unit } = new AwaitedUnit(addon)
    const { csb } = new UnitJob(addon, unit, {
      fc: 0x1f,
      source: new Uint8Array(100_000),
      room: 100_000,
    }).execute()
    assert.deepEqual(csbOf(csb), { v: 1, cc: 3, ce: 0xa0, tpbc: 65536, address: 0n })
  })

  it('takes a job with FC(5)=0 as a whole', () => {
    const { unit } = new AwaitedUnit(addon)
    const source = new Uint8Array(3_000_000)
    const { csb } = new UnitJob(addon, unit, { fc: 0x1e, source, room: 3_000_000 }).execute()
    assert.deepEqual(csbOf(csb), { v: 1, cc: 0, ce: 0x20, tpbc: 3_000_000, address: 0n })
  })

  it('copies a submitted CRB', async () => {
    const awaited = new AwaitedUnit(addon)
    const job = new UnitJob(addon, awaited.unit, { fc: 0x1e, source: SOURCE, room: 40_000 })
    job.submit()
    job.crb.fill(0xff)
    await awaited.whenIdle()
    assert.equal(Buffer.compare(job.written.target, SOURCE), 0)
  })

  it('counts submitted jobs down to 0, where onCompletion is called for the last time', async () => {
    const awaited = new AwaitedUnit(addon)
    const jobs = Array.from(
      { length: 30 },
      () => new UnitJob(addon, awaited.unit, { fc: 0, source: SOURCE, room: 50_000 }),
    )
    jobs.forEach((job) => {
      job.submit()
    })
    assert.ok(awaited.unit.pending > 0 && awaited.unit.pending <= 30)
    await awaited.whenIdle()
    assert.ok(jobs.every((job) => job.isDone))
    assert.ok(awaited.completions >= 1 && awaited.completions <= 30, String(awaited.completions))
  })

  it('makes an error that onCompletion throws an uncaught exception', async () => {
    const unit = new addon.SoftwareUnit(() => {
      throw new Error('thrown by onCompletion')
    })
    const job = new UnitJob(addon, unit, { fc: 0x1e, source: SOURCE, room: 40_000 })
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    try {
      const caught = new Promise<Error>((resolve) => process.once('uncaughtException', resolve))
      job.submit()
      assert.equal((await caught).message, 'thrown by onCompletion')
    } finally {
      listeners.forEach((listener) => process.on('uncaughtException', listener))
    }
  })

  describe('memory', () => {
    /** The CSB of a copy whose source is at an address of the test's choosing. */
    function copyFrom(unit: AwaitedUnit['unit'], address: bigint, length: number): ReturnType<typeof csbOf> {
      const job = new UnitJob(addon, unit, { fc: 0x1e, source: new Uint8Array(1), room: 1000 })
      job.view.setUint32(20, length)
      job.view.setBigUint64(24, address)
      const { csb } = job.execute()
      return csbOf(csb)
    }
    const fault = (address: bigint): object => ({ v: 1, cc: 250, ce: 0x40, tpbc: 0, address })
    const copied = (tpbc: number): object => ({ v: 1, cc: 0, ce: 0x20, tpbc, address: 0n })

    it('that is not mapped is a page fault at its address', () => {
      const { unit } = new AwaitedUnit(addon)
      const address = addon.addressOf(new Uint8Array(100))
      assert.deepEqual(copyFrom(unit, address, 100), fault(address))
    })

    it('beyond the end of what is mapped is a page fault there', () => {
      const { unit } = new AwaitedUnit(addon)
      const address = unit.map(new Uint8Array(100))
      assert.deepEqual(copyFrom(unit, address + 40n, 61), fault(address + 100n))
      assert.deepEqual(copyFrom(unit, address + 40n, 60), copied(60))
    })

    it('is there until every mapping of it was taken back', () => {
      const { unit } = new AwaitedUnit(addon)
      const view = new Uint8Array(100)
      const address = unit.map(view)
      assert.equal(unit.map(view), address)
      unit.unmap(address, 100)
      assert.deepEqual(copyFrom(unit, address, 100), copied(100))
      unit.unmap(address, 100)
      assert.deepEqual(copyFrom(unit, address, 100), fault(address))
      unit.unmap(address, 100)
      unit.unmap(12345n, 1)
    })

    it('may be mapped in pieces that overlap, of which one has to hold all', () => {
      const { unit } = new AwaitedUnit(addon)
      const bytes = new Uint8Array(1000)
      const address = unit.map(bytes.subarray(0, 600))
      unit.map(bytes.subarray(100, 200))
      unit.map(bytes.subarray(500, 900))
      assert.deepEqual(copyFrom(unit, address + 150n, 450), copied(450))
      assert.deepEqual(copyFrom(unit, address + 550n, 350), copied(350))
      assert.deepEqual(copyFrom(unit, address + 400n, 500), fault(address + 600n))
      unit.unmap(address, 600)
      assert.deepEqual(copyFrom(unit, address + 150n, 450), fault(address + 200n))
    })

    it('is found among thousands of views that overlap, after any of them were unmapped', () => {
      const { unit } = new AwaitedUnit(addon)
      const bytes = new Uint8Array(100_000)
      const base = addon.addressOf(bytes)
      // Views of many lengths, each mapped twice and half of them unmapped again.
      const views = Array.from({ length: 4000 }, (_, index) => {
        const start = (index * 7919) % 90_000
        return { start, end: start + 1 + ((index * 104_729) % 9000), kept: index % 2 === 0 }
      })
      for (const { start, end } of views) unit.map(bytes.subarray(start, end))
      for (const { start, end, kept } of views) if (!kept) unit.unmap(base + BigInt(start), end - start)
      for (let at = 0; at < 100_000; at += 997) {
        const reaches = views.filter((view) => view.kept && view.start <= at && view.end > at)
        const reach = Math.max(at, ...reaches.map((view) => view.end))
        const expected = fault(base + BigInt(reach))
        assert.deepEqual(copyFrom(unit, base + BigInt(at), 10_000), expected, `from ${at}`)
      }
    })

    it('of no bytes has the address 0 and is none', () => {
      const { unit } = new AwaitedUnit(addon)
      assert.equal(unit.map(new Uint8Array(0)), 0n)
      assert.equal(addon.addressOf(new Uint8Array(0)), 0n)
      assert.deepEqual(copyFrom(unit, 0n, 1), fault(0n))
    })

    it('of a detached buffer has the address 0', () => {
      const view = new Uint8Array(100)
      structuredClone(view.buffer, { transfer: [view.buffer] })
      assert.equal(addon.addressOf(view), 0n)
    })

    it('may be shared memory', () => {
      const { unit } = new AwaitedUnit(addon)
      const source = new Uint8Array(new SharedArrayBuffer(SOURCE.length))
      source.set(SOURCE)
      const { target } = new UnitJob(addon, unit, { fc: 0x1e, source, room: SOURCE.length }).execute()
      assert.equal(Buffer.compare(target, SOURCE), 0)
    })

    it('of a small array stays where addressOf has found it, whatever is collected', () => {
      const arrays = Array.from({ length: 1000 }, (_, index) => Uint8Array.of(index, index >> 8, 3))
      const addresses = arrays.map((array) => addon.addressOf(array))
      for (let round = 0; round < 3; round++) collectGarbage()
      assert.deepEqual(
        arrays.map((array) => addon.addressOf(array)),
        addresses,
      )
      assert.ok(arrays.every((array, index) => array[0] === (index & 0xff) && array[1] === index >> 8))
    })

    it('that holds no CSB loses the job: nothing is written', () => {
      const { unit } = new AwaitedUnit(addon)
      const job = new UnitJob(addon, unit, { fc: 0x1e, source: SOURCE, room: 40_000 })
      const elsewhere = alignedBytes(addon, 2048)
      job.view.setBigUint64(8, addon.addressOf(elsewhere))
      unit.execute(job.crb)
      assert.ok(elsewhere.every((byte) => byte === 0))
      assert.equal(job.isDone, false)
    })
  })

  describe('once closed', () => {
    it('throws ERR_NX_WINDOW_CLOSED for jobs, and may be closed again', () => {
      const { unit } = new AwaitedUnit(addon)
      const job = new UnitJob(addon, unit, { fc: 0x1e, source: SOURCE, room: 40_000 })
      unit.close()
      unit.close()
      assert.throws(() => job.execute(), { code: 'ERR_NX_WINDOW_CLOSED' })
      assert.throws(
        () => {
          job.submit()
        },
        { code: 'ERR_NX_WINDOW_CLOSED' },
      )
    })

    it('has no jobs: those that were not begun are dropped, the others finished', () => {
      const { unit } = new AwaitedUnit(addon)
      const jobs = Array.from(
        { length: 200 },
        () => new UnitJob(addon, unit, { fc: 0, source: SOURCE, room: 50_000, effort: 9 }),
      )
      jobs.forEach((job) => {
        job.submit()
      })
      unit.close()
      assert.equal(unit.pending, 0)
      const done = jobs.filter((job) => job.isDone).length
      assert.ok(done < 200, `${done} were done`)
      // Started in the order of their submission.
      assert.equal(
        jobs.slice(0, done).every((job) => job.isDone),
        true,
      )
    })

    it('calls onCompletion no more', async () => {
      const awaited = new AwaitedUnit(addon)
      new UnitJob(addon, awaited.unit, { fc: 0x1e, source: SOURCE, room: 40_000 }).submit()
      awaited.unit.close()
      await turns(5)
      assert.equal(awaited.completions, 0)
    })
  })

  describe('garbage collection', () => {
    it('takes a unit that is not closed, although its onCompletion knows it', async () => {
      const collected = new Set<number>()
      const registry = new FinalizationRegistry<number>((index) => collected.add(index))
      for (let index = 0; index < 10; index++) {
        const awaited = new AwaitedUnit(addon)
        const job = new UnitJob(addon, awaited.unit, { fc: 0x1e, source: SOURCE, room: 40_000 })
        job.submit()
        await awaited.whenIdle()
        assert.ok(job.isDone)
        registry.register(awaited.unit, index)
      }
      for (let round = 0; round < 20 && collected.size < 9; round++) {
        await turns(3)
        collectGarbage()
      }
      assert.ok(collected.size >= 9, `${collected.size} of 10`)
    })

    it('leaves a unit alone while jobs are pending', async () => {
      const collected: string[] = []
      const source = textLike(12, 1_000_000)
      const registry = new FinalizationRegistry<string>((name) => collected.push(name))
      const memory: UnitJob[] = []
      const completed = new Promise<void>((resolve) => {
        const unit = new addon.SoftwareUnit(resolve)
        registry.register(unit, 'unit')
        const job = new UnitJob(addon, unit, { fc: 0, source, room: 2_000_000, effort: 9 })
        memory.push(job)
        job.submit()
      })
      collectGarbage()
      await turns(3)
      assert.deepEqual(collected, [])
      await completed
      assert.ok(memory.every((job) => job.isDone))
    })
  })

  it('says how its functions are to be called', () => {
    const { unit } = new AwaitedUnit(addon)
    const wrong = (call: unknown): void => {
      assert.throws(call as () => void, TypeError)
    }
    const loose = unit as unknown as Record<
      'map' | 'unmap' | 'execute' | 'submit',
      (...args: unknown[]) => void
    >
    const LooseUnit = addon.SoftwareUnit as unknown as new (...args: unknown[]) => unknown
    wrong(() => new LooseUnit())
    wrong(() => new LooseUnit({}))
    wrong(() => {
      loose.map(new Uint16Array(4))
    })
    wrong(() => {
      loose.unmap(1, 1)
    })
    wrong(() => {
      loose.execute(new Uint8Array(127))
    })
    wrong(() => {
      loose.submit(new Uint8Array(129))
    })
    wrong(() => {
      loose.submit()
    })
    wrong(() => addon.addressOf([] as unknown as Uint8Array))
  })
})
