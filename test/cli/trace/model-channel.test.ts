// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { ModelDevice } from '../../../lib/device/model.js'
import type { ModelOptions } from '../../../lib/device/model-options.js'
import { Window } from '../../../lib/job/window.js'
import { crb, FC, MODEL_CHANNEL, type TraceEvent } from '../../../lib/nx.js'

/** The fields of each kind of event, without those that need not be there. */
const FIELDS: Readonly<Record<TraceEvent['kind'], string>> = {
  'window-open': 'kind pid vas window',
  paste: 'accepted kind vas window',
  stamp: 'kind receiveWindow vas window',
  dispatch: 'fc kind vas window',
  'translation-fault': 'address kind vas window',
  'nx-stall': 'kind vas window',
  'fault-paste': 'entry kind vas window',
  interrupt: 'coalesced irq kind vas',
  handler: 'entry kind step vas',
  'csb-write': 'by cc kind vas window',
  signal: 'kind pid vas window',
  credit: 'credits kind side vas window',
  touch: 'address bytes kind write',
  close: 'kind step vas window',
  message: 'kind text',
}

describe('diagnostics channel of the model', () => {
  let events: TraceEvent[]
  const listener = (event: unknown) => {
    events.push(event as TraceEvent)
  }

  beforeEach(() => {
    events = []
  })

  afterEach(() => {
    unsubscribe(MODEL_CHANNEL, listener)
  })

  const kinds = () => new Set(events.map(({ kind }) => kind))
  const job = () => ({ fc: FC.COMPRESS_FHT, source: new Uint8Array(100), target: new Uint8Array(200) })

  /** Memory for raw CRBs: CSB, source and target, and the CRB that names them. */
  function rawJob(window: ReturnType<ModelDevice['openWindow']>, csbAddress?: bigint): Uint8Array {
    const memory = new Uint8Array(4096)
    const base = window.map(memory)
    const what = { fc: FC.COMPRESS_FHT, source: memory.subarray(0, 100), target: memory.subarray(0, 200) }
    return crb(what, { csb: csbAddress ?? base, source: base + 2048n, target: base + 3072n })
  }

  /** Lets the parts of the machine go on that are named so, in this order, as often as they are named. */
  function goOn(device: ModelDevice, ...names: string[]): void {
    for (const name of names) {
      const actor = device.machine.actors().find((candidate) => candidate.name.startsWith(name))
      assert.ok(actor, `${name} can go on`)
      actor.step()
    }
  }

  it('is named in the public interface', () => {
    assert.equal(MODEL_CHANNEL, 'nxzlib:model')
  })

  it('tells of everything that a job with page faults does, from its paste to the close of its window', async () => {
    const device = new ModelDevice({ residency: 'none' })
    subscribe(MODEL_CHANNEL, listener)
    const window = new Window(device.openWindow())
    const { faults } = await window.run(job())
    await window.close()
    assert.equal(faults.length, 2)
    const expected = [
      'paste',
      'credit',
      'stamp',
      'dispatch',
      'translation-fault',
      'fault-paste',
      'interrupt',
      'handler',
      'csb-write',
      'touch',
      'close',
    ] as const
    for (const kind of expected) assert.ok(kinds().has(kind), kind)
  })

  it('tells that a window is opened', () => {
    subscribe(MODEL_CHANNEL, listener)
    new ModelDevice().openWindow()
    assert.deepEqual(events, [{ kind: 'window-open', vas: 0, window: 3, pid: process.pid }])
  })

  it('tells that a window is closed to those who came after its last paste', async () => {
    const window = new Window(new ModelDevice().openWindow())
    window.runSync(job())
    subscribe(MODEL_CHANNEL, listener)
    await window.close()
    assert.deepEqual(
      events.map((event) => (event.kind === 'close' ? event.step : event.kind)),
      ['unmap', 'wait busy', 'clear open', 'wait credits', 'remove', 'release'],
    )
  })

  it('tells why a paste was refused', () => {
    const device = new ModelDevice({ inject: { paste: (index) => index === 0 } })
    subscribe(MODEL_CHANNEL, listener)
    const window = device.openWindow()
    events = []
    assert.equal(window.paste(rawJob(window), 'raw'), false)
    assert.deepEqual(events, [{ kind: 'paste', vas: 0, window: 3, accepted: false, reason: 'injected' }])
  })

  it('tells that NX stalls for a credit of the fault window', () => {
    const device = new ModelDevice({ residency: 'none', faultFifoEntries: 1 })
    subscribe(MODEL_CHANNEL, listener)
    const window = device.openWindow()
    for (let count = 0; count < 2; count++) window.paste(rawJob(window), 'raw')
    goOn(device, 'vas', 'vas', 'nx', 'nx')
    assert.deepEqual(events.at(-1), { kind: 'nx-stall', vas: 0, window: 3 })
    device.machine.run()
  })

  it('tells of the signal when the CSB cannot be written', () => {
    const device = new ModelDevice({ residency: 'none' })
    subscribe(MODEL_CHANNEL, listener)
    const window = device.openWindow()
    window.paste(rawJob(window, 0x100n), 'raw')
    device.machine.run()
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'signal'),
      [{ kind: 'signal', vas: 0, window: 3, pid: process.pid }],
    )
  })

  it("tells the kernel's messages", () => {
    const device = new ModelDevice({ residency: 'none' })
    subscribe(MODEL_CHANNEL, listener)
    const window = device.openWindow()
    device.process.leader.state = 'dead'
    window.paste(rawJob(window), 'raw')
    device.machine.run()
    assert.match(
      JSON.stringify(events.filter(({ kind }) => kind === 'message')),
      /no task of window 3 is left/,
    )
  })

  it('gives each kind of event its fields, and knows no other kind', () => {
    const run = (options: ModelOptions, use: (device: ModelDevice) => void) => {
      use(new ModelDevice(options))
    }
    subscribe(MODEL_CHANNEL, listener)
    run({ residency: 'none', faultFifoEntries: 1 }, (device) => {
      const first = device.openWindow()
      for (let count = 0; count < 2; count++) first.paste(rawJob(first), 'raw')
      goOn(device, 'vas', 'vas', 'nx', 'nx')
      device.machine.run()
      const second = new Window(device.openWindow())
      second.runSync(job())
      first.paste(rawJob(first, 0x100n), 'raw')
      device.machine.run()
      device.process.leader.state = 'dead'
      first.paste(rawJob(first), 'raw')
      device.machine.run()
      void first.close(true)
    })
    assert.deepEqual([...kinds()].sort(), Object.keys(FIELDS).sort())
    for (const event of events) {
      const fields = Object.keys(event).filter((field) => field !== 'reason')
      assert.equal(fields.sort().join(' '), FIELDS[event.kind])
    }
  })

  it('has nothing made for nobody', async () => {
    const device = new ModelDevice({ residency: 'none' })
    const window = new Window(device.openWindow())
    await window.run(job())
    assert.equal(device.machine.trace, undefined)
    await window.close()
  })

  it('serves a subscriber from the paste after he came, and nobody after he has gone', async () => {
    const device = new ModelDevice({ residency: 'none' })
    const window = new Window(device.openWindow())
    await window.run(job())
    assert.equal(events.length, 0)

    subscribe(MODEL_CHANNEL, listener)
    await window.run(job())
    const seen = events.map(({ kind }) => kind)
    assert.deepEqual([seen[0], seen.at(-1)], ['paste', 'credit'])

    unsubscribe(MODEL_CHANNEL, listener)
    await window.run(job())
    assert.equal(events.length, seen.length)
    assert.equal(device.machine.trace, undefined)
    await window.close()
  })

  it("serves subscribers and the device's own tracer at once", () => {
    const device = new ModelDevice()
    const own: TraceEvent[] = []
    device.tracer = (event) => {
      own.push(event)
    }
    const window = new Window(device.openWindow())
    own.length = 0
    subscribe(MODEL_CHANNEL, listener)
    window.runSync(job())
    assert.ok(own.length > 0)
    assert.deepEqual(own, events)
  })
})
