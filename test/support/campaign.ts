// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { Machine, type MachineConfig } from '../../lib/model/vas/machine.js'
import { Lpar } from '../../lib/model/vas/powervm.js'
import type { Process, Task } from '../../lib/model/vas/process.js'
import type { TraceEvent } from '../../lib/model/vas/trace.js'
import type { SendWindow } from '../../lib/model/vas/window.js'
import { Program } from './campaign-program.js'
import { makeRandom, type Random } from './data.js'
import { InvariantChecker } from './invariants.js'
import { makeProcess } from './machine.js'

/** What a campaign, or all of them together, came to. */
export interface CampaignReport {
  steps: number
  faults: number
  retriedPastes: number
  /** How often a job came out so. */
  readonly outcomes: Map<string, number>
}

/** Steps after which a campaign counts as a livelock. */
const MOST_STEPS = 200_000

/** A machine, its processes and programs, drawn from a seed; `run` lets a seeded scheduler choose what goes on. */
export class Campaign {
  readonly random: Random
  readonly machine: Machine
  readonly checker: InvariantChecker
  readonly report: CampaignReport = { steps: 0, faults: 0, retriedPastes: 0, outcomes: new Map() }
  /** Windows of which a job may vanish without a word: their opener was exiting when it faulted. */
  readonly mayLose = new Set<SendWindow>()
  readonly unmappedCsbs = new Set<bigint>()
  readonly ordered = new Set<number>()
  /** Jobs that were never heard of again. */
  readonly lost = new Map<SendWindow, number>()
  readonly #events: TraceEvent[] = []
  readonly #lpar: Lpar | undefined
  readonly #processes: readonly Process[]
  readonly #programs: Program[] = []
  readonly #windows: SendWindow[] = []
  #nextPid = 5000
  #disturbances: number
  /** Nothing is ordered that could keep a job from coming out right, but for busy windows. */
  #isCalm = true
  #dispatched: SendWindow | undefined

  constructor(readonly seed: number) {
    const random = makeRandom(seed)
    this.random = random
    const isPartition = random.below(3) === 0
    const config = this.#drawConfig(isPartition)
    this.machine = new Machine(config)
    this.machine.trace = (event) => {
      this.#see(event)
    }
    this.checker = new InvariantChecker(this.machine, config)
    const windows = random.pick([1, 1, 2, 3, 4, 8, random.between(1, 64)])
    const cores = Math.ceil(windows / 20) + 1
    this.#lpar = isPartition ? new Lpar(this.machine, { cores, qosCredits: windows }) : undefined
    const residency = random.pick([0, 1, random.next()])
    this.#processes = Array.from({ length: random.between(1, 3) }, (_, index) =>
      makeProcess(1000 + index, residency, random.below(2 ** 32)),
    )
    for (let index = 0; index < windows; index++) this.#openWindow(random.pick(this.#processes))
    const programs = windows + random.below(4)
    for (let index = 0; index < programs; index++) {
      const window = this.#windows[index] ?? random.pick(this.#windows)
      this.#programs.push(new Program(this, window, random.between(1, windows > 16 ? 1 : 3)))
    }
    this.#disturbances = random.pick([0, 5, 40])
    this.#isCalm &&= this.#disturbances === 0
  }

  /**
   * Runs the campaign to its end.
   *
   * @throws an error that names the seed and shows the last 30 events
   */
  run(): CampaignReport {
    try {
      this.#runPrograms()
      this.#closeAll()
    } catch (error) {
      const last = this.#events.slice(-30).map(describeEvent).join('\n')
      throw new Error(`campaign ${this.seed}: ${(error as Error).message}\nlast events:\n${last}`, {
        cause: error,
      })
    }
    return this.report
  }

  /** True when nothing is under way. Closes only poll. */
  get isIdle(): boolean {
    return this.machine.actors().every(({ name }) => name.startsWith('close'))
  }

  #drawConfig(isPartition: boolean): MachineConfig {
    const { random } = this
    const [busy, hang, code] = [random.pick([0, 0, 0.2]), random.pick([0, 0, 0.03]), random.pick([0, 0.05])]
    this.#isCalm = hang === 0 && code === 0
    const job = (): 'hang' | number | undefined => {
      if (random.next() < hang && this.#dispatched) {
        this.checker.hang(this.#dispatched)
        return 'hang'
      }
      if (random.next() >= code) return undefined
      const cc = random.pick([10, 224])
      this.ordered.add(cc)
      return cc
    }
    return {
      chips: random.between(1, 2),
      sendCredits: isPartition ? random.pick([1, 1, 4]) : random.pick([1, 2, 3, 8, 64, 1024]),
      receiveFifoEntries: random.between(1, 8),
      faultFifoEntries: random.between(1, 8),
      thresholdMode: random.below(2) === 0,
      faultsTo: isPartition ? 'hypervisor' : 'fault-window',
      kernel: isPartition ? 'mainline' : random.pick(['mainline', 'mainline', 'v5']),
      oddFcErratum: false,
      maxByteCountHigh: isPartition ? 1 << 20 : 0,
      maxByteCountLow: 1 << 16,
      inject: { paste: () => random.next() < busy, job },
    }
  }

  #see(event: TraceEvent): void {
    this.#events.push(event)
    if (event.kind === 'translation-fault') this.report.faults++
    if (event.kind === 'dispatch') {
      const window = this.machine.instance(event.vas).findWindow(event.window)
      this.#dispatched = window?.kind === 'send' ? window : undefined
    }
  }

  #openWindow(process: Process): SendWindow {
    const { random } = this
    const task = random.below(2) === 0 ? process.leader : process.startThread(this.#nextPid++)
    const vasId = random.between(-1, this.machine.instances.length - 1)
    const isHigh = random.below(3) === 0
    const window = this.#lpar
      ? this.#lpar.openWindow(process, task, { vasId, creditType: isHigh ? 'qos' : 'default' })
      : this.machine.openWindow(process, task, { vasId, cop: isHigh ? 'GZIP_HIPRI' : 'GZIP' })
    this.checker.opened(window)
    this.#windows.push(window)
    return window
  }

  #closeWindow(window: SendWindow): void {
    if (this.#lpar) this.#lpar.closeWindow(window)
    else this.machine.closeWindow(window)
  }

  #step(name: string, work: () => void): void {
    work()
    if (++this.report.steps > MOST_STEPS) assert.fail('livelock')
    try {
      this.checker.check()
    } catch (error) {
      throw new Error(`after ${name}: ${(error as Error).message}`, { cause: error })
    }
  }

  #runPrograms(): void {
    const { random } = this
    // How much faster than the programs the machine is.
    const bias = random.pick([0.3, 0.6, 0.9])
    for (;;) {
      const programs = this.#programs.filter(({ isDone }) => !isDone)
      if (programs.length === 0) return
      if (this.#disturbances > 0 && random.below(20) === 0) {
        this.#disturbances--
        this.#step('a disturbance', () => {
          this.#disturb()
        })
        continue
      }
      const actors = this.machine.actors()
      if (actors.length > 0 && random.next() < bias) {
        const actor = random.pick(actors)
        this.#step(actor.name, actor.step)
      } else {
        const program = random.pick(programs)
        this.#step('a program', () => {
          program.step()
        })
      }
    }
  }

  /** Something that the machine, the programs or the system do to each other. */
  #disturb(): void {
    const { random } = this
    const program = random.pick(this.#programs)
    const { window, job } = program
    const { task, opener } = window
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        job?.evict()
        return
      case 3:
        this.#closeWindow(window)
        if (!this.#lpar) program.window = this.#openWindow(opener.process)
        return
      case 4:
        if (task && task !== opener.process.leader) this.#exitThread(task)
        return
      case 5:
        if (random.below(4) === 0) this.#exitProcess(opener.process)
        return
      case 6:
        if (random.below(4) === 0) program.unmapCsb()
        return
      case 7:
        this.#lpar?.removeCores(1)
        return
      case 8:
        this.#lpar?.addCores(1)
        return
      case 9:
        if (random.below(2) === 0) this.#lpar?.suspend()
        else this.#lpar?.resume()
    }
  }

  /** A thread begins to exit, or is gone. */
  #exitThread(task: Task): void {
    if (task.state === 'exiting') {
      task.state = 'dead'
      return
    }
    task.state = this.random.pick(['exiting', 'dead'])
    if (task.state !== 'exiting') return
    for (const window of this.#windows) if (window.task === task) this.mayLose.add(window)
  }

  /** All threads exit; memory may go before or after the windows. */
  #exitProcess(process: Process): void {
    process.beginExit()
    for (const program of this.#programs) {
      if (program.window.opener.process === process) program.exit(this.random.below(2) === 0)
    }
    for (const window of this.#windows) {
      if (window.opener.process !== process) continue
      this.mayLose.add(window)
      this.#closeWindow(window)
    }
  }

  #closeAll(): void {
    const { random, machine } = this
    for (const window of this.#windows) {
      this.#step('a close', () => {
        this.#closeWindow(window)
      })
    }
    while (!this.isIdle) {
      const actor = random.pick(machine.actors())
      this.#step(actor.name, actor.step)
    }
    // Busy, credits, table: a close needs at most three polls once nothing is under way.
    for (let poll = 0; poll < 3; poll++) {
      for (const actor of machine.actors()) this.#step(actor.name, actor.step)
    }
    for (const program of this.#programs) program.release()
    this.#checkEnd()
  }

  /** Nothing is left but what hangs. */
  #checkEnd(): void {
    for (const window of this.#windows) {
      const hung = this.checker.hung.get(window) ?? 0
      const name = `window ${window.vasId}/${window.id}`
      assert.equal(this.machine.isClosing(window), hung > 0, `${name} is closing, ${hung} jobs hang`)
      const lost = this.lost.get(window) ?? 0
      assert.ok(this.mayLose.has(window) || lost <= hung, `${name}: ${lost} jobs lost, ${hung} hang`)
    }
    this.machine.instances.forEach((instance, vasId) => {
      const hanging = [...this.checker.hung.keys()].filter((window) => window.vasId === vasId).length
      assert.equal(instance.windows.size, 3 + hanging, `windows in the table of chip ${vasId}`)
      assert.equal(instance.nx.hasWork, false, `work left in NX ${vasId}`)
    })
    if (this.#isCalm) {
      const others = [...this.report.outcomes.keys()].filter((name) => name !== 'right' && name !== 'busy')
      assert.deepEqual(others, [], 'outcomes of a campaign without any disturbance')
    }
    for (const { signals } of this.#processes) {
      for (const { si_addr } of signals) assert.ok(this.unmappedCsbs.has(si_addr), `SIGSEGV at ${si_addr}`)
    }
  }
}

function describeEvent(event: TraceEvent): string {
  return Object.entries(event)
    .map(
      ([name, value]) => `${name}=${typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)}`,
    )
    .join(' ')
}
