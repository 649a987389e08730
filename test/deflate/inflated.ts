// SPDX-License-Identifier: MIT
import { Decompressor } from '../../lib/deflate/decompressor.js'
import { OutputWindow } from '../../lib/deflate/output-window.js'
import { runStepsSync } from '../../lib/deflate/steps.js'
import type { RecordingRunner } from './runners.js'

/** Room to begin with in bytes, and the settings of window and decompressor. */
interface Settings {
  readonly room?: number
  readonly keep?: boolean
  readonly roomIsExact?: boolean
  readonly jobBytes?: number
}

/** The plain data of a stream that comes in these pieces, and what was left of the last piece behind the end. */
export function inflated(runner: RecordingRunner, pieces: readonly Uint8Array[], settings: Settings = {}) {
  const { room = 1024, keep = true, roomIsExact = false, jobBytes = Infinity } = settings
  const decompressor = new Decompressor({ window: new OutputWindow(room, keep), roomIsExact, jobBytes })
  const output: Buffer[] = []
  let finished = false
  let rest = 0
  for (const piece of pieces) {
    let at = 0
    while (at < piece.length && !finished) {
      const step = runStepsSync(runner, decompressor.decompress(piece.subarray(at)))
      output.push(Buffer.from(step.output))
      at += step.consumed
      finished = step.finished
    }
    rest += piece.length - at
  }
  return { plain: Buffer.concat(output), finished, rest, decompressor }
}

/** The stream in pieces of these sizes. */
export function cut(stream: Uint8Array, size: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < stream.length;) {
    const end = at + Math.max(1, size())
    pieces.push(stream.subarray(at, end))
    at = end
  }
  return pieces
}
