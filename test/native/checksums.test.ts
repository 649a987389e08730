// SPDX-License-Identifier: MIT
/** The engine's checksums on each processor that it has a fast form for: compiled for it, and run under QEMU if it is foreign. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '../../..')
const SOURCES = [
  'native/fuzz/checksums_agree.cc',
  'native/engine/checksums.cc',
  'native/engine/crc32_fold.cc',
]

interface Processor {
  readonly name: string
  readonly compiler: string
  /** The command that runs its programs. */
  readonly emulator: readonly string[]
  /** How CRC-32 is to be computed there; not known of this processor. */
  readonly form?: 'folded' | 'by table'
}

const PROCESSORS: readonly Processor[] = [
  // QEMU has no vectors of 512 bits.
  { name: 'this processor', compiler: 'g++', emulator: [] },
  {
    name: 'x86-64 with PCLMULQDQ',
    compiler: 'x86_64-linux-gnu-g++',
    emulator: ['qemu-x86_64', '-cpu', 'max'],
    form: 'folded',
  },
  {
    name: 'x86-64 of 2003',
    compiler: 'x86_64-linux-gnu-g++',
    emulator: ['qemu-x86_64', '-cpu', 'qemu64,-sse4a'],
    form: 'by table',
  },
  {
    name: 'arm64',
    compiler: 'aarch64-linux-gnu-g++',
    emulator: ['qemu-aarch64', '-cpu', 'max'],
    form: 'folded',
  },
  {
    name: 'POWER9',
    compiler: 'powerpc64le-linux-gnu-g++',
    emulator: ['qemu-ppc64le', '-cpu', 'POWER9'],
    form: 'folded',
  },
]

const isThere = (tool: string): boolean => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0

describe('native checksums', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nxzlib-checksums-'))

  after(() => {
    rmSync(folder, { recursive: true })
  })

  for (const { name, compiler, emulator, form } of PROCESSORS) {
    it(`agree with their definitions on ${name}`, function () {
      this.timeout(240_000)
      const missing = [compiler, ...emulator.slice(0, 1)].filter((tool) => !isThere(tool))
      if (missing.length > 0) {
        console.error(`      not tested for want of ${missing.join(' and ')}`)
        this.skip()
      }
      const program = join(folder, compiler)
      const flags = ['-std=c++17', '-O3', '-static', '-Wall', '-Wextra', '-Werror']
      const options = { cwd: ROOT, encoding: 'utf8' } as const
      const compiled = spawnSync(compiler, [...flags, ...SOURCES, '-o', program], options)
      assert.equal(compiled.status, 0, compiled.stderr)
      const [command, ...rest] = [...emulator, program]
      const { status, stdout, stderr } = spawnSync(command, rest, options)
      assert.equal(status, 0, stderr)
      if (form) assert.equal(stdout, `${form}\n`)
    })
  }
})
