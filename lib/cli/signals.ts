// SPDX-License-Identifier: MIT
import type { Progress } from './progress.js'
import { writeToStandardError } from './messages.js'
import { discardUnfinished } from './output-file.js'

/** Ends the program the way that `signal` ends a program that does not handle it, so that a shell sees what happened. */
export function endBySignal(signal: NodeJS.Signals): void {
  // Node ignores SIGPIPE from its start; a listener that comes and goes leaves the system's own handling behind.
  process.on(signal, () => undefined)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

/** Lets no signal leave a partial output, and has SIGUSR1 tell how far the work is. */
export function handleSignals(program: string, progress: Progress): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      progress.erase()
      discardUnfinished()
      endBySignal(signal)
    })
  }
  process.on('SIGUSR1', () => {
    progress.erase()
    writeToStandardError(`${program}: ${progress.describe()}\n`)
  })
}
