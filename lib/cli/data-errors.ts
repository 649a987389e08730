// SPDX-License-Identifier: MIT
import { DataError } from '../deflate/job-failure.js'
import { NxError } from '../errors.js'
import { ZlibError } from '../zlib/errors.js'
import type { Messages } from './messages.js'

/** gzip's words for what can be wrong with compressed data, by zlib's. */
const TEXTS: Readonly<Record<string, string>> = {
  'unexpected end of file': 'unexpected end of file',
  'incorrect header check': 'not in gzip format',
  'unknown compression method': 'unknown method -- not supported',
  'unknown header flags set': 'unknown header flags -- not supported',
  'header crc mismatch': 'header checksum does not match',
  'incorrect data check': 'invalid compressed data--crc error',
  'incorrect length check': 'invalid compressed data--length error',
}

/**
 * Reports what the codec has to say against a file.
 *
 * @throws `error` itself if it is none of the codec's
 */
export function reportCodecError(error: unknown, name: string, messages: Messages): void {
  if (error instanceof NxError) {
    messages.failAmidLine(`${name}: ${error.message} (${error.code})`)
  } else if (error instanceof ZlibError || error instanceof DataError) {
    messages.failAmidLine(`${name}: ${TEXTS[error.message] ?? 'invalid compressed data--format violated'}`)
  } else {
    throw error
  }
}
