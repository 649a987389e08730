// SPDX-License-Identifier: MIT
/** The compiled addon, for tests that compare it with the model. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Addon as DeviceAddon } from '../../lib/device/addon.js'

/** A piece of memory: its address, its bytes, and the state of its pages where they are not always resident. */
export type Region = [address: bigint, bytes: Uint8Array, pages?: Uint8Array]

/** What the addon exports, that which only tests use included. */
export interface Addon extends DeviceAddon {
  /** Executes a CRB; see native/execute.h. */
  execute(
    crb: Uint8Array,
    regions: readonly Region[],
    useLowLimit: boolean,
    maxByteCountHigh: number,
    maxByteCountLow: number,
    pageSize: number,
  ): bigint | undefined
}

/** The tests run from dist/test/native; the addon is built at the root, or NXZLIB_ADDON names another one. */
export const ADDON_PATH = process.env.NXZLIB_ADDON ?? join(__dirname, '../../../build/Release/nxzlib.node')

/** Undefined if the addon has not been built. One that was built but does not load is an error. */
export function loadAddon(): Addon | undefined {
  return existsSync(ADDON_PATH) ? (module.require(ADDON_PATH) as Addon) : undefined
}

/** Loads the addon before the tests of a `describe`. Without one they are skipped, which is said loudly. */
export function withAddon(use: (addon: Addon) => void = () => undefined): void {
  before(function () {
    const addon = loadAddon()
    if (addon) {
      use(addon)
      return
    }
    console.error(
      `\n    THE NATIVE ENGINE IS NOT TESTED: no addon at ${ADDON_PATH}. Build it: npm run build\n`,
    )
    this.skip()
  })
}
