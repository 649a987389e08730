// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mayShowProgress, Progress, progressLine, statusLine } from '../../lib/cli/progress.js'

const MEBIBYTE = 1024 * 1024

/** A progress on a pretended terminal of 80 columns, with a clock that the test sets. */
function progress(): { on: Progress; written: string[]; clock: { milliseconds: number } } {
  const written: string[] = []
  const clock = { milliseconds: 0 }
  const terminal = { columns: 80, write: (text: string) => void written.push(text) }
  return { on: new Progress(terminal, () => clock.milliseconds), written, clock }
}

describe('a progress line', () => {
  it('shows bytes, time, rate, bar, share and time left when the size is known', () => {
    const line = progressLine({ bytes: 25 * MEBIBYTE, total: 100 * MEBIBYTE, milliseconds: 5000 }, 72)
    assert.equal(line, '25.0MiB 0:00:05 [5.00MiB/s] [======>                  ] 25% ETA 0:00:15')
  })

  it('shows bytes, time and rate when the size is not known', () => {
    const line = progressLine({ bytes: 3 * 1024 * MEBIBYTE, total: undefined, milliseconds: 3_723_000 }, 80)
    assert.equal(line, '3.00GiB 1:02:03 [845KiB/s]')
  })

  it('fills the bar at the end, also when the file has grown meanwhile', () => {
    const line = progressLine({ bytes: 300, total: 200, milliseconds: 1000 }, 60)
    assert.equal(line, '300B 0:00:01 [300B/s] [==================] 100% ETA 0:00:00')
  })

  it('leaves the bar out where it is too narrow, and stays shorter than the terminal', () => {
    for (let columns = 1; columns < 120; columns++) {
      const line = progressLine(
        { bytes: 999 * MEBIBYTE, total: 1000 * MEBIBYTE, milliseconds: 5000 },
        columns,
      )
      assert.ok(line.length < columns, `${line.length} characters in ${columns} columns`)
      assert.equal(line.includes('='), columns >= 55, `${columns} columns: ${line}`)
    }
  })

  it('does not divide by nothing at the start', () => {
    assert.equal(
      progressLine({ bytes: 0, total: 10, milliseconds: 0 }, 40),
      '0B 0:00:00 [0B/s] 0% ETA -:--:--',
    )
  })

  it('never shows more than three digits before a unit', () => {
    const line = progressLine({ bytes: 1023.9 * 1024, total: undefined, milliseconds: 1000 }, 80)
    assert.equal(line, '1.00MiB 0:00:01 [1.00MiB/s]')
  })
})

describe('the status line of SIGUSR1', () => {
  it('names the file', () => {
    const line = statusLine('a', { bytes: 512, total: 1024, milliseconds: 2000 })
    assert.equal(line, 'a: 512B 0:00:02 [256B/s] 50% ETA 0:00:02')
  })
})

describe('progress', () => {
  it('shows nothing in the first second', () => {
    const { on, written, clock } = progress()
    on.begin('a', 100)
    for (clock.milliseconds = 0; clock.milliseconds < 1000; clock.milliseconds += 10) on.advance(1)
    on.erase()
    assert.deepEqual(written, [])
  })

  it('is updated ten times a second at most', () => {
    const { on, written, clock } = progress()
    on.begin('a', 1_000_000)
    for (clock.milliseconds = 0; clock.milliseconds < 3000; clock.milliseconds++) on.advance(1)
    assert.equal(written.length, 20)
  })

  it('is erased once', () => {
    const { on, written, clock } = progress()
    on.begin('a', 100)
    clock.milliseconds = 2000
    on.advance(50)
    on.erase()
    on.erase()
    assert.equal(written.length, 2)
    assert.equal(written[1], '\r\x1b[K')
  })

  it('starts anew with each file', () => {
    const { on, clock } = progress()
    on.begin('a', 100)
    on.advance(60)
    clock.milliseconds = 1000
    on.begin('b', 100)
    clock.milliseconds = 2000
    on.advance(10)
    assert.equal(on.describe(), 'b: 10B 0:00:01 [10B/s] 10% ETA 0:00:09')
  })
})

describe('progress is shown', () => {
  const terminal = { quiet: false, errorIsTerminal: true, dataGoesToTerminal: false, environment: {} }

  it('on a terminal', () => {
    assert.equal(mayShowProgress(terminal), true)
    assert.equal(
      mayShowProgress({ ...terminal, environment: { CI: 'false', TERM: 'xterm', NO_COLOR: '1' } }),
      true,
    )
  })

  for (const [title, difference] of [
    ['not with -q', { quiet: true }],
    ['not without a terminal', { errorIsTerminal: false }],
    ['not where data goes to a terminal', { dataGoesToTerminal: true }],
    ['not in continuous integration', { environment: { CI: 'true' } }],
    ['not on a dumb terminal', { environment: { TERM: 'dumb' } }],
  ] as const) {
    it(title, () => {
      assert.equal(mayShowProgress({ ...terminal, ...difference }), false)
    })
  }

  it('without colours, so NO_COLOR has nothing to switch off', () => {
    const { on, written, clock } = progress()
    on.begin('a', 100)
    clock.milliseconds = 2000
    on.advance(50)
    assert.equal(written.length, 1)
    assert.doesNotMatch(written[0].replace('\r\x1b[K', ''), /[^ -~]/)
  })
})
