// SPDX-License-Identifier: MIT
import { resolveModelOptions, type ModelOptions } from '../../lib/device/model-options.js'
import { AddressSpace } from '../../lib/model/address-space.js'
import { Clock } from '../../lib/model/timing/clock.js'
import { NO_SOFTWARE, timing } from '../../lib/model/timing/figures.js'
import { TimedMachine } from '../../lib/model/timing/timed-machine.js'
import { Lpar } from '../../lib/model/vas/powervm.js'
import { Process } from '../../lib/model/vas/process.js'
import { ASYNC_JOB_BYTES, SYNC_JOB_BYTES } from '../../lib/zlib/convenience.js'
import { Caller, Thread, WindowUse, type CallerOptions } from './caller.js'
import { recordCall, type CallKind, type RecordedCall } from './recorded-call.js'
import { SimulatedWindow } from './simulated-window.js'

/** What is simulated. */
export interface Scenario {
  readonly platform: 'powernv' | 'powervm'
  readonly direction: 'compress' | 'decompress'
  /** Plain bytes of a call. */
  readonly bytes: number
  /** Level of compression. Default 6. */
  readonly level?: number
  /** Plain bytes for each compressed byte. Default 3. */
  readonly ratio?: number
  /** Calls under way at a time. Default 1. */
  readonly callers?: number
  /**
   * `threads`: each caller blocks a thread of its own, which has its own window. `event-loop`: all calls are made by one
   * thread, in one window. Default `threads`.
   */
  readonly kind?: 'threads' | 'event-loop'
  /** `driver`: this project's own work takes time. `none`: only the unit does. Default `driver`. */
  readonly software?: 'driver' | 'none'
  /** Share of the pages of each call's memory that are not there, 0..1. Default 0. */
  readonly absent?: number
  /** Other settings of the machine: credits, chips, page size, limits. */
  readonly model?: ModelOptions
  /** Figures to replace. */
  readonly figures?: Readonly<Record<string, number>>
  /** Each call opens a window of its own instead of using its thread's again. Default false. */
  readonly opensWindow?: boolean
  /** Seed of which pages are absent. Default 0. */
  readonly seed?: number
  /** Calls of each caller. Default: what about 400 jobs need, at least 8. */
  readonly calls?: number
  /** The jobs of a call. Default: those of this project's driver. */
  readonly call?: RecordedCall
}

/** What came of it. All of it is modelled. */
export interface Outcome {
  /** Plain bytes a nanosecond, which is GB/s. */
  readonly throughput: number
  /** Plain bytes of all calls, and nanoseconds until the last one's end. */
  readonly bytes: number
  readonly ns: number
  /** Nanoseconds of a call: the median, and what 99 of 100 take at most. */
  readonly median: number
  readonly p99: number
  readonly jobs: number
  readonly faults: number
  readonly refusals: number
  readonly touchedPages: number
  readonly touchNs: number
  /** Share of the time for which units were held by jobs. */
  readonly busy: number
}

/** Jobs of a simulation, about. More: steadier figures. */
const JOBS = 400
const LEAST_CALLS = 8

/** Between the seeds of two processes: they must not be next to each other for the generator that is used. */
const SEED_STEP = 0x9e3779b9

/** Windows of a partition that a core brings. */
const WINDOWS_PER_CORE = 20

/** Runs a scenario in simulated time. The same scenario has the same outcome each time. */
export function simulate(scenario: Scenario): Outcome {
  const { platform, callers = 1, kind = 'threads', software = 'driver', seed = 0, absent = 0 } = scenario
  const { ratio = 3, opensWindow = false } = scenario
  const options = resolveModelOptions({
    ...scenario.model,
    platform,
    cores: Math.ceil(callers / WINDOWS_PER_CORE),
    residency: absent === 0 ? 'all' : 1 - absent,
  })
  const figures = timing({ ...(software === 'none' ? NO_SOFTWARE : {}), ...scenario.figures })
  const clock = new Clock()
  const machine = new TimedMachine(options, clock, figures, ratio)
  const extraNs = opensWindow ? figures[platform === 'powernv' ? 'openPowernvNs' : 'openPowervmNs'] : 0
  const limit = options.maxByteCountHigh
  const jobBytes = kind === 'threads' ? SYNC_JOB_BYTES : ASYNC_JOB_BYTES
  const call = scenario.call ?? recorded({ level: 6, ...scenario, ratio, limit, jobBytes })
  const calls =
    scenario.calls ?? Math.max(LEAST_CALLS, Math.ceil(JOBS / callers / Math.max(1, call.jobs.length)))

  const lpar = platform === 'powervm' ? new Lpar(machine.machine, options) : machine.machine
  const open = (index: number): WindowUse => {
    const ownSeed = (seed + index * SEED_STEP) >>> 0
    const process = new Process(index + 1, new AddressSpace({ ...options, seed: ownSeed }))
    const window = lpar.openWindow(process, process.leader, { vasId: index % options.chips })
    const device = new SimulatedWindow(machine, window, process.mm, limit === 0 ? Infinity : limit, figures)
    const use = new WindowUse(device)
    machine.onCompletion(window, () => {
      use.look()
    })
    return use
  }
  const uses = Array.from({ length: kind === 'threads' ? callers : 1 }, (_, index) => open(index))
  const common = { clock, timing: figures, isBlocking: kind === 'threads' && software === 'driver', extraNs }
  const loop = new Thread(clock)
  const all = Array.from({ length: callers }, (_, index): Caller => {
    const own: CallerOptions =
      kind === 'threads'
        ? { ...common, thread: new Thread(clock), use: uses[index] }
        : { ...common, thread: loop, use: uses[0] }
    // Memory that nobody reads or writes: one for all processes, but the calls of one process need their own.
    return new Caller(own, call, buffersOf(call, kind === 'threads' ? 0 : index))
  })
  for (const caller of all) caller.start(calls)
  clock.run()
  return summary(machine, clock, all, uses, calls * callers * call.bytes, options.chips)
}

function summary(
  { counts }: TimedMachine,
  { now: ns }: Clock,
  callers: readonly Caller[],
  uses: readonly WindowUse[],
  bytes: number,
  chips: number,
): Outcome {
  const latencies = callers.flatMap((caller) => caller.latencies).sort((a, b) => a - b)
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
  const sum = (of: (use: WindowUse) => number) => uses.reduce((total, use) => total + of(use), 0)
  return {
    throughput: bytes / ns,
    bytes,
    ns,
    median: quantile(0.5),
    p99: quantile(0.99),
    jobs: counts.jobs,
    faults: counts.faults,
    refusals: counts.refusals,
    touchedPages: sum(({ device }) => device.touches.pages),
    touchNs: sum(({ device }) => device.touches.ns),
    busy: counts.heldNs / ns / chips,
  }
}

const calls = new Map<string, RecordedCall>()

/** The driver's jobs for a kind of call, recorded once. */
function recorded({ direction, bytes, level, ratio, limit, jobBytes }: CallKind): RecordedCall {
  const kind = { direction, bytes, level, ratio, limit, jobBytes }
  const key = Object.values(kind).join(' ')
  const known = calls.get(key)
  if (known) return known
  const call = recordCall(kind)
  calls.set(key, call)
  return call
}

const memory = new Map<string, Uint8Array>()

function buffersOf({ buffers }: RecordedCall, owner: number): Uint8Array[] {
  return buffers.map((bytes, index) => {
    const key = `${owner}/${index}`
    const known = memory.get(key)
    if (known?.length === bytes) return known
    const made = new Uint8Array(bytes)
    memory.set(key, made)
    return made
  })
}
