// SPDX-License-Identifier: MIT
/** Compresses and decompresses by the package's functions on whatever device they take, and reports whether it is right. */
import * as nxzlib from '../../../lib/index.js'
import { status } from '../../../lib/nx.js'
import { jobsOf } from '../../../lib/zlib/shared-devices.js'
import { jsonLike } from '../../support/data.js'
import { promised } from '../inputs.js'
import { program } from './program.js'

export interface FunctionsReport {
  readonly engine: string
  /** Why the hardware is not available, if so. */
  readonly reason: string | undefined
  readonly right: boolean
}

const [gzip, gunzip] = [promised(nxzlib.gzip), promised(nxzlib.gunzip)]

program(async (): Promise<FunctionsReport> => {
  const data = Buffer.from(jsonLike(61, 400_000))
  const [blocking, background] = [nxzlib.gzipSync(data), await gzip(data)]
  const right = nxzlib.gunzipSync(background).equals(data) && (await gunzip(blocking)).equals(data)
  const [{ reason }] = status().devices
  return { engine: jobsOf('compress').info.engine, reason, right }
})
