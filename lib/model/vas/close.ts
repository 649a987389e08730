// SPDX-License-Identifier: MIT
import { STUCK_MESSAGE_POLLS } from './constants.js'
import type { ThreadSteps } from './kernel-thread.js'
import type { CloseStep, TraceSink } from './trace.js'
import type { SendWindow } from './window.js'

/** What closing a send window needs of its instance. */
export interface CloseContext {
  readonly sink: TraceSink
  /** Takes the window out of the table by which faults find it. */
  remove(window: SendWindow): void
  /** Gives its id back and forgets its references. */
  release(window: SendWindow): void
}

/**
 * Closes a send window (vas_win_close; V5 patches 13 and 14): waits until no paste is on its way and all credits are
 * back, and only then takes it out of the table, since a fault of a job under way must still find it. One yield is one
 * poll of 10 ms; there is no bound to them.
 */
export function* closeSendWindow(window: SendWindow, context: CloseContext): ThreadSteps {
  const { sink } = context
  const { pid } = window.opener
  const trace = (step: CloseStep) =>
    sink.trace?.({ kind: 'close', vas: window.vasId, window: window.id, step })
  const saySometimes = (polls: number, text: () => string) => {
    if (polls % STUCK_MESSAGE_POLLS === 0)
      sink.trace?.({ kind: 'message', text: `VAS: pid ${pid} stuck. ${text()}` })
  }

  trace('unmap')
  trace('wait busy')
  for (let polls = 1; window.isBusy; polls++) {
    yield
    saySometimes(polls, () => `Window (ID=${window.id}) is in busy state. Retries ${polls}`)
  }
  trace('clear open')
  window.clearOpen()
  trace('wait credits')
  for (let polls = 1; window.credits !== window.attributes.wcredsMax; polls++) {
    yield
    const { credits, id } = window
    saySometimes(
      polls,
      () => `Waiting for credits returned for Window(${id}). creds ${credits}, Retries ${polls}`,
    )
  }
  trace('remove')
  context.remove(window)
  yield
  trace('release')
  context.release(window)
}
