// SPDX-License-Identifier: MIT
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32Of } from './gzip-bytes.js'
import { gunzipSync } from 'node:zlib'

/** The compiled program. */
export const CLI = join(__dirname, '../../lib/cli/nxgzip.js')

export const GZIP = '/usr/bin/gzip'

export interface Outcome {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: Buffer
  stderr: string
}

export interface RunOptions {
  cwd?: string
  /** What standard input delivers; nothing by default. */
  input?: Uint8Array | string
  env?: Record<string, string>
  /** Name under which the program is called. */
  argv0?: string
}

function finished(program: string, args: string[], { cwd, input, env, argv0 }: RunOptions): Promise<Outcome> {
  const child = spawn(program, args, { cwd, argv0, env: { ...process.env, GZIP: '', TZ: 'UTC', ...env } })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => stdout.push(data))
  child.stderr.on('data', (data: Buffer) => stderr.push(data))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => {
      resolve({
        status,
        signal,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString('latin1'),
      })
    })
  })
}

/** Runs our program; `program` is a path that leads to it under another name. */
export const nxgzip = (args: string[], options: RunOptions = {}, program = CLI): Promise<Outcome> =>
  finished(process.execPath, [program, ...args], options)

/** Runs the system's gzip. */
export const gzip = (args: string[], options: RunOptions = {}): Promise<Outcome> =>
  finished(GZIP, args, { ...options, argv0: 'gzip' })

/** True if the system's gzip is GNU's, of a version that behaves as 1.12 does. */
export function hasGnuGzip(): boolean {
  const { stdout } = spawnSync(GZIP, ['--version'], { encoding: 'utf8' })
  return /^gzip 1\.1[2-9]/.test(stdout)
}

/** A new folder, and its removal. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'nxgzip-'))
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** What is in a folder: kind, permissions, owner, time and content of each file; compressed files by what they hold. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name)
    const { mode, uid, gid, nlink, mtimeNs } = lstatSync(path, { bigint: true })
    const attributes = `${mode.toString(8)} ${uid}:${gid}`
    const kind = Number(mode) & 0o170000
    if (kind === 0o100000) files[name] = `${attributes} ${nlink} ${mtimeNs} ${content(readFileSync(path))}`
    else if (kind === 0o120000) files[name] = `link to ${readlinkSync(path)}`
    else files[name] = attributes
  }
  return files
}

function content(bytes: Buffer): string {
  const digest = createHash('md5').update(bytes).digest('hex')
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return digest
  try {
    const plain = gunzipSync(bytes)
    const name = bytes[3] & 8 ? bytes.subarray(10, bytes.indexOf(0, 10)).toString('latin1') : ''
    return `gzip ${bytes.subarray(0, 10).toString('hex')} '${name}' ${crc32Of(plain)}`
  } catch {
    return digest
  }
}
