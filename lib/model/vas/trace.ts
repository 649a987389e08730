// SPDX-License-Identifier: MIT
/** What can happen in the machine. Addresses are effective addresses, ids are window ids. */
export type TraceEvent =
  | { readonly kind: 'window-open'; readonly vas: number; readonly window: number; readonly pid: number }
  | {
      readonly kind: 'paste'
      readonly vas: number
      readonly window: number
      readonly accepted: boolean
      readonly reason?: PasteRefusal
    }
  | { readonly kind: 'stamp'; readonly vas: number; readonly window: number; readonly receiveWindow: number }
  | { readonly kind: 'dispatch'; readonly vas: number; readonly window: number; readonly fc: number }
  | {
      readonly kind: 'translation-fault'
      readonly vas: number
      readonly window: number
      readonly address: bigint
    }
  | { readonly kind: 'nx-stall'; readonly vas: number; readonly window: number }
  | { readonly kind: 'fault-paste'; readonly vas: number; readonly window: number; readonly entry: number }
  | { readonly kind: 'interrupt'; readonly vas: number; readonly irq: number; readonly coalesced: boolean }
  | { readonly kind: 'handler'; readonly vas: number; readonly step: HandlerStep; readonly entry: number }
  | {
      readonly kind: 'csb-write'
      readonly vas: number
      readonly window: number
      readonly by: 'nx' | 'kernel'
      readonly cc: number
    }
  | { readonly kind: 'signal'; readonly vas: number; readonly window: number; readonly pid: number }
  | {
      readonly kind: 'credit'
      readonly vas: number
      readonly window: number
      readonly side: 'send' | 'receive' | 'fault'
      readonly credits: number
    }
  | { readonly kind: 'touch'; readonly address: bigint; readonly bytes: number; readonly write: boolean }
  | { readonly kind: 'close'; readonly vas: number; readonly window: number; readonly step: CloseStep }
  | { readonly kind: 'message'; readonly text: string }

/** Why a paste was refused; the sender is not told. */
export type PasteRefusal = 'injected' | 'closed' | 'suspended' | 'no send credit' | 'no receive credit'

/** Steps of the fault handler. */
export type HandlerStep = 'wake' | 'already running' | 'look' | 'take' | 'bad pswid' | 'done'

/** Steps of closing a window, in their order. */
export type CloseStep = 'unmap' | 'wait busy' | 'clear open' | 'wait credits' | 'remove' | 'release'

/** Takes events as they happen. Undefined where nobody listens, so that nothing is made for nobody. */
export type Tracer = ((event: TraceEvent) => void) | undefined

/** Where the parts of a machine find the tracer, which may come and go. */
export interface TraceSink {
  trace: Tracer
}
