// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC, NxUsageError, type Job, type JobResult } from '../../lib/nx.js'
import { jsonLike, makeRandom, textLike, type Random } from '../support/data.js'
import { bytesOf, openUnit, piecesOf, RawJob } from '../support/unit.js'

const { window } = openUnit()

/** Cuts bytes at random places into `count` pieces, each in memory of its own and at any alignment. */
function cut(random: Random, bytes: Uint8Array, count: number): Uint8Array[] {
  const places = new Set<number>()
  while (places.size < count - 1) places.add(random.between(1, bytes.length - 1))
  const ends = [...places, bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : ends[index - 1]
    const offset = random.below(64)
    const piece = new Uint8Array(offset + end - start + random.below(64)).subarray(
      offset,
      offset + end - start,
    )
    piece.set(bytes.subarray(start, end))
    return piece
  })
}

interface Subject {
  readonly name: string
  readonly source: Uint8Array
  readonly room: number
  readonly job: Pick<Job, 'fc' | 'cpb'>
}

const text = textLike(255, 30_000)
const SUBJECTS: readonly Subject[] = [
  { name: 'compress', source: text, room: 30_000, job: { fc: FC.COMPRESS_FHT } },
  {
    name: 'resume compress with counts',
    source: text,
    room: 30_000,
    job: { fc: FC.COMPRESS_RESUME_FHT_COUNT, cpb: { histlen: 100, adler: 77, crc: 99 } },
  },
  {
    name: 'decompress',
    source: zlib.deflateRawSync(jsonLike(255, 60_000)),
    room: 60_000,
    job: { fc: FC.DECOMPRESS },
  },
  {
    name: 'resume decompress',
    source: Uint8Array.of(
      ...text.subarray(0, 1600),
      ...zlib.deflateRawSync(text.subarray(1600), { dictionary: text.subarray(0, 1600) }),
    ),
    room: 28_400,
    job: { fc: FC.DECOMPRESS_RESUME, cpb: { histlen: 100, sfbt: 0b1110 } },
  },
  { name: 'wrap', source: text, room: 30_000, job: { fc: FC.WRAP } },
]

const outcome = ({ csb, cpb }: JobResult) => ({ csb, cpb })

for (const { name, source, room, job } of SUBJECTS) {
  describe(`${name} with scattered memory`, () => {
    const whole = new Uint8Array(room)
    const expected = window.runSync({ ...job, source, target: whole })

    it('works in one piece', () => {
      assert.equal(expected.csb.cc, 0)
    })

    for (const [seed, sources, targets] of [
      [1, 1, 1],
      [2, 2, 1],
      [3, 1, 2],
      [4, 3, 17],
      [5, 254, 100],
      [6, 100, 254],
      [7, 255, 255],
    ]) {
      it(`gives the same with ${sources} source and ${targets} target pieces (seed ${seed})`, () => {
        const random = makeRandom(seed)
        const target = cut(random, new Uint8Array(room), targets)
        const result = window.runSync({ ...job, source: cut(random, source, sources), target })
        assert.deepEqual(outcome(result), outcome(expected))
        assert.deepEqual(new Uint8Array(Buffer.concat(target)), whole)
      })
    }

    it('gives the same at every alignment of a single piece', () => {
      for (let offset = 1; offset < 16; offset++) {
        const from = new Uint8Array(source.length + 16).subarray(offset, offset + source.length)
        from.set(source)
        const target = new Uint8Array(room + 16).subarray(16 - offset, 16 - offset + room)
        assert.deepEqual(outcome(window.runSync({ ...job, source: from, target })), outcome(expected))
        assert.deepEqual(target.slice(), whole, `offset ${offset}`)
      }
    })
  })
}

describe('pieces of one byte', () => {
  const data = textLike(9, 255)
  const single = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))

  it('may be all 255 of the source and of the target', () => {
    const target = single(new Uint8Array(255))
    const { csb } = window.runSync({ fc: FC.WRAP, source: single(data), target })
    assert.deepEqual([csb.cc, csb.tpbc], [0, 255])
    assert.deepEqual(new Uint8Array(Buffer.concat(target)), data)
  })

  it('may be pieces of the same buffer', () => {
    const memory = data.slice()
    const source = Array.from(memory, (_, index) => memory.subarray(index, index + 1)).reverse()
    const target = new Uint8Array(255)
    assert.equal(window.runSync({ fc: FC.WRAP, source, target }).csb.cc, 0)
    assert.deepEqual(target, data.slice().reverse())
  })
})

describe('more pieces than a DDE can count', () => {
  const pieces = Array.from({ length: 256 }, () => new Uint8Array(1))
  const tooMany = (error: unknown) => error instanceof NxUsageError && error.code === 'ERR_NX_TOO_MANY_PIECES'

  it('are refused in the source, with a typed error', async () => {
    const job = { fc: FC.WRAP, source: pieces, target: new Uint8Array(256) }
    assert.throws(() => window.runSync(job), tooMany)
    await assert.rejects(window.run(job), tooMany)
  })

  it('are refused in the target, with a typed error', () => {
    assert.throws(() => window.runSync({ fc: FC.WRAP, source: new Uint8Array(256), target: pieces }), tooMany)
  })
})

describe('an indirect source byte count below the sum of its list', () => {
  it('uses only that many bytes', () => {
    const data = textLike(3, 100)
    const target = new Uint8Array(100)
    const job = new RawJob(window, 0x1e).target(target)
    job.sourceList(piecesOf(window, [data.slice(0, 30), data.slice(30, 60), data.slice(60)]), 45)
    assert.equal(job.run(), '80000020' + '0000002d' + '00'.repeat(8))
    assert.equal(job.cpbWord(400), 45)
    assert.deepEqual(target.subarray(0, 45), data.subarray(0, 45))
    assert.deepEqual(target.subarray(45), new Uint8Array(55))
  })

  it('cuts a stream off there', () => {
    const job = new RawJob(window, 0x10).target(new Uint8Array(10))
    job.sourceList(piecesOf(window, [bytesOf('4b0400')]), 2)
    assert.equal(job.run(), '800003a0' + '00000001' + '00'.repeat(8))
    assert.equal(job.cpbWord(688), 2)
  })
})
