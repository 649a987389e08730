#!/usr/bin/env node
// SPDX-License-Identifier: MIT
/** `nxzlib COMMAND`: tools around the library. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { doctor } from './doctor/doctor-command.js'
import { replay } from './replay/replay-command.js'
import { trace } from './trace/trace-command.js'

/** A command: what it does in a line, and how; it gets the arguments behind its name and returns the exit status. */
interface Command {
  readonly summary: string
  readonly run: (args: string[]) => Promise<number>
}

const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  doctor: {
    summary: 'tell whether this machine uses the accelerator, and if not, why',
    run: (args) => doctor(args, packageVersion()),
  },
  replay: {
    summary: 'execute a recorded job again, on any device, and tell what is different',
    run: replay,
  },
  trace: { summary: 'make a trace of a file on its way through the software NX', run: trace },
}

/** The package's file, seen from the folder that the compiled program lies in. */
const PACKAGE_FILE = join(__dirname, '../../../package.json')

function usage(): string {
  const rows = Object.entries(COMMANDS).map(
    ([name, command]) => `  ${name.padEnd(10)} ${command?.summary ?? ''}\n`,
  )
  return `Usage: nxzlib COMMAND [ARGUMENT]...

${rows.join('')}
  -h, --help     print this help; nxzlib COMMAND --help: that of a command
  -V, --version  print the version
`
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string }
  return version
}

async function main([name = '', ...args]: string[]): Promise<number> {
  if (Object.hasOwn(COMMANDS, name)) return (await COMMANDS[name]?.run(args)) ?? 1
  if (name === '--help' || name === '-h') process.stdout.write(usage())
  else if (name === '--version' || name === '-V') process.stdout.write(`nxzlib ${packageVersion()}\n`)
  else {
    if (name !== '') process.stderr.write(`nxzlib: there is no command '${name}'\n`)
    process.stderr.write(usage())
    return 1
  }
  return 0
}

// A reader that goes away is told by the write that fails, not by the stream.
process.stdout.on('error', () => undefined)

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status
})
