// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { readCredits, readSystem } from '../../lib/device/system.js'

describe('what the system says of the unit', () => {
  let root = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nxzlib-system-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  const put = (path: string, contents: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), contents)
  }
  const cell = (value: number) => Uint8Array.of(0, 0, 0, value)

  it('is nothing where there are no such files', () => {
    assert.deepEqual(readSystem(root), {
      platform: undefined,
      chips: [],
      jobLimit: undefined,
      minCompress: undefined,
      minDecompress: undefined,
      credits: { default: undefined, qos: undefined },
    })
  })

  it('names the chips of a bare-metal machine, wherever in the first two levels of the tree they are', () => {
    for (const [node, vasId, chipId] of [
      ['vas@6019100000000', 0, 0],
      ['xscom@623fc00000000/vas@6219100000000', 1, 8],
    ] as const) {
      put(`proc/device-tree/${node}/ibm,vas-id`, cell(vasId))
      put(`proc/device-tree/${node}/ibm,chip-id`, cell(chipId))
    }
    const { platform, chips } = readSystem(root)
    assert.equal(platform, 'powernv')
    assert.deepEqual(chips, [
      { vasId: 0, chipId: 0 },
      { vasId: 1, chipId: 8 },
    ])
  })

  it('knows a partition by its node', () => {
    put('proc/device-tree/ibm,powervm-partition/name', 'x')
    assert.equal(readSystem(root).platform, 'powervm')
  })

  it('knows a partition by its own file where the device tree cannot be read', () => {
    put('proc/powerpc/lparcfg', 'lparcfg 1.9\n')
    assert.equal(readSystem(root).platform, 'powervm')
  })

  it("has a partition's limits and credits", () => {
    const limits = 'sys/devices/vio/ibm,compression-v1/nx_gzip_caps'
    put(`${limits}/req_max_processed_len`, '1048576\n')
    put(`${limits}/min_compress_len`, '32768\n')
    put(`${limits}/min_decompress_len`, '32768\n')
    const credits = 'sys/devices/virtual/misc/vas/vas0/gzip'
    put(`${credits}/default_capabilities/nr_total_credits`, '320\n')
    put(`${credits}/default_capabilities/nr_used_credits`, '7\n')
    put(`${credits}/qos_capabilities/nr_total_credits`, '0\n')
    put(`${credits}/qos_capabilities/nr_used_credits`, '0\n')
    const facts = readSystem(root)
    assert.deepEqual([facts.jobLimit, facts.minCompress, facts.minDecompress], [1048576, 32768, 32768])
    assert.deepEqual(facts.credits, { default: { total: 320, used: 7 }, qos: { total: 0, used: 0 } })
    assert.deepEqual(readCredits('default', root), { total: 320, used: 7 })
  })

  it('does not take what is no number for one', () => {
    put('sys/devices/vio/ibm,compression-v1/nx_gzip_caps/req_max_processed_len', 'many\n')
    assert.equal(readSystem(root).jobLimit, undefined)
  })
})
