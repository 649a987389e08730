// SPDX-License-Identifier: MIT
/** A project of a user, in which the documents' commands and programs are run. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

import { ROOT } from './markdown.js'

/** Milliseconds until a program that does not end by itself is ended. */
const TIMEOUT = 60_000

/** Lines of the log file that the commands work on. */
const LOG_LINES = 3000

const APP = `
const { gunzipSync, gzipSync } = require('node:zlib')
if (gunzipSync(gzipSync('text')).toString() !== 'text') process.exitCode = 1
`

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'nxzlib-docs-'))

  constructor() {
    mkdirSync(join(this.folder, 'node_modules'))
    mkdirSync(join(this.folder, 'bin'))
    symlinkSync(ROOT, join(this.folder, 'node_modules/nxzlib'))
    // What a clone has besides.
    symlinkSync(join(ROOT, 'examples'), join(this.folder, 'examples'))
    for (const name of ['nxzlib', 'nxgzip']) {
      const program = join(ROOT, `dist/lib/cli/${name}.js`)
      const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`
      writeFileSync(join(this.folder, 'bin', name), script, { mode: 0o755 })
    }
    writeFileSync(join(this.folder, 'app.js'), APP)
    const lines = Array.from({ length: LOG_LINES }, (_, n) => `${n} GET /${Math.sqrt(n)} 200\n`)
    writeFileSync(join(this.folder, 'app.log'), lines.join(''))
  }

  /** Runs lines of a shell; the first that fails ends them. */
  shell(lines: string): Outcome {
    return this.#run('sh', ['-e', '-c', lines])
  }

  /** Runs a program, as a module if it imports something. */
  node(program: string): Outcome {
    const file = join(this.folder, /^import /m.test(program) ? 'program.mjs' : 'program.cjs')
    writeFileSync(file, program)
    return this.#run(process.execPath, [file])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  #run(command: string, args: readonly string[]): Outcome {
    const path = [join(this.folder, 'bin'), dirname(process.execPath), process.env.PATH]
    const settings = { NXZLIB_ENGINE: '', NXZLIB_THRESHOLD: '', SOURCE_DATE_EPOCH: '', NODE_OPTIONS: '' }
    return spawnSync(command, args, {
      cwd: this.folder,
      env: { ...process.env, ...settings, PATH: path.join(delimiter) },
      encoding: 'utf8',
      timeout: TIMEOUT,
    })
  }
}
