// SPDX-License-Identifier: MIT
/** Shows all behaviours of streams on the hardware device and by this Node's own zlib, and reports where they differ. */
import assert from 'node:assert/strict'

import { jobsOf } from '../../../lib/zlib/shared-devices.js'
import { BEHAVIOURS, shown } from '../../zlib/behaviours.js'
import { program } from './program.js'

/** The classes that show them: what the others do differently is the same on every processor. */
const NAMES = ['Gzip', 'Gunzip', 'Inflate'] as const

export interface BehavioursReport {
  readonly engine: string
  /** Behaviours that were shown, each for several classes. */
  readonly shown: number
  readonly differences: readonly string[]
}

program(async (): Promise<BehavioursReport> => {
  const differences: string[] = []
  const titles = Object.keys(BEHAVIOURS)
  for (const title of titles) {
    for (const name of NAMES) {
      const { ours, node } = await shown(title, name)
      try {
        assert.deepEqual(ours, node)
      } catch (error) {
        differences.push(`${title}, ${name}: ${(error as Error).message}`)
      }
    }
  }
  return { engine: jobsOf('compress').info.engine, shown: titles.length, differences }
})
