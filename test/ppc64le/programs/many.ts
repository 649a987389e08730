// SPDX-License-Identifier: MIT
/** Many jobs at a time in one window. */
import { inflateRawSync } from 'node:zlib'

import { FC, openDevice } from '../../../lib/nx.js'
import { textLike } from '../../support/data.js'
import { program } from './program.js'

export interface ManyReport {
  readonly right: number
  /** Credits that are back at the end. */
  readonly credits: number
}

const JOBS = 300

program(async (): Promise<ManyReport> => {
  const text = textLike(21, 20_000)
  const window = openDevice({ engine: 'hardware' }).openWindow()
  const rights = await Promise.all(
    Array.from({ length: JOBS }, async (_, index) => {
      const source = text.subarray(index, 10_000 + index)
      const target = new Uint8Array(20_000)
      const { csb } = await window.run({ fc: FC.COMPRESS_FHT, source, target })
      return Buffer.compare(inflateRawSync(target.subarray(0, csb.tpbc)), source) === 0
    }),
  )
  return { right: rights.filter(Boolean).length, credits: window.credits.available }
})
