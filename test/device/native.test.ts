// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import zlib from 'node:zlib'

import { CC, crb, FC, openDevice, type Device, type Job, type JobResult, type Window } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { ResizableBuffer } from '../support/resizable.js'
import { hexOf, RawJob } from '../support/unit.js'
import { withAddon } from '../native/addon.js'

const NX = resolve(__dirname, '../../lib/nx.js')
const TEXT = textLike(11, 300_000)

const compressed = (target: Uint8Array, { csb }: JobResult) =>
  zlib.inflateRawSync(target.subarray(0, csb.tpbc)).toString('latin1')
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function runProgram(program: string): string {
  return execFileSync(process.execPath, ['-e', program, NX], { encoding: 'utf8', timeout: 60_000 }).trim()
}

describe('the native device', () => {
  let device: Device
  let window: Window

  withAddon()

  beforeEach(() => {
    device = openDevice({ engine: 'native' })
    window = device.openWindow()
  })

  afterEach(async () => {
    await window.close()
    device.close()
  })

  const job = (source: Uint8Array, overrides: Partial<Job> = {}): Job => ({
    fc: FC.COMPRESS_FHT,
    source,
    target: new Uint8Array(source.length * 2 + 100),
    ...overrides,
  })

  it('has the credits of bare metal and no job limit', () => {
    assert.equal(device.engine, 'native')
    assert.equal(device.model, undefined)
    assert.deepEqual(window.credits, { capacity: 1024, available: 1024 })
    assert.equal(window.jobLimit, Infinity)
  })

  it('has one chip', () => {
    assert.equal(openDevice({ engine: 'native', vasId: 0 }).engine, 'native')
    assert.throws(() => openDevice({ engine: 'native', vasId: 1 }), { code: 'ERR_NX_DEVICE_UNAVAILABLE' })
  })

  it('gives what the model gives, blocking or not', async () => {
    const model = openDevice({ engine: 'model' }).openWindow()
    for (const fc of [FC.COMPRESS_FHT, FC.COMPRESS_FHT_COUNT, FC.WRAP]) {
      const [expected, blocking, background] = [job(TEXT, { fc }), job(TEXT, { fc }), job(TEXT, { fc })]
      const result = model.runSync(expected)
      assert.deepEqual(window.runSync(blocking), result)
      assert.deepEqual(await window.run(background), result)
      assert.deepEqual(blocking.target, expected.target)
      assert.deepEqual(background.target, expected.target)
    }
  })

  it('suspends a job with the Low limit at 64 KiB, as bare metal would', () => {
    const { csb, cpb } = window.runSync(job(TEXT, { fc: FC.WRAP | 1 }))
    assert.deepEqual([csb.cc, csb.ce, cpb.spbc, csb.tpbc], [3, 0b101, 65536, 65536])
  })

  it('runs more jobs at a time than it has credits', async () => {
    const jobs = Array.from({ length: 1500 }, (_, index) => job(TEXT.subarray(index, index + 500)))
    const results = await Promise.all(jobs.map((one) => window.run(one)))
    results.forEach((result, index) => {
      assert.equal(
        compressed(jobs[index].target as Uint8Array, result),
        latin1(TEXT.subarray(index, index + 500)),
      )
    })
    assert.equal(window.credits.available, 1024)
  })

  it('runs a blocking job while others are under way', async () => {
    const others = Array.from({ length: 20 }, () => window.run(job(TEXT)))
    const blocking = job(TEXT)
    assert.equal(compressed(blocking.target as Uint8Array, window.runSync(blocking)), latin1(TEXT))
    assert.ok((await Promise.all(others)).every(({ csb }) => csb.cc === 0))
  })

  it('lets the event loop run meanwhile, and settles without anybody who polls', () => {
    const program = `
      const { openDevice, FC } = require(process.argv[1])
      const window = openDevice({ engine: 'native' }).openWindow()
      const source = Buffer.alloc(30e6, 'some text, again and again ')
      let turns = 0, done = false
      const { setImmediate: turn } = globalThis
      const poll = () => { if (done) return; turns++; setTimeout(poll, 1) }
      poll()
      window.run({ fc: FC.COMPRESS_FHT, source, target: new Uint8Array(60e6), effort: 9 }).then(({ csb }) => {
        done = true
        console.log(csb.cc, turns > 2)
      })`
    assert.equal(runProgram(program), '0 true')
  })

  /** Sends decompressions at once. Returns how they were submitted, and how many were done in the same turn. */
  async function submitAll(count: number, bytes: number) {
    const source = new Uint8Array(zlib.deflateRawSync(new Uint8Array(bytes), { level: 0 }))
    const submissions: string[] = []
    const hear = (message: unknown) => submissions.push((message as { submission: string }).submission)
    subscribe('nxzlib:job:start', hear)
    let done = 0
    // Before anything that the jobs wait for.
    const nextTurn = setImmediate()
    const running = Array.from({ length: count }, async () => {
      const { csb } = await window.runOwned({ fc: FC.DECOMPRESS, source, target: new Uint8Array(bytes) })
      assert.equal(csb.cc, 0)
      done++
    })
    await nextTurn
    const soon = done
    await Promise.all(running)
    unsubscribe('nxzlib:job:start', hear)
    return { soon, submissions }
  }

  it("executes the briefest jobs in the caller's thread, so many in a turn of the event loop", async () => {
    const { soon, submissions } = await submitAll(200, 8 * 1024)
    assert(soon > 0 && soon < 200, `${soon} of them`)
    assert.deepEqual([...new Set(submissions)], ['blocking'])
  })

  it('executes those that wait for a turn before its window is closed', async () => {
    const source = new Uint8Array(zlib.deflateRawSync(new Uint8Array(4096), { level: 0 }))
    const own = openDevice({ engine: 'native' })
    const other = own.openWindow()
    const running = Array.from({ length: 2000 }, () =>
      other.runOwned({ fc: FC.DECOMPRESS, source, target: new Uint8Array(4096) }),
    )
    const closed = other.close().then(() => {
      own.close()
    })
    const codes = (await Promise.all(running)).map(({ csb }) => csb.cc)
    await closed
    assert.deepEqual([...new Set(codes)], [0])
  })

  it('executes so many brief jobs in a turn of the event loop, and hands the others to its threads', async () => {
    const { submissions } = await submitAll(20, 256 * 1024)
    const blocking = submissions.filter((submission) => submission === 'blocking').length
    assert(blocking > 0 && blocking < 20, `${blocking} of them`)
  })

  it('hands other jobs to its threads', async () => {
    const heard: string[] = []
    const hear = (message: unknown) => heard.push((message as { submission: string }).submission)
    subscribe('nxzlib:job:start', hear)
    await window.runOwned(job(TEXT))
    unsubscribe('nxzlib:job:start', hear)
    assert.deepEqual(heard, ['background'])
  })

  it('keeps the process alive until its jobs are finished, and no longer', () => {
    const program = `
      const { openDevice, FC } = require(process.argv[1])
      const window = openDevice({ engine: 'native' }).openWindow()
      window.run({ fc: FC.WRAP, source: new Uint8Array(5e6), target: new Uint8Array(5e6) })
        .then(({ csb }) => console.log(csb.cc, csb.tpbc))`
    assert.equal(runProgram(program), '0 5000000')
  })

  it('closes a window while jobs of the device are under way in another', async () => {
    const other = device.openWindow()
    const running = Array.from({ length: 50 }, () => other.run(job(TEXT)))
    await window.close()
    assert.ok((await Promise.all(running)).every(({ csb }) => csb.cc === 0))
    await other.close()
  })

  it('works in workers, each with a window of its own', async () => {
    const program = `
      const { parentPort, workerData } = require('node:worker_threads')
      const { openDevice, FC } = require(workerData.nx)
      const window = openDevice({ engine: 'native' }).openWindow()
      const run = async () => {
        for (let round = 0; round < 20; round++) {
          const target = new Uint8Array(workerData.text.length)
          const { csb } = await window.run({ fc: FC.WRAP, source: workerData.text, target })
          if (csb.cc !== 0 || Buffer.compare(target, workerData.text) !== 0) throw new Error('CC=' + csb.cc)
        }
        return 'right'
      }
      run().then((message) => parentPort.postMessage(message))`
    const workers = Array.from({ length: 3 }, () => {
      const worker = new Worker(program, { eval: true, workerData: { nx: NX, text: TEXT } })
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    })
    assert.deepEqual(await Promise.all(workers), ['right', 'right', 'right'])
  })

  describe('with memory that is out of the ordinary', () => {
    it('takes small arrays that lie on the heap, source and target', () => {
      for (let length = 1; length <= 64; length++) {
        const source = Uint8Array.from({ length }, (_, index) => index + length)
        const target = new Uint8Array(length)
        assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.cc, 0)
        assert.deepEqual(target, source)
      }
    })

    it('takes shared memory', async () => {
      const [source, target] = [
        new Uint8Array(new SharedArrayBuffer(1000)),
        new Uint8Array(new SharedArrayBuffer(1000)),
      ]
      source.set(TEXT.subarray(0, 1000))
      assert.equal((await window.run({ fc: FC.WRAP, source, target })).csb.cc, 0)
      assert.deepEqual([...target], [...source])
      target.fill(0)
      assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.cc, 0)
      assert.deepEqual([...target], [...source])
    })

    it('gives right bytes when the source is detached while the job runs', async () => {
      const source = Uint8Array.from(TEXT)
      const target = new Uint8Array(TEXT.length * 2)
      const running = window.run(job(source, { target }))
      structuredClone(source.buffer, { transfer: [source.buffer] })
      assert.equal(compressed(target, await running), latin1(TEXT))
    })

    it('gives right bytes when the source is changed while the job runs', async () => {
      const source = Uint8Array.from(TEXT)
      const target = new Uint8Array(TEXT.length * 2)
      const running = window.run(job(source, { target }))
      source.fill(0)
      assert.equal(compressed(target, await running), latin1(TEXT))
    })

    for (const [what, take] of [
      [
        'detached',
        (buffer: InstanceType<typeof ResizableBuffer>) => structuredClone(buffer, { transfer: [buffer] }),
      ],
      [
        'shrunk',
        (buffer: InstanceType<typeof ResizableBuffer>) => {
          buffer.resize(100)
        },
      ],
    ] as const) {
      it(`says so when the target is ${what} while the job runs`, async () => {
        const buffer = new ResizableBuffer(TEXT.length * 2, { maxByteLength: TEXT.length * 2 })
        const running = window.run(job(TEXT, { target: new Uint8Array(buffer) }))
        take(buffer)
        await assert.rejects(running, { code: 'ERR_NX_MEMORY_LOST' })
        assert.equal(window.credits.available, 1024)
      })
    }

    it('finds a resizable buffer where and as long as it is at each job', () => {
      const buffer = new ResizableBuffer(100, { maxByteLength: 1_000_000 })
      const source = new Uint8Array(buffer)
      for (const length of [100, 1_000_000, 10, 5000]) {
        buffer.resize(length)
        source.fill(length & 255)
        const target = new Uint8Array(length)
        assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.cc, 0)
        assert.deepEqual(target, Uint8Array.from(source))
      }
    })

    it('fails as a detached buffer does everywhere: it has no bytes', async () => {
      const source = Uint8Array.of(1, 2, 3)
      structuredClone(source.buffer, { transfer: [source.buffer] })
      assert.equal(window.runSync(job(source)).csb.cc, CC.EXCESSIVE_DDE)
      assert.equal((await window.run(job(source))).csb.cc, CC.EXCESSIVE_DDE)
    })
  })

  describe('with raw CRBs', () => {
    it('executes them before paste returns', () => {
      const raw = new RawJob(window, FC.WRAP).source(Uint8Array.of(1, 2)).target(new Uint8Array(2))
      assert.equal(raw.run(), '80000020' + '00000002' + '00'.repeat(8))
    })

    it('answers addresses that are not mapped as the kernel does, with CC=250 and the address', () => {
      const raw = new RawJob(window, FC.WRAP).target(new Uint8Array(2)).dde(16, 0, 2, 0x1234_5678n)
      assert.equal(raw.run(), '8000fa40' + '00000000' + '0000000012345678')
    })

    it('sees only what is mapped', () => {
      const bytes = new Uint8Array(100)
      const raw = new RawJob(window, FC.WRAP).target(new Uint8Array(200))
      const address = window.map(bytes)
      assert.equal(raw.dde(16, 0, 100, address).run().slice(0, 8), '80000020')
      assert.match(raw.dde(16, 0, 101, address).run(), /^8000fa40/)
      window.unmap(bytes)
      assert.match(raw.dde(16, 0, 100, address).run(), /^8000fa40/)
    })

    it('does not see a buffer that was detached since it was mapped', () => {
      const bytes = Uint8Array.of(1, 2, 3, 4)
      const raw = new RawJob(window, FC.WRAP).target(new Uint8Array(4)).source(bytes)
      assert.match(raw.run(), /^80000020/)
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
      assert.match(raw.run(), /^8000fa40/)
    })

    it('sees of a buffer that shrank since it was mapped what is left', () => {
      const buffer = new ResizableBuffer(200_000, { maxByteLength: 200_000 })
      const raw = new RawJob(window, FC.WRAP).target(new Uint8Array(200_000)).source(new Uint8Array(buffer))
      buffer.resize(1000)
      assert.match(raw.run(), /^8000fa40/)
      assert.match(raw.dde(16, 0, 1000, raw.view.getBigUint64(24)).run(), /^80000020000003e8/)
    })

    it('loses a job whose CSB is nowhere, and goes on', () => {
      const source = Uint8Array.of(1)
      assert.equal(
        window.paste(crb({ fc: FC.WRAP, source, target: new Uint8Array(1) }, { csb: 4096n })),
        true,
      )
      const raw = new RawJob(window, FC.WRAP).source(source).target(new Uint8Array(1))
      assert.equal(hexOf(raw.csb), '00'.repeat(16))
      assert.match(raw.run(), /^80000020/)
    })
  })
})
