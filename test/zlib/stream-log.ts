// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import zlib, { type ZlibOptions } from 'node:zlib'

import { streams as ourStreams, type StreamClass, type StreamName } from '../../lib/zlib/streams.js'

/** A stream of either library, with what its types do not show. */
export type ZlibStream = zlib.Deflate & zlib.Gzip

/** The classes of node:zlib, as they were when this module loaded, and ours. */
export const LIBRARIES = {
  node: { ...zlib } as unknown as Readonly<Record<StreamName, StreamClass>>,
  ours: ourStreams as Readonly<Record<StreamName, StreamClass>>,
}
export type Library = keyof typeof LIBRARIES

export function makeStream(library: Library, name: StreamName, options?: ZlibOptions): ZlibStream {
  return new LIBRARIES[library][name](options) as unknown as ZlibStream
}

/** What happened to a stream, in order, and what it put out. */
export interface StreamLog {
  readonly events: readonly string[]
  readonly output: Buffer
}

const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex').slice(0, 8)

/**
 * Writes down the events of a stream until it is closed.
 *
 * @param drive works the stream; what it notes is in the log as well. The log also waits for a promise that it returns
 */
export async function logOf(
  stream: ZlibStream,
  drive: (stream: ZlibStream, note: (event: string) => void) => unknown,
): Promise<StreamLog> {
  const events: string[] = []
  const output: Buffer[] = []
  const note = (event: string) => {
    events.push(event)
  }
  let driven: unknown
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      output.push(chunk)
      note(`data ${chunk.length} ${digest(chunk)}`)
    })
    stream.on('end', () => {
      note(`end, ${stream.bytesWritten} consumed`)
    })
    stream.on('finish', () => {
      note('finish')
    })
    stream.on('error', (error: Error & { errno?: number; code?: string }) => {
      const { name, message, errno, code } = error
      // Within a chunk what is consumed is an estimate until zlib itself has found an error.
      const consumed = errno === undefined ? '' : `, ${stream.bytesWritten} consumed`
      note(`${name} ${message} ${errno ?? ''} ${code ?? ''}${consumed}`)
    })
    stream.on('close', () => {
      note('close')
      // What comes late must be seen as well.
      setImmediate(resolve)
    })
    driven = drive(stream, note)
  })
  await driven
  return { events, output: Buffer.concat(output) }
}

/** Cuts bytes into pieces of a length. */
export function pieces(bytes: Uint8Array, length: number): Uint8Array[] {
  const cut: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += length) cut.push(bytes.subarray(at, at + length))
  return cut
}

/** How pieces are written: each one when the one before is done, or all at once. */
export type Manner = 'one by one' | 'at once'
export const MANNERS: readonly Manner[] = ['one by one', 'at once']

/** Writes all pieces and ends the stream. */
export function writeAll(
  chunks: readonly Uint8Array[],
  manner: Manner,
): (stream: ZlibStream, note: (event: string) => void) => void {
  const result = (note: (event: string) => void, what: string) => (error?: Error | null) => {
    note(`${what} done ${(error as { code?: string } | undefined)?.code ?? ''}`)
  }
  return (stream, note) => {
    if (manner === 'at once') {
      chunks.forEach((chunk, index) => stream.write(chunk, result(note, `write ${index}`)))
      stream.end(result(note, 'end()'))
      return
    }
    const next = (index: number) => {
      if (stream.destroyed) return
      if (index === chunks.length) {
        stream.end()
        return
      }
      const done = result(note, `write ${index}`)
      stream.write(chunks[index], (error) => {
        done(error)
        next(index + 1)
      })
    }
    next(0)
  }
}
