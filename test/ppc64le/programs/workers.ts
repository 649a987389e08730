// SPDX-License-Identifier: MIT
/** Three workers, each with a window of its own. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

import * as nxzlib from '../../../lib/index.js'
import { jobsOf } from '../../../lib/zlib/shared-devices.js'
import { textLike } from '../../support/data.js'
import { promised } from '../inputs.js'
import { program } from './program.js'

const [gzip, gunzip] = [promised(nxzlib.gzip), promised(nxzlib.gunzip)]

async function work(): Promise<string> {
  const data = Buffer.from(textLike(31, 200_000))
  const [blocking, background] = [nxzlib.gzipSync(data), await gzip(data)]
  const isRight = nxzlib.gunzipSync(background).equals(data) && (await gunzip(blocking)).equals(data)
  return `${jobsOf('compress').info.engine}: ${isRight ? 'right' : 'wrong'}`
}

if (isMainThread) {
  program(() =>
    Promise.all(
      Array.from({ length: 3 }, () => {
        const worker = new Worker(__filename)
        return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      }),
    ),
  )
} else {
  void work().then((message) => parentPort?.postMessage(message))
}
