// SPDX-License-Identifier: MIT
// Test programs that are run by scripts, and counted.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { root } from './project.mjs'

/** Runs a program; what it prints passes through. Returns what it printed on stdout, and whether it succeeded. */
export function watch(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      process.stdout.write(text)
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ output, succeeded: status === 0 }))
  })
}

/** A run that broke off without a failure of its own is one; so is one that tested nothing. */
export function counted(passed, failed, succeeded) {
  return { passed, failed: failed === 0 && (!succeeded || passed === 0) ? 1 : failed }
}

/**
 * Runs mocha on files of dist/, by this Node or another one. `env` comes on top of this environment.
 *
 * @returns how many tests passed and failed
 */
export async function runMocha(files, { node = process.execPath, options = [], env = {} } = {}) {
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
  const setup = ['--no-config', '--require', 'dist/test/setup.js', '--node-option', 'enable-source-maps']
  const args = [mocha, ...setup, ...options, ...files]
  const { output, succeeded } = await watch(node, args, { cwd: root, env: { ...process.env, ...env } })
  const number = (word) => Number(output.match(new RegExp(`^ +(\\d+) ${word}`, 'm'))?.[1] ?? 0)
  return counted(number('passing'), number('failing'), succeeded)
}
