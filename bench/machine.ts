// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, machine, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'

import { status } from '../lib/device/status.js'
import { CONTENDERS, resolvePackage } from './contenders.js'
import { formatBytes } from './plot/format.js'
import type { ContenderId, Head } from './results.js'

const root = join(__dirname, '../..')

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** How Linux chooses the clock rate: a changing one makes figures of elapsed time worth less. */
function governor(): string {
  return contentOf('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor') ?? 'unknown'
}

/** The commit, and whether the tree differs from it. */
function revision(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') ? ', changed' : ''
    return git('rev-parse', '--short=12', 'HEAD') + changed
  } catch {
    return 'unknown'
  }
}

/** The version in the package.json above a package's file. */
function versionOf(name: string): string {
  let folder = dirname(resolvePackage(name))
  for (;;) {
    const text = contentOf(join(folder, 'package.json'))
    const { name: found, version } = text ? (JSON.parse(text) as { name?: string; version?: string }) : {}
    if (found === name && version) return version
    const above = dirname(folder)
    if (above === folder) return 'unknown'
    folder = above
  }
}

/** Who can take part here, in which versions, and a line for each who cannot. */
export function takeRoll(): {
  present: ContenderId[]
  omissions: string[]
  packages: Record<string, string>
  devices: Head['devices']
} {
  const present: ContenderId[] = []
  const omissions: string[] = []
  const packages: Record<string, string> = {}
  const { devices } = status()
  for (const { id, label, engine, package: name } of CONTENDERS) {
    const device = devices.find((one) => one.engine === engine)
    try {
      if (device && !device.available) throw new Error(device.reason ?? 'the device does not open')
      if (name) packages[name] = versionOf(name)
      present.push(id)
    } catch (error) {
      omissions.push(`${label}: left out, ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { present, omissions, packages, devices }
}

/** The machine, what runs on it, and the state of the sources. */
export function describeMachine(): Omit<Head, 'mode' | 'only' | 'packages' | 'devices' | 'corpusSha256'> {
  return {
    date: new Date().toISOString(),
    revision: revision(),
    machine: `${type()} ${release()}, ${machine()}, ${formatBytes(totalmem())}`,
    cpu: cpus().at(0)?.model ?? 'unknown',
    cores: availableParallelism(),
    governor: governor(),
    load: loadavg()
      .map((value) => value.toFixed(1))
      .join(' '),
    node: process.version,
    zlib: process.versions.zlib,
  }
}
