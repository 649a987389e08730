// SPDX-License-Identifier: MIT
import { closeSync, openSync, readFileSync, statSync, type Stats } from 'node:fs'
import os from 'node:os'

import { loadAddon } from '../../device/addon.js'
import { DEVICE_FILE } from '../../device/open-errors.js'
import { readSystem } from '../../device/system.js'
import type { DeviceFileReport, PlatformReport, ProcessorReport, Report } from './report.js'

/** Lines of /proc/cpuinfo that name the processor: of x86, and of POWER. */
const MODEL_LINE = /^(?:model name|cpu)\s*: (.+)$/m

/** What is known of the processor. */
export function processorReport(): ProcessorReport {
  const { isa = null, copyPaste = null } = loadAddon()?.processor ?? {}
  const named = MODEL_LINE.exec(textOf('/proc/cpuinfo'))?.[1]
  const emulated = isa !== null && named !== undefined && !named.includes('POWER')
  return { model: named ?? os.cpus().at(0)?.model ?? 'unknown', isa, copyPaste, emulated }
}

/** What uname tells. */
export function kernelReport(): Report['kernel'] {
  return { type: os.type(), release: os.release(), machine: os.machine() }
}

/** What Linux on POWER tells about the unit. @param root where its files are, for tests */
export function platformReport(root?: string): PlatformReport {
  const { platform, chips, credits, jobLimit, minCompress, minDecompress } = readSystem(root)
  return {
    kind: platform ?? null,
    chips,
    credits: { default: credits.default ?? null, qos: credits.qos ?? null },
    jobLimit: jobLimit ?? null,
    minCompress: minCompress ?? null,
    minDecompress: minDecompress ?? null,
  }
}

/** What the device file is like. Opening it takes no window yet. */
export function deviceFileReport(path = DEVICE_FILE): DeviceFileReport {
  const error = errorOfOpening(path)
  const there = attributesOf(path)
  return {
    path,
    exists: error !== 'ENOENT' && error !== 'ENOTDIR',
    mode: there ? (there.mode & 0o7777).toString(8).padStart(4, '0') : null,
    owner: there ? `${nameOf('/etc/passwd', there.uid)}:${nameOf('/etc/group', there.gid)}` : null,
    usable: error === null,
    error,
  }
}

/** Only opening tells: permission bits say nothing of containers and security policies. */
function errorOfOpening(path: string): string | null {
  try {
    closeSync(openSync(path, 'r+'))
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

function attributesOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** The name that goes with an id in a table of lines `name:password:id:...`. */
function nameOf(table: string, id: number): string {
  const row = textOf(table)
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , idOfRow]) => idOfRow === String(id))
  return row?.[0] ?? String(id)
}

/** Empty where there is no such file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
