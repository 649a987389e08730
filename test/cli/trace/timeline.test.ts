// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Recorder } from '../../../lib/cli/trace/recorder.js'
import { Timeline } from '../../../lib/cli/trace/timeline.js'
import { ModelDevice } from '../../../lib/device/model.js'

describe('annotated timeline', () => {
  it('tells a job whose pages are all absent line by line', async () => {
    let text = ''
    let ticks = 0
    const device = new ModelDevice({ residency: 'none', pageSize: 4096 })
    const timeline = new Timeline((line) => {
      text += line
    })
    // Each look at the clock is a microsecond later.
    const recorder = new Recorder(device, [timeline], () => ticks++ / 1000)
    const window = recorder.openWindow('golden')
    const result = window.runSync({ fc: 0, source: new Uint8Array(10_000), target: new Uint8Array(9000) })
    await window.close()
    recorder.end()
    assert.equal(result.csb.cc, 0)
    assert.equal(`\n${text}`.replace(`pid ${process.pid}`, 'pid PID'), GOLDEN)
  })
})

const GOLDEN = `
   time (us) who        window     job  what
       1.000 VAS 0           3          send window opened for pid PID: golden
       2.000 program         3     1.1  pastes: compress with fixed Huffman table
                                          source 10000 bytes, target 9000 bytes, CSB at 0x1000118f0
       3.000 VAS 0           3          send credits: 1023
       4.000 VAS 0           2          receive credits: 255
       6.000 VAS 0           3     1.1  stamped, put into the FIFO of receive window 2
       7.000 VAS 0           2          receive credits: 256
       8.000 NX 0            3     1.1  begins: compress with fixed Huffman table
       9.000 NX 0            3     1.1  page fault at 0x1000118f0: CSB, byte 0 of 16, page 1 of 1
      10.000 VAS 0           0          fault credits: 32767
      11.000 NX 0            3     1.1  pastes the CRB to the fault window: FIFO entry 0
                                          FSA    0x1000118f0: CSB, byte 0 of 16, page 1 of 1
                                          FS     0x02: page not in memory
                                          flags  0x00
                                          PSWID  0x00000003: VAS 0, window 3
      12.000 XIVE                       interrupt 0 of VAS 0
      13.000 handler 0                  hard interrupt handler wakes the thread
      14.000 handler 0                  looks at fault FIFO entry 0
      15.000 handler 0             1.1  takes fault FIFO entry 0
      16.000 VAS 0           0          fault credits: 32768
      17.000 handler 0       3     1.1  writes the CSB: CC 250 (Address translation fault)
      18.000 VAS 0           3          send credits: 1024
      19.000 handler 0                  looks at fault FIFO entry 1
      20.000 handler 0                  entry 1 is not new: done
      21.000 program         3     1.1  touches, by a write, 1 byte at 0x1000118f0: CSB, byte 0 of 16, page 1 of 1
      23.000 program         3     1.2  pastes again
      24.000 VAS 0           3          send credits: 1023
      25.000 VAS 0           2          receive credits: 255
      27.000 VAS 0           3     1.2  stamped, put into the FIFO of receive window 2
      28.000 VAS 0           2          receive credits: 256
      29.000 NX 0            3     1.2  begins: compress with fixed Huffman table
      30.000 NX 0            3     1.2  page fault at 0x100016000: source, byte 0 of 10000, page 1 of 3
      31.000 VAS 0           0          fault credits: 32767
      32.000 NX 0            3     1.2  pastes the CRB to the fault window: FIFO entry 1
                                          FSA    0x100016000: source, byte 0 of 10000, page 1 of 3
                                          FS     0x02: page not in memory
                                          flags  0x00
                                          PSWID  0x00000003: VAS 0, window 3
      33.000 XIVE                       interrupt 0 of VAS 0
      34.000 handler 0                  hard interrupt handler wakes the thread
      35.000 handler 0                  looks at fault FIFO entry 1
      36.000 handler 0             1.2  takes fault FIFO entry 1
      37.000 VAS 0           0          fault credits: 32768
      38.000 handler 0       3     1.2  writes the CSB: CC 250 (Address translation fault)
      39.000 VAS 0           3          send credits: 1024
      40.000 handler 0                  looks at fault FIFO entry 2
      41.000 handler 0                  entry 2 is not new: done
      42.000 program         3     1.2  touches, by a write, 10240 bytes from 0x100011800: control blocks, byte 0 of 10240, page 1 of 3
      44.000 program         3     1.2  touches, by a read, 10000 bytes from 0x100016000: source, byte 0 of 10000, page 1 of 3
      46.000 program         3     1.2  touches, by a write, 9000 bytes from 0x10001a000: target, byte 0 of 9000, page 1 of 3
      48.000 program         3     1.3  pastes again
      49.000 VAS 0           3          send credits: 1023
      50.000 VAS 0           2          receive credits: 255
      52.000 VAS 0           3     1.3  stamped, put into the FIFO of receive window 2
      53.000 VAS 0           2          receive credits: 256
      54.000 NX 0            3     1.3  begins: compress with fixed Huffman table
      55.000 NX 0            3     1.3  writes the CSB: CC 0 (OK)
      56.000 VAS 0           3          send credits: 1024
      57.000 kernel          3          close: paste address unmapped
      58.000 kernel          3          close: waits until no paste is under way
      59.000 kernel          3          close: window takes no paste any more
      60.000 kernel          3          close: waits until all credits are back
      61.000 kernel          3          close: window leaves the table
      62.000 kernel          3          close: id is free
`
