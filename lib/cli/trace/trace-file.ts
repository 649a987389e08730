// SPDX-License-Identifier: MIT
import type { FileHandle } from 'node:fs/promises'
import { ModelDevice } from '../../device/model.js'
import { jobsOn, type CallInfo } from '../../job/call-jobs.js'
import { GzipCompressor, GzipDecompressor } from '../../zlib/gzip-codec.js'
import { Recorder, type TraceWriter } from './recorder.js'
import type { TraceOptions } from './trace-options.js'

/** Bytes that are read, and so compressed, at a time. Larger: fewer pauses between jobs. Smaller: less memory. */
const CHUNK_BYTES = 256 * 1024

/** What was traced. */
export interface Traced {
  readonly compressed: CallInfo
  /** Undefined if the result was not decompressed. */
  readonly decompressed: CallInfo | undefined
}

/**
 * Compresses a file by jobs on a software machine of its own, decompresses the result, and records what happens.
 *
 * @param flush called whenever the writers may pass on what they have
 * @throws NxUsageError for settings that the machine does not take
 */
export async function traceFile(
  input: FileHandle,
  options: TraceOptions,
  writers: readonly TraceWriter[],
  flush: () => Promise<void>,
): Promise<Traced> {
  const { resident, seed, kernel, pageSize, level, decompressToo } = options
  const device = new ModelDevice({ residency: resident, seed, kernel, pageSize })
  const recorder = new Recorder(device, writers)
  const { engine } = device
  const forCompressing = recorder.openWindow('compress')
  const forDecompressing = decompressToo ? recorder.openWindow('decompress') : undefined
  const compressor = new GzipCompressor({ level }, jobsOn(engine, forCompressing))
  const decompressor = forDecompressing && new GzipDecompressor(jobsOn(engine, forDecompressing))

  const decompress = async (pieces: readonly Uint8Array[]) => {
    await flush()
    if (!decompressor) return
    for (const piece of pieces) {
      const plain = decompressor.push(piece)
      while (!(await plain.next()).done) await flush()
    }
  }
  const chunk = new Uint8Array(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await input.read(chunk, 0, chunk.length)
    if (bytesRead === 0) break
    await decompress(await compressor.push(chunk.subarray(0, bytesRead)))
  }
  await decompress(await compressor.finish())
  decompressor?.finish()

  await forCompressing.close()
  await forDecompressing?.close()
  recorder.end()
  device.close()
  return { compressed: compressor.statistics, decompressed: decompressor?.statistics }
}
