// SPDX-License-Identifier: MIT
import { configuration, devicesFor, type Configuration, type Direction } from '../configuration.js'
import { loadAddon } from '../device/addon.js'
import type { Engine } from '../device/device.js'
import { withInjection } from '../device/injection/injected-window.js'
import { ENGINES, openEngine, openSoftware } from '../device/open.js'
import { FALLBACK } from '../diagnostics.js'
import { NxDeviceError } from '../errors.js'
import { CallJobs } from '../job/call-jobs.js'
import { ChainMember, type MemberStatus } from '../job/chain-member.js'
import { DeviceChain } from '../job/device-chain.js'
import { Window } from '../job/window.js'
import { jobStatistics } from './call-statistics.js'
import { thresholdOf } from './threshold.js'

/**
 * Why Node's own zlib serves a call as a whole: it was chosen, the input is small, or no device works. Other reasons are
 * those of who asks: options that jobs do not have, data that is not valid.
 */
export type NodeReason = 'configuration' | 'threshold' | 'unavailable'

/**
 * The devices of this thread, by engine and times. They stay open: opening a window can take longer than a thousand
 * jobs, and calls that began under an earlier configuration go on with them.
 */
const members = new Map<string, ChainMember>()

/** Chains over them, by the names of their members. */
const chains = new Map<string, DeviceChain>()

/**
 * Who serves a call that begins now: jobs, or Node's own zlib for this reason.
 *
 * @param inputBytes of a call in one go; a stream may have any number
 * @throws NxUsageError for an environment that is not valid
 */
export function serviceFor(direction: Direction, inputBytes = Number.MAX_VALUE): CallJobs | NodeReason {
  const settings = configuration()
  const engines = devicesFor(direction, settings)
  if (engines.length === 0) return 'configuration'
  const chain = chainOf(engines, settings)
  try {
    const { engine } = chain
    if (inputBytes >= thresholdOf(direction, engine, settings)) return new CallJobs(chain)
    fellBackToNode(engine, 'threshold')
    return 'threshold'
  } catch (error) {
    if (error instanceof NxDeviceError) return 'unavailable'
    throw error
  }
}

/**
 * Runs the jobs of a program that is about jobs: Node's own zlib is no choice, small inputs are jobs too.
 *
 * @throws NxUsageError for an environment that is not valid
 */
export function jobsOf(direction: Direction): CallJobs {
  const settings = configuration()
  const engines = devicesFor(direction, settings)
  return new CallJobs(chainOf(engines.length > 0 ? engines : ENGINES, settings))
}

/** Counts and tells that Node's own zlib serves what a device should have. */
export function fellBackToNode(from: Engine, reason: string): void {
  jobStatistics.fellBack(reason)
  FALLBACK.announce(() => ({ from, to: 'node', reason }))
}

/** The devices that were used so far, and how they are seen. */
export function deviceStates(): MemberStatus[] {
  return [...members.values()].map(({ status }) => status)
}

/** For each list of devices the chain that was used last, and the settings that it was for. */
const recent = new Map<readonly Engine[], { readonly settings: Configuration; readonly chain: DeviceChain }>()

function chainOf(engines: readonly Engine[], settings: Configuration): DeviceChain {
  const last = recent.get(engines)
  if (last?.settings === settings) return last.chain
  const chain = chainNamed(engines, settings)
  recent.set(engines, { settings, chain })
  return chain
}

function chainNamed(engines: readonly Engine[], settings: Configuration): DeviceChain {
  const names = engines.map((engine) => nameOf(engine, settings))
  const key = `${names.join()} ${settings.verify}`
  let chain = chains.get(key)
  if (!chain) {
    chain = new DeviceChain(
      engines.map((engine, index) => memberOf(names[index], engine, settings)),
      jobStatistics,
      settings.verify ? verifyingWindow : undefined,
    )
    chains.set(key, chain)
  }
  return chain
}

function memberOf(
  name: string,
  engine: Engine,
  { timeout, pasteTimeout, mostDelay, inject }: Configuration,
): ChainMember {
  let member = members.get(name)
  if (!member) {
    member = new ChainMember({
      engine,
      mostDelay,
      open: (audience) => {
        // Results come and go with each call, whichever device makes them.
        loadAddon()?.keepFreedMemory()
        const window = withInjection(openEngine(engine).openWindow(), inject)
        return new Window(window, { timeout, pasteTimeout, staging: true }, audience)
      },
    })
    members.set(name, member)
  }
  return member
}

function nameOf(engine: Engine, { timeout, pasteTimeout, mostDelay, inject }: Configuration): string {
  return `${engine} ${timeout} ${pasteTimeout} ${mostDelay} ${inject}`
}

let verifying: Window | undefined

/** The window in which compressed blocks are inflated again: software, without trouble that was ordered. */
function verifyingWindow(): Window {
  verifying ??= new Window(openSoftware().openWindow(), {}, { isChecking: true })
  return verifying
}
