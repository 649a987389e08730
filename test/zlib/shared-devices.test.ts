// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { resolve } from 'node:path'

import { configure, type Configuration } from '../../lib/configuration.js'
import { status } from '../../lib/device/status.js'
import { CallJobs } from '../../lib/job/call-jobs.js'
import { countCall, resetStats, stats } from '../../lib/zlib/call-statistics.js'
import { deviceStates, serviceFor } from '../../lib/zlib/shared-devices.js'
import { thresholdOf } from '../../lib/zlib/threshold.js'
import { job } from '../job/fake-devices.js'

const AUTO: Configuration = {
  engine: 'auto',
  compress: 'auto',
  decompress: 'auto',
  threshold: 'auto',
  timeout: 60_000,
  pasteTimeout: 1000,
  mostDelay: 50,
  reproducible: false,
  verify: false,
  inject: '',
}

afterEach(() => {
  configure({ engine: undefined, compress: undefined, decompress: undefined })
  configure({ threshold: undefined, reproducible: undefined, timeout: undefined })
})

describe('the threshold', () => {
  it('is what the program says, on every device', () => {
    for (const engine of ['hardware', 'native', 'model'] as const) {
      assert.equal(thresholdOf('compress', engine, { ...AUTO, threshold: 77 }), 77)
    }
  })

  it('leaves every call to the native engine, small ones off hardware, and all off the model', () => {
    for (const direction of ['compress', 'decompress'] as const) {
      const [hardware, native, model] = (['hardware', 'native', 'model'] as const).map((engine) =>
        thresholdOf(direction, engine, AUTO),
      )
      assert.ok(0 < hardware && hardware <= 1024)
      assert.equal(native, 0)
      assert.equal(model, Infinity)
    }
  })

  it('is 0 for a device that was named', () => {
    assert.equal(thresholdOf('compress', 'model', { ...AUTO, compress: 'model' }), 0)
    assert.equal(thresholdOf('decompress', 'model', { ...AUTO, compress: 'model' }), Infinity)
  })

  it('is 0 for compression that has to be reproducible', () => {
    assert.equal(thresholdOf('compress', 'native', { ...AUTO, reproducible: true }), 0)
    assert.equal(thresholdOf('decompress', 'model', { ...AUTO, reproducible: true }), Infinity)
  })
})

describe('who serves a call', () => {
  it("is Node's own zlib when that is configured, in that direction only", () => {
    configure({ engine: 'model', decompress: 'node' })
    assert.equal(serviceFor('decompress', 1e6), 'configuration')
    assert.ok(serviceFor('compress', 1e6) instanceof CallJobs)
  })

  it("is Node's own zlib below the threshold, which is counted and announced", () => {
    const messages: unknown[] = []
    const listen = (message: unknown) => messages.push(message)
    configure({ engine: 'model', threshold: 100 })
    resetStats()
    subscribe('nxzlib:fallback', listen)
    try {
      assert.equal(serviceFor('compress', 99), 'threshold')
      assert.ok(serviceFor('compress', 100) instanceof CallJobs)
    } finally {
      unsubscribe('nxzlib:fallback', listen)
    }
    assert.deepEqual(messages, [{ from: 'model', to: 'node', reason: 'threshold' }])
    assert.deepEqual(stats().fallbacks, { threshold: 1 })
  })

  it('is a device for every stream, which may become long', () => {
    configure({ engine: 'model', threshold: 1e9 })
    assert.ok(serviceFor('compress') instanceof CallJobs)
  })

  it("is Node's own zlib also for streams where there is nothing but the model, unless that was named", function () {
    if (status().devices[0].available) this.skip()
    const file = resolve(__dirname, '../../lib/zlib/shared-devices.js')
    const program = 'console.log(typeof require(process.argv[1]).serviceFor("compress"))'
    const serve = (engine: string) => {
      const env = {
        ...process.env,
        NXZLIB_ADDON: '/nowhere.node',
        NXZLIB_ENGINE: engine,
        NXZLIB_THRESHOLD: '',
      }
      return execFileSync(process.execPath, ['-e', program, file], { env, encoding: 'utf8' }).trim()
    }
    assert.deepEqual([serve('auto'), serve('model')], ['string', 'object'])
  })

  it("is Node's own zlib where the device that was named is not there", function () {
    configure({ engine: 'hardware' })
    const service = serviceFor('compress')
    if (service instanceof CallJobs) this.skip()
    assert.equal(service, 'unavailable')
    const { state, reason, detail } = deviceStates().find(({ engine }) => engine === 'hardware')!
    assert.deepEqual([state, reason], ['open', 'unavailable'])
    assert.match(detail!, /The device cannot be opened here/)
  })

  it('stays the same for a call that began before a change', () => {
    configure({ engine: 'model' })
    const earlier = serviceFor('compress') as CallJobs
    configure({ engine: 'node' })
    assert.equal(serviceFor('compress'), 'configuration')
    earlier.runSync(job())
    assert.deepEqual([earlier.info.engine, earlier.info.jobs], ['model', 1])
  })

  it('uses a window again, unless its time-outs change', () => {
    const models = () => deviceStates().filter(({ engine }) => engine === 'model').length
    configure({ engine: 'model' })
    serviceFor('compress')
    const before = models()
    serviceFor('decompress')
    assert.equal(models(), before)
    configure({ timeout: 12_345 })
    serviceFor('compress')
    assert.equal(models(), before + 1)
  })
})

describe('the statistics', () => {
  it('count calls by function and direction, their bytes, and the jobs of all', () => {
    configure({ engine: 'model' })
    resetStats()
    const jobs = serviceFor('compress', 300) as CallJobs
    jobs.runSync(job(300))
    countCall('gzipSync', 'compress', false, 300, 100)
    countCall('gzip', 'compress', true, 20, 40)
    countCall('gunzipSync', 'decompress', false, 100, 300)
    countCall('gunzipSync', 'decompress', false, 0, 0)
    const { functions, compress, decompress, jobs: run, jobBytes } = stats()
    assert.deepEqual(functions, { gzipSync: 1, gzip: 1, gunzipSync: 2 })
    assert.deepEqual(compress, {
      calls: 2,
      servedByNode: 1,
      bytesIn: 320,
      bytesOut: 140,
      inputBytes: [
        { below: 32, count: 1 },
        { below: 512, count: 1 },
      ],
    })
    assert.deepEqual([decompress.calls, decompress.bytesIn, decompress.bytesOut], [2, 100, 300])
    assert.deepEqual(run, { hardware: 0, native: 0, model: 1 })
    assert.deepEqual(jobBytes, [{ below: 512, count: 1 }])
    resetStats()
    assert.deepEqual([stats().functions, stats().compress.calls, stats().jobs.model], [{}, 0, 0])
  })
})
