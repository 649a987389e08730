// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  gzip,
  hasGnuGzip,
  nxgzip,
  snapshot,
  temporaryFolder,
  type Outcome,
  type RunOptions,
} from './run-cli.js'

/** A folder's files: content, or content with permissions, or a link, or a folder. */
export type Tree = Record<
  string,
  | string
  | Uint8Array
  | { data: string; mode: number }
  | { symlink: string }
  | { link: string }
  | { folder: true }
>

/** What is done in a folder, with gzip in one and with nxgzip in another one like it. */
export interface Situation {
  title: string
  tree: Tree
  /** One command line after another, without the program's name. */
  commands: string[]
  input?: Uint8Array | string
  env?: Record<string, string>
  /** Standard output holds compressed data, of which the bytes may differ. */
  compressedOutput?: boolean
}

/** A time with nanoseconds: 2020-02-03 04:05:06.789012345. */
const TIME = '@1580702706.789012345'

function plant(folder: string, tree: Tree): void {
  for (const [name, what] of Object.entries(tree)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (typeof what === 'string' || what instanceof Uint8Array) writeFileSync(path, what)
    else if ('folder' in what) mkdirSync(path)
    else if ('symlink' in what) symlinkSync(what.symlink, path)
    else if ('link' in what) linkSync(join(folder, what.link), path)
    else {
      writeFileSync(path, what.data)
      chmodSync(path, what.mode)
    }
  }
  const names = Object.keys(tree).filter((name) => lstatSync(join(folder, name)).isFile())
  if (names.length === 0) return
  const touched = spawnSync('touch', ['-d', TIME, '--', ...names], { cwd: folder })
  assert.equal(touched.status, 0, touched.stderr.toString())
}

/** Sizes differ between two compressors, so their ratios are left out. */
function comparable({ status, signal, stdout, stderr }: Outcome, { compressedOutput }: Situation): object {
  const text = stderr
    .replaceAll('nxgzip', 'gzip')
    .replace(/(:\t| {1,3}|^)-?\d+\.\d%( -- (created|replaced) .*)?$/gm, '$1N%$2')
  return { status, signal, stderr: text, ...(compressedOutput ? {} : { stdout: stdout.toString('latin1') }) }
}

async function play(
  program: (args: string[], options: RunOptions) => Promise<Outcome>,
  situation: Situation,
): Promise<object> {
  const folder = temporaryFolder()
  try {
    plant(folder.path, situation.tree)
    const outcomes = []
    for (const command of situation.commands) {
      const args = command.split(' ').filter((word) => word !== '')
      const { input, env } = situation
      const options = { cwd: folder.path, ...(input === undefined ? {} : { input }), ...(env ? { env } : {}) }
      outcomes.push({ command, ...comparable(await program(args, options), situation) })
    }
    return { outcomes, files: snapshot(folder.path) }
  } finally {
    folder.remove()
  }
}

/** Declares a test for each situation: exit status, messages, output and files are those of the system's gzip. */
export function behavesLikeGzip(situations: Situation[]): void {
  before(function () {
    if (hasGnuGzip()) return
    console.warn('      SKIPPED: no GNU gzip >= 1.12 in /usr/bin to compare with')
    this.skip()
  })
  for (const situation of situations) {
    it(situation.title, async () => {
      const [expected, actual] = await Promise.all([play(gzip, situation), play(nxgzip, situation)])
      assert.deepEqual(actual, expected)
    })
  }
}
