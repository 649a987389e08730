// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inflateRawSync } from 'node:zlib'

import type { DeviceWindow } from '../../lib/device/device.js'
import { MODEL_CHANNEL, ModelDevice } from '../../lib/device/model.js'
import type { ModelOptions } from '../../lib/device/model-options.js'
import { runStepsSync } from '../../lib/deflate/steps.js'
import { NxError } from '../../lib/errors.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { Window } from '../../lib/job/window.js'
import type { TraceEvent } from '../../lib/model/vas/trace.js'
import { compressAll, decompressAll } from '../../lib/zlib/one-shot.js'
import { jsonLike, makeRandom, randomBytes, textLike, type Random } from '../support/data.js'

const CAMPAIGNS = Math.ceil(Number(process.env.NXZLIB_CAMPAIGNS ?? 1000) * 0.2)

const TEXT = textLike(3, 1 << 17)

/** Longer than any job here takes, but short for one that never ends. */
const HUNG_MS = 40

const COMPRESS = 0x00
const DECOMPRESS = 0x10

/** A device whose mappings are counted. */
function makeDevice(options: ModelOptions) {
  const device = new ModelDevice(options)
  const mapped = new Map<Uint8Array['buffer'], number>()
  const { space } = device
  const [map, unmap] = [space.map.bind(space), space.unmap.bind(space)]
  const change = (view: Uint8Array, by: number) => {
    const count = (mapped.get(view.buffer) ?? 0) + by
    if (count === 0) mapped.delete(view.buffer)
    else mapped.set(view.buffer, count)
  }
  space.map = (view) => {
    change(view, 1)
    return map(view)
  }
  space.unmap = (view) => {
    change(view, -1)
    unmap(view)
  }
  return { device, mapped }
}

/** Source or target in one piece or in several. */
function pieces(random: Random, bytes: Uint8Array): Uint8Array | Uint8Array[] {
  if (bytes.length < 10 || random.below(2) === 0) return bytes
  const cut = random.between(1, bytes.length - 1)
  return [bytes.subarray(0, cut), bytes.subarray(cut)]
}

interface LayerCampaign {
  readonly right: number
  readonly typed: number
  readonly faults: number
}

const codeOf = (error: unknown): string => {
  if (error instanceof NxError) return error.code
  throw error
}

/** Many jobs at once through the job layer; every one gives the right bytes or ends in a way that has a name. */
async function runLayerCampaign(seed: number): Promise<LayerCampaign> {
  const random = makeRandom(seed)
  const [busy, code, evictions] = [random.pick([0, 0.3]), random.pick([0, 0.05]), random.pick([0, 10, 200])]
  const hangs = random.below(10) === 0 ? 1 : 0
  const isPartition = random.below(3) === 0
  let hung = 0
  const inject = {
    paste: () => random.next() < busy,
    job: (index: number) => {
      if (index === 5 && hangs > 0) {
        hung++
        return 'hang' as const
      }
      return random.next() < code ? 10 : undefined
    },
  }
  const { device, mapped } = makeDevice({
    platform: isPartition ? 'powervm' : 'powernv',
    kernel: isPartition ? 'mainline' : random.pick(['mainline', 'v5']),
    residency: random.pick(['none', 'all', random.next()]),
    pageSize: random.pick([4096, 65536]),
    receiveFifoEntries: random.between(1, 8),
    faultFifoEntries: random.between(1, 8),
    ...(isPartition ? {} : { sendCredits: random.pick([1, 2, 16, 1024]) }),
    seed,
    inject,
  })
  const timeouts = hangs > 0 ? { timeout: HUNG_MS, pasteTimeout: 5 * HUNG_MS } : {}
  const window = new Window(device.openWindow(), timeouts)
  let left = evictions
  const recent: bigint[] = []
  device.tracer = (event) => {
    if (event.kind === 'touch') recent.push(event.address)
    if (event.kind !== 'dispatch' || left === 0 || recent.length === 0) return
    left--
    device.space.evict(random.pick(recent), 1)
  }

  const tally = { right: 0, typed: 0, faults: 0 }
  const isTyped = ({ csb, faults }: JobResult) => {
    tally.faults += faults.length
    if (csb.cc === 0 || csb.cc === 64) return false
    assert.ok(csb.cc === 10 || (faults.length > 32 && (csb.cc === 250 || csb.cc === 5)), `cc ${csb.cc}`)
    tally.typed++
    return true
  }
  const verify = (plain: Uint8Array, packed: Uint8Array, result: JobResult, again: Uint8Array) => {
    if (isTyped(result)) return
    assert.deepEqual(Buffer.from(again), Buffer.from(plain))
    assert.deepEqual(inflateRawSync(packed), Buffer.from(plain))
    tally.right++
  }
  const compressJob = (plain: Uint8Array) => {
    const target = new Uint8Array(2 * plain.length + 100)
    return { target, job: { fc: COMPRESS, source: pieces(random, plain), target: pieces(random, target) } }
  }
  const decompressJob = (packed: Uint8Array, length: number) => {
    const target = new Uint8Array(length)
    return { target, job: { fc: DECOMPRESS, source: pieces(random, packed), target: pieces(random, target) } }
  }
  const plainBytes = () => {
    const length = random.between(1, random.pick([100, 5000, 60_000]))
    const start = random.below(TEXT.length - length)
    return TEXT.slice(start, start + length)
  }
  const roundTrip = async () => {
    const plain = plainBytes()
    const first = compressJob(plain)
    const result = await window.run(first.job)
    if (isTyped(result)) return
    const packed = first.target.subarray(0, result.csb.tpbc)
    const second = decompressJob(packed, plain.length)
    verify(plain, packed, await window.run(second.job), second.target)
  }
  const roundTripSync = () => {
    const plain = plainBytes()
    const first = compressJob(plain)
    const result = window.runSync(first.job)
    if (isTyped(result)) return
    const packed = first.target.subarray(0, result.csb.tpbc)
    const second = decompressJob(packed, plain.length)
    verify(plain, packed, window.runSync(second.job), second.target)
  }
  const codes: string[] = []
  const jobs = Array.from({ length: random.between(1, 12) }, () =>
    roundTrip().catch((error: unknown) => {
      codes.push(codeOf(error))
    }),
  )
  if (random.below(2) === 0) {
    try {
      roundTripSync()
    } catch (error) {
      codes.push(codeOf(error))
    }
  }
  await Promise.all(jobs)
  await window.close()
  tally.typed += codes.length
  // Time-outs come only from hung jobs, and from the jobs that wait behind them.
  if (hangs === 0) assert.deepEqual(codes, [])
  for (const errorCode of codes) assert.ok(['ERR_NX_TIMEOUT', 'ERR_NX_BUSY'].includes(errorCode), errorCode)
  assert.equal(mapped.size, 0, 'buffers are still mapped')
  const instance = device.machine.instance(0)
  assert.equal(instance.windows.size, 3 + hung, 'windows in the table')
  assert.equal(instance.faultWindow.credits, instance.faultWindow.attributes.wcredsMax)
  assert.equal(device.machine.isBusy, false)
  return tally
}

describe(`${CAMPAIGNS} random campaigns through the job layer, seeds 0 to ${CAMPAIGNS - 1}`, function () {
  this.timeout(60_000 + CAMPAIGNS * 200)

  it('give the right bytes or a typed outcome, and leave nothing mapped or open', async () => {
    const total = { right: 0, typed: 0, faults: 0 }
    for (let seed = 0; seed < CAMPAIGNS; seed++) {
      try {
        const { right, typed, faults } = await runLayerCampaign(seed)
        total.right += right
        total.typed += typed
        total.faults += faults
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
      }
    }
    assert.ok(total.right > 3 * total.typed && total.faults > total.right, JSON.stringify(total))
  })
})

const copyJob = (bytes = 100): Job => ({
  fc: 0x1e,
  source: new Uint8Array(bytes),
  target: new Uint8Array(bytes),
})

describe('the job layer', () => {
  for (const platform of ['powernv', 'powervm'] as const) {
    it(`touches what a fault names first, then the whole job (${platform})`, () => {
      const window = new Window(new ModelDevice({ platform, residency: 'none', pageSize: 4096 }).openWindow())
      const { csb, attempts, faults } = window.runSync(copyJob(3 * 4096))
      assert.equal(csb.cc, 0)
      assert.equal(attempts, 3)
      assert.equal(faults.length, 2)
    })
  }

  it("understands V5's CC 5 and its byte order", () => {
    const window = new Window(new ModelDevice({ kernel: 'v5', residency: 'none' }).openWindow())
    const { csb, faults } = window.runSync(copyJob())
    assert.equal(csb.cc, 0)
    assert.equal(faults.length, 2)
  })

  it('is not stopped by the erratum of mainline, since it sends no odd function code by itself', () => {
    const device = new ModelDevice({ oddFcErratum: true, residency: 'none' })
    assert.equal(new Window(device.openWindow()).runSync(copyJob()).csb.cc, 0)
  })

  it('has 1024 credits on bare metal and one under PowerVM', () => {
    const creditsOf = (platform: 'powernv' | 'powervm') =>
      new Window(new ModelDevice({ platform }).openWindow()).credits.capacity
    assert.deepEqual([creditsOf('powernv'), creditsOf('powervm')], [1024, 1])
  })

  it('waits out a partition that moves', async () => {
    const device = new ModelDevice({ platform: 'powervm' })
    const window = new Window(device.openWindow())
    device.lpar?.suspend()
    let refused = 0
    device.tracer = (event) => {
      if (event.kind === 'paste' && event.reason === 'suspended' && ++refused === 5) device.lpar?.resume()
    }
    assert.equal((await window.run(copyJob())).csb.cc, 0)
    assert.equal(refused, 5)
  })

  it('gives up as busy, blocking or not, when a hung job keeps the only credit, and still closes', async () => {
    const inject = { job: (index: number) => (index === 0 ? ('hang' as const) : undefined) }
    const device = new ModelDevice({ sendCredits: 1, inject })
    const window = new Window(device.openWindow(), { timeout: 5, pasteTimeout: 5 })
    const jobs = [0, 1, 2].map(() => window.run(copyJob()).then(String, codeOf))
    assert.deepEqual(await Promise.all(jobs), ['ERR_NX_TIMEOUT', 'ERR_NX_BUSY', 'ERR_NX_BUSY'])
    assert.equal(await window.run(copyJob()).then(String, codeOf), 'ERR_NX_BUSY')
    assert.throws(() => window.runSync(copyJob()), { code: 'ERR_NX_BUSY' })
    await window.close()
  })

  it('starts jobs that wait when the one that timed out is finished after all', async () => {
    const late = new LateDevice()
    const window = new Window(late, { timeout: 5, pasteTimeout: 60_000 })
    const first = window.run(copyJob()).then(String, codeOf)
    const second = window.run(copyJob())
    assert.equal(await first, 'ERR_NX_TIMEOUT')
    assert.deepEqual(window.credits, { capacity: 1, available: 0 })
    late.isPrompt = true
    late.finish()
    assert.equal((await second).csb.v, 1)
    assert.deepEqual(window.credits, { capacity: 1, available: 1 })
    await window.close()
    assert.equal(late.mapped, 0)
  })
})

/** A device of one credit that finishes a job only when it is told to. */
class LateDevice implements DeviceWindow {
  readonly credits = 1
  readonly jobLimit = Infinity
  readonly pageSize = 4096
  readonly needsOwnMemory = false
  readonly signalsCompletion = false
  isPrompt = false
  mapped = 0
  readonly #pasted: Uint8Array[] = []
  #next = 65536n

  paste(crb: Uint8Array): boolean {
    this.#pasted.push(crb)
    if (this.isPrompt) this.finish()
    return true
  }

  /** Sets V in the CSBs, which lie 240 bytes behind the CRBs in the job layer's slots. */
  finish(): void {
    for (const crb of this.#pasted.splice(0)) new DataView(crb.buffer, crb.byteOffset).setUint8(240, 0x80)
  }

  advance(): void {
    // Nothing to do: `finish` is what ends jobs.
  }

  map(view: Uint8Array): bigint {
    this.mapped++
    const address = this.#next
    this.#next += BigInt(Math.ceil(view.length / 4096) * 4096)
    return address
  }

  unmap(): void {
    this.mapped--
  }

  touch(): boolean {
    return true
  }

  close(): void {
    this.finish()
  }
}

describe('the layers above jobs', () => {
  it('send no odd function code, which mainline would take for a consumed entry', () => {
    const codes = new Set<number>()
    let jobs = 0
    const record = (message: unknown) => {
      const event = message as TraceEvent
      if (event.kind !== 'dispatch') return
      codes.add(event.fc)
      jobs++
    }
    subscribe(MODEL_CHANNEL, record)
    try {
      const inputs = [
        textLike(1, 1_500_000),
        jsonLike(2, 700_000),
        randomBytes(3, 700_000),
        new Uint8Array(500_000),
      ]
      const window = new Window(new ModelDevice().openWindow())
      const { jobLimit } = window
      for (const input of inputs) {
        for (const level of [0, 1, 6, 9]) {
          const packed = runStepsSync(window, compressAll('gzip', input, { level, fixed: false, jobLimit }))
          for (const jobBytes of [Infinity, 100_000]) {
            const options = { maxOutputLength: Infinity, headerWindow: false, jobBytes }
            assert.ok(runStepsSync(window, decompressAll('gzip', packed, options)).equals(input))
          }
        }
      }
    } finally {
      unsubscribe(MODEL_CHANNEL, record)
    }
    assert.ok(jobs > 50, `${jobs} jobs`)
    assert.ok(codes.size > 3, `function codes ${[...codes].join(', ')}`)
    assert.deepEqual(
      [...codes].filter((fc) => (fc & 1) === 1),
      [],
    )
  })
})
