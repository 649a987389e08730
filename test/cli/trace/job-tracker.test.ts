// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { JobTracker } from '../../../lib/cli/trace/job-tracker.js'
import { pieceAt, readRequest, whereIs, type JobRequest } from '../../../lib/cli/trace/job-memory.js'
import type { TraceEvent } from '../../../lib/model/vas/trace.js'

const VAS = 0

/** A job whose CSB is at `csb`, with a source of 100 bytes at `source`. */
const request = (csb: bigint, source = 0x9000n): JobRequest => ({
  fc: 0,
  csb,
  pieces: [{ name: 'source', address: source, bytes: 100 }],
  sourceBytes: 100,
  targetBytes: 100,
  pageSize: 4096,
})

describe('following jobs by their events', () => {
  let tracker: JobTracker
  const follow = (event: TraceEvent) => {
    const job = tracker.follow(event)
    return job ? `${job.number}.${job.attempts}` : undefined
  }
  const paste = (window: number, what: JobRequest, accepted = true) => {
    tracker.beforePaste(VAS, window, what)
    return follow({ kind: 'paste', vas: VAS, window, accepted })
  }
  const stamp = (window: number) => follow({ kind: 'stamp', vas: VAS, window, receiveWindow: 2 })
  const dispatch = (window: number) => follow({ kind: 'dispatch', vas: VAS, window, fc: 0 })
  const csb = (window: number, by: 'nx' | 'kernel') =>
    follow({ kind: 'csb-write', vas: VAS, window, by, cc: by === 'nx' ? 0 : 250 })
  const faultPaste = (window: number, entry: number) =>
    follow({ kind: 'fault-paste', vas: VAS, window, entry })
  const take = (entry: number) => follow({ kind: 'handler', vas: VAS, step: 'take', entry })
  const touch = (window: number, address: bigint) => {
    tracker.beforeTouch(VAS, window, address, 1)
    return follow({ kind: 'touch', address, bytes: 1, write: false })
  }

  beforeEach(() => {
    tracker = new JobTracker()
  })

  it('counts jobs over all windows in the order of their pastes', () => {
    assert.deepEqual(
      [paste(3, request(0x100n)), paste(4, request(0x100n)), paste(3, request(0x200n))],
      ['1.1', '2.1', '3.1'],
    )
  })

  it('takes the CRBs of a window in their order, whatever other windows do', () => {
    paste(3, request(0x100n))
    paste(4, request(0x100n))
    paste(3, request(0x200n))
    assert.deepEqual([stamp(3), stamp(3), stamp(4)], ['1.1', '3.1', '2.1'])
    assert.deepEqual([dispatch(3), csb(3, 'nx'), dispatch(4), dispatch(3)], ['1.1', '1.1', '2.1', '3.1'])
  })

  it('finds the job of a fault by the entry that the handler takes', () => {
    for (const [window, entry] of [
      [3, 0],
      [4, 1],
    ]) {
      paste(window, request(0x100n))
      stamp(window)
      dispatch(window)
      faultPaste(window, entry)
    }
    assert.deepEqual([take(0), csb(3, 'kernel'), take(1), csb(4, 'kernel')], ['1.1', '1.1', '2.1', '2.1'])
  })

  const fault = (window: number, what: JobRequest) => {
    paste(window, what)
    stamp(window)
    dispatch(window)
    faultPaste(window, 0)
    take(0)
    csb(window, 'kernel')
  }

  it('knows a paste after a touch of its pages for a retry', () => {
    fault(3, request(0x100n))
    assert.deepEqual([touch(3, 0x9010n), paste(3, request(0x100n))], ['1.1', '1.2'])
  })

  it('keeps jobs apart that fault in the same window', () => {
    fault(3, request(0x100n, 0x9000n))
    fault(3, request(0x200n, 0xa000n))
    assert.deepEqual([touch(3, 0xa000n), paste(3, request(0x200n, 0xa000n))], ['2.1', '2.2'])
    assert.deepEqual([touch(3, 0x9000n), paste(3, request(0x100n, 0x9000n))], ['1.1', '1.2'])
  })

  it('takes a paste without a touch after a fault for a new job', () => {
    fault(3, request(0x100n))
    assert.equal(paste(3, request(0x100n)), '2.1')
  })

  it('gives no number to a job whose pastes are refused, until one is accepted', () => {
    assert.equal(paste(3, request(0x100n), false), undefined)
    assert.equal(paste(3, request(0x100n)), '1.1')
  })

  it('does not mind a retry that is refused at first', () => {
    fault(3, request(0x100n))
    touch(3, 0x9000n)
    assert.deepEqual([paste(3, request(0x100n), false), paste(3, request(0x100n))], ['1.1', '1.2'])
  })
})

describe("a job's memory, read from its CRB", () => {
  /** CRB with CSB at 0x10f0, a direct source of 8192 bytes at 0x20f00, and a list of two targets at 0x1800. */
  const CRB = Buffer.from(
    '00000000000000000000000000' +
      '0010f0' + // FC, CSB address
      '0000000000002000' +
      '0000000000020f00' + // source
      '0000020000000060' +
      '0000000000001800', // target: 2 entries, 96 bytes
    'hex',
  )
  const LIST = Buffer.from(
    '0000000000000040' + '0000000000030000' + '0000000000000020' + '0000000000050ff0',
    'hex',
  )
  const read = (address: bigint, length: number) =>
    address === 0x1800n && length === 32 ? new DataView(LIST.buffer, LIST.byteOffset, 32) : undefined
  const crb = Buffer.concat([CRB], 128)

  it('names the pieces and follows the lists', () => {
    const { pieces, csb, sourceBytes, targetBytes } = readRequest(crb, read, 4096)
    assert.deepEqual({ csb, sourceBytes, targetBytes }, { csb: 0x10f0n, sourceBytes: 8192, targetBytes: 96 })
    assert.deepEqual(
      pieces.map(({ name, address, bytes }) => `${name} ${address.toString(16)} ${bytes}`),
      [
        'CSB 10f0 16',
        'CPB 1100 1680',
        'source 20f00 8192',
        'target DDE list 1800 32',
        'target 1 of 2 30000 64',
        'target 2 of 2 50ff0 32',
        'control blocks 1000 10240',
      ],
    )
  })

  it('does without a list that is not mapped', () => {
    const { pieces } = readRequest(crb, () => undefined, 4096)
    assert.equal(
      pieces.some(({ name }) => name.startsWith('target 1')),
      false,
    )
  })

  it('says where an address lies, with the page of the piece', () => {
    const request = readRequest(crb, read, 4096)
    assert.equal(whereIs(request, 0x20f00n), 'source, byte 0 of 8192, page 1 of 3')
    assert.equal(whereIs(request, 0x22000n), 'source, byte 4352 of 8192, page 3 of 3')
    assert.equal(whereIs(request, 0x51000n), 'target 2 of 2, byte 16 of 32, page 2 of 2')
    assert.equal(whereIs(request, 0x10f8n), 'CSB, byte 8 of 16, page 1 of 1')
    assert.equal(whereIs(request, 0x60000n), 'no memory of this job')
  })

  it('takes the whole of the control blocks for themselves', () => {
    assert.equal(pieceAt(readRequest(crb, read, 4096), 0x1000n, 10240)?.name, 'control blocks')
  })
})
