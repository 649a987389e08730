// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { DEMANDS, type Demand } from '../../bench/demands.js'
import type { ContenderId, Figure } from '../../bench/results.js'
import { judge, verdictWord } from '../../bench/verdicts.js'
import { figure, madeUpResults } from './made-up.js'

const GZIP = {
  type: 'speed',
  what: 'gzip',
  select: { work: 'compress', level: 6, kinds: 'corpus' },
  clock: 'cpu',
  ratio: 0.99,
} as const

const SPEED: Demand = {
  ...GZIP,
  native: [{ against: 'node', factor: 2 }],
}

/** Figures of node:zlib and of native at some speed and compressed size. */
const pair = (seconds: number, packedBytes: number, kind = 'logs'): Figure[] => [
  figure({ kind }, [1, 1, 1], { packedBytes: 1000 }),
  figure({ kind, contender: 'native' }, [seconds, seconds, seconds], { packedBytes }),
]

const only = (figures: readonly Figure[], demand: Demand) => {
  const verdicts = judge(figures, [demand])
  assert.equal(verdicts.length, 1)
  return verdicts[0]
}

describe('verdicts on demands', () => {
  it('are met where speed and ratio are', () => {
    const verdict = only(pair(0.5, 1010), SPEED)
    assert.equal(verdict.isMet, true)
    assert.match(verdict.measured, /^2\.00x .*ratio 99\.0%$/)
  })

  it('are not met where the speed falls short', () => {
    assert.equal(only(pair(0.51, 1000), SPEED).isMet, false)
  })

  it('are not met where the ratio falls short', () => {
    assert.equal(only(pair(0.1, 1011), SPEED).isMet, false)
  })

  it('round towards what is not met', () => {
    const verdict = only(pair(1 / 1.9999, 1000), SPEED)
    assert.match(verdict.measured, /^1\.99x/)
    assert.equal(verdictWord(verdict), 'NOT met')
  })

  it('take the geometric mean over the corpus', () => {
    const figures = [...pair(0.25, 1000, 'logs'), ...pair(1, 1000, 'JSON')]
    assert.match(only(figures, SPEED).measured, /^2\.00x/)
  })

  it('leave out the kinds that are not files of the corpus', () => {
    const figures = [...pair(0.5, 1000), ...pair(9, 1000, 'random'), ...pair(9, 1000, 'mixed')]
    assert.match(only(figures, SPEED).measured, /^2\.00x/)
  })

  it('judge by elapsed time where the demand says so', () => {
    const [node, native] = pair(0.1, 1000)
    const waits = { ...native, seconds: [1, 1, 1] }
    assert.equal(only([node, waits], { ...SPEED, clock: 'wall' }).isMet, false)
    assert.equal(only([node, waits], SPEED).isMet, true)
  })

  it('need every bound', () => {
    const model = [
      { against: 'node', factor: 0.5 },
      { against: 'pako', factor: 2 },
    ] as const
    const of = (contender: ContenderId, seconds: number) => figure({ contender }, [seconds])
    const demand: Demand = { ...GZIP, model }
    assert.equal(only([of('node', 1), of('model', 2), of('pako', 4)], demand).isMet, true)
    assert.equal(only([of('node', 1), of('model', 2), of('pako', 3)], demand).isMet, false)
  })

  it('say what was not measured', () => {
    for (const figures of [[], pair(1, 1).slice(0, 1), pair(1, 1).slice(1)]) {
      const verdict = only(figures, SPEED)
      assert.equal(verdict.isMet, undefined)
      assert.equal(verdict.measured, 'not measured')
      assert.equal(verdictWord(verdict), '-')
    }
  })

  it('allow memory beyond what node:zlib takes', () => {
    const demand: Demand = { type: 'memory', what: 'memory', work: 'memory-compress', native: 1024 }
    const of = (contender: ContenderId, peak: number) =>
      figure({ work: 'memory-compress', contender, kind: 'mixed' }, [1], { peakBytes: [peak] })
    assert.equal(only([of('node', 5000), of('native', 6024)], demand).isMet, true)
    assert.equal(only([of('node', 5000), of('native', 6025)], demand).isMet, false)
    assert.equal(only([of('node', 5000)], demand).isMet, undefined)
  })

  it('compare a large input with a small one, and name its size', () => {
    const demand: Demand = { type: 'linear', what: 'large', work: 'compress', native: 0.9 }
    const of = (MiB: number, seconds: number) =>
      figure({ contender: 'native', kind: 'mixed', size: MiB << 20 }, [seconds], { bytes: MiB << 20 })
    assert.equal(only([of(1, 1), of(16, 17)], demand).isMet, true)
    assert.equal(only([of(1, 1), of(16, 18)], demand).isMet, false)
    assert.match(only([of(1, 1), of(16, 16)], demand).measured, /^100\.0% at 16 MiB$/)
    assert.equal(only([of(1, 1)], demand).isMet, undefined)
  })

  it('are given for every demand on each device, measured or not', () => {
    const asked = DEMANDS.flatMap((demand) => [demand.native, demand.model]).filter(Boolean).length
    assert.equal(judge([], DEMANDS).length, asked)
    assert.equal(judge(madeUpResults().figures, DEMANDS).length, asked)
  })
})
