#!/usr/bin/env node
// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { isatty } from 'node:tty'
import { EXIT } from './exit-status.js'
import { Files } from './files.js'
import { LICENSE, usage, version } from './help.js'
import { Messages, writeToStandardError } from './messages.js'
import { commandLine } from './names.js'
import { parseCommandLine, UsageError, type Options, type Request } from './options.js'
import { discardUnfinished } from './output-file.js'
import { StandardOutput, STANDARD_OUTPUT } from './output.js'
import { mayShowProgress, Progress, type Terminal } from './progress.js'
import { endBySignal, handleSignals } from './signals.js'
import { hasCode, StandardOutputError } from './system-errors.js'

const STANDARD_ERROR = 2

/** Columns of a terminal that does not say. */
const DEFAULT_COLUMNS = 80

const TERMINAL: Terminal = {
  get columns() {
    return process.stderr.columns || DEFAULT_COLUMNS
  },
  write: writeToStandardError,
}

/** Name under which the program was called; it says what it does. */
const PROGRAM = basename(process.argv[1]).replace(/\.[cm]?js$/, '')

function read(args: readonly string[]): Request | undefined {
  const warn = (text: string) => {
    writeToStandardError(`${PROGRAM}: ${text}\n`)
  }
  try {
    return parseCommandLine(PROGRAM, args, process.env.GZIP, warn)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    warn(error.message)
    if (error.hint) writeToStandardError(`Try \`${PROGRAM} --help' for more information.\n`)
    return undefined
  }
}

async function print(kind: 'help' | 'version' | 'license'): Promise<void> {
  const text = { help: () => usage(PROGRAM), version: () => version(PROGRAM), license: () => LICENSE }[kind]()
  await new StandardOutput({ synchronous: false }).write(Buffer.from(text))
}

/** True if some file's data goes to standard output. */
function usesStandardOutput({ mode, toStdout, files }: Options): boolean {
  const hasResult = mode === 'compress' || mode === 'decompress'
  return hasResult && (toStdout || files.length === 0 || files.includes('-'))
}

async function main(): Promise<number> {
  const request = read(commandLine())
  if (!request) return EXIT.ERROR
  if (request.kind !== 'work') {
    await print(request.kind)
    return EXIT.OK
  }
  const { options } = request
  const where = {
    quiet: options.quiet,
    errorIsTerminal: isatty(STANDARD_ERROR),
    dataGoesToTerminal: usesStandardOutput(options) && isatty(STANDARD_OUTPUT),
    environment: process.env,
  }
  const progress = new Progress(mayShowProgress(where) ? TERMINAL : undefined)
  const messages = new Messages({ program: PROGRAM, quiet: options.quiet, progress })
  handleSignals(PROGRAM, progress)
  await new Files({ options, messages, progress }).run()
  progress.erase()
  return messages.status
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    discardUnfinished()
    if (error instanceof StandardOutputError) {
      // Whoever reads the output has seen enough.
      if (hasCode(error.cause, 'EPIPE')) endBySignal('SIGPIPE')
      else writeToStandardError(`\n${PROGRAM}: ${error.message}\n`)
    } else {
      writeToStandardError(
        `${PROGRAM}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      )
    }
    process.exit(EXIT.ERROR)
  },
)
