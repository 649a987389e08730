// SPDX-License-Identifier: MIT
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { ChromeTrace } from './chrome-trace.js'
import { FileError, systemError } from './file-error.js'
import { Timeline } from './timeline.js'
import { traceFile, type Traced } from './trace-file.js'
import { parseTraceOptions, TRACE_USAGE, UsageError, type TraceOptions } from './trace-options.js'
import { OutputFile, StandardOutput, type TraceOutput } from './trace-output.js'

/**
 * `nxzlib trace`: makes a trace of a file's way through the software NX.
 *
 * @param args what follows `trace` on the command line
 * @returns the exit status
 */
export async function trace(args: string[]): Promise<number> {
  try {
    const options = parseTraceOptions(args)
    if (options === 'help') process.stdout.write(TRACE_USAGE)
    else report(await run(options), options)
    return 0
  } catch (error) {
    // Whoever reads the output has seen enough.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 1
    console.error(`nxzlib trace: ${error instanceof Error ? error.message : String(error)}`)
    if (error instanceof UsageError) console.error("Try 'nxzlib trace --help'.")
    return 1
  }
}

async function run(options: TraceOptions): Promise<Traced> {
  const input = await open(options.file).catch((error: unknown) => {
    throw systemError(options.file, error)
  })
  const outputs: TraceOutput[] = []
  const add = <T extends TraceOutput>(output: T): T => {
    outputs.push(output)
    return output
  }
  const discard = () => {
    for (const output of outputs) output.discard()
  }
  const stopListening = onSignal(discard)
  try {
    if ((await input.stat()).isDirectory()) throw new FileError(options.file, 'is a directory')
    const writers = []
    if (options.text) {
      const text = add(new StandardOutput())
      writers.push(
        new Timeline((line) => {
          text.append(line)
        }),
      )
    }
    if (options.output !== undefined) {
      const file = add(
        options.output === '-' ? new StandardOutput() : createFile(options.output, options.file),
      )
      writers.push(
        new ChromeTrace((text) => {
          file.append(text)
        }),
      )
    }
    const flush = async () => {
      for (const output of outputs) await output.flush()
    }
    const traced = await traceFile(input, options, writers, flush)
    for (const output of outputs) await output.finish()
    return traced
  } catch (error) {
    discard()
    throw error
  } finally {
    stopListening()
    await input.close()
  }
}

function createFile(name: string, inputName: string): OutputFile {
  const there = statSync(name, { throwIfNoEntry: false })
  const input = statSync(inputName)
  if (there?.ino === input.ino && there.dev === input.dev) throw new FileError(name, 'is the input')
  try {
    return new OutputFile(name)
  } catch (error) {
    throw systemError(name, error)
  }
}

/** Lets no signal leave a partial output. Returns what undoes it. */
function onSignal(discard: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = (signal: NodeJS.Signals) => {
    discard()
    stop()
    process.kill(process.pid, signal)
  }
  const stop = () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return stop
}

/** On standard error: standard output may be the trace. */
function report({ compressed, decompressed }: Traced, { output }: TraceOptions): void {
  const say = (what: string, { jobs, faults, retries }: Traced['compressed']) => {
    console.error(`${what}: ${jobs} jobs, ${faults} faults, ${retries} retries`)
  }
  say('compressed', compressed)
  if (decompressed) say('decompressed', decompressed)
  if (output !== undefined && output !== '-') {
    console.error(`${output}: open it at https://ui.perfetto.dev or chrome://tracing`)
  }
}
