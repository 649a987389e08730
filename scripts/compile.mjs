// SPDX-License-Identifier: MIT
// A small make: compiles what is out of date, as many files at a time as there are processors, and links it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { fail, isUpToDate, root } from './project.mjs'

/** Runs a compiler in the root; its messages pass through. If it fails, the script ends. */
async function start(command, args) {
  const [status] = await once(spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] }), 'close')
  if (status !== 0) fail(`${command} failed`)
}

/** The source and headers of an object, as the compiler listed them in make's form: `object: source header \ header ...`. */
function inputsOf(object) {
  const list = `${object}.d`
  if (!existsSync(list)) return [list]
  const names = readFileSync(list, 'utf8').replaceAll('\\\n', ' ').split(': ')[1].trim()
  return names.split(/\s+/).map((name) => join(root, name))
}

/**
 * Makes a program or shared object from sources.
 *
 * @param output path of the result
 * @param compiler command that compiles and links
 * @param sources relative to the root
 * @param flags for compiling, or a function that gives them for a source
 * @param linkFlags for linking
 * @param objects folder for the object files, used for this output only
 * @param madeFrom further files that decide how it is made: a newer one makes everything out of date
 */
export async function make({ output, compiler, sources, flags, linkFlags, objects, madeFrom }) {
  const makers = [fileURLToPath(import.meta.url), ...madeFrom]
  const flagsOf = typeof flags === 'function' ? flags : () => flags
  const objectOf = (source) => join(objects, `${source}.o`)
  const waiting = sources.filter((source) => {
    const object = objectOf(source)
    return !isUpToDate(object, [...makers, ...inputsOf(object)])
  })
  const worker = async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const object = objectOf(source)
      mkdirSync(dirname(object), { recursive: true })
      await start(compiler, [...flagsOf(source), '-MMD', '-MF', `${object}.d`, '-c', source, '-o', object])
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))

  const objectFiles = sources.map(objectOf)
  if (isUpToDate(output, [...makers, ...objectFiles])) return
  mkdirSync(dirname(output), { recursive: true })
  await start(compiler, [...objectFiles, ...linkFlags, '-o', output])
}
