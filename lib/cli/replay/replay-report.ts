// SPDX-License-Identifier: MIT
import type { Engine } from '../../device/device.js'
import { gzipFunction } from '../../format/function-codes.js'
import type { JobRecord } from '../../job/job-record.js'
import type { ComparedField, ComparedTarget, Comparison } from './comparison.js'

/** What a record says of its job, without the blocks and the data. */
type Circumstances = Pick<JobRecord, 'reason' | 'time' | 'ms' | 'engine' | 'attempts' | 'faults' | 'error'>

export function circumstancesOf(record: JobRecord): Circumstances {
  const { reason, time, ms, engine, attempts, faults, error } = record
  return { reason, time, ms, engine, attempts, faults, ...(error && { error }) }
}

/** What a replay found. */
export interface ReplayReport {
  readonly record: Circumstances
  readonly fc: number
  /** What executed the job this time. */
  readonly engine: Engine
  readonly comparison: Comparison
  /** Of a compress job: what is wrong with its output, as recorded and as replayed; null: it restores the data. */
  readonly output: { readonly recorded: string | null; readonly replayed: string | null } | undefined
}

const NAME_WIDTH = 30
const VALUE_WIDTH = 14

/** The report as text: one line a field, those that differ marked. */
export function reportText({ record, fc, engine, comparison, output }: ReplayReport): string {
  const { fields, target, isSame } = comparison
  const { reason, time, attempts, faults, error } = record
  const lines = [
    `job           FC 0x${fc.toString(16).padStart(2, '0')}, ${gzipFunction(fc)?.name ?? 'no function'}`,
    `recorded      on ${record.engine ?? 'a device that is not named'}, ${time}, for ${reason}; ${attempts} pastes, ${faults.length} faults`,
    ...(error ? [`error         ${error.code} ${error.message}`] : []),
    `replayed      on ${engine}`,
    '',
    `  ${'field'.padEnd(NAME_WIDTH)}${'recorded'.padEnd(VALUE_WIDTH)}${'replayed'.padEnd(VALUE_WIDTH)}meaning`,
    ...fields.map(fieldLine),
    targetLine(target),
    '',
    ...(output ? outputLines(output) : []),
    isSame ? 'The replay came out the same.' : 'The replay came out DIFFERENTLY; * marks what differs.',
  ]
  return `${lines.join('\n')}\n`
}

function fieldLine({ name, recorded, replayed, isSame, note }: ComparedField): string {
  const values = `${recorded.padEnd(VALUE_WIDTH)}${replayed.padEnd(VALUE_WIDTH)}`
  return `${isSame ? ' ' : '*'} ${name.padEnd(NAME_WIDTH)}${values}${note}`
}

function targetLine({ recordedBytes, replayedBytes, different, first }: ComparedTarget): string {
  const isSame = different === 0 && recordedBytes === replayedBytes
  const values = `${`${recordedBytes} bytes`.padEnd(VALUE_WIDTH)}${`${replayedBytes} bytes`.padEnd(VALUE_WIDTH)}`
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, '0')}`
  const where = first
    ? `${different} bytes differ, first byte ${first.at}: ${hex(first.recorded)}, ${hex(first.replayed)}`
    : 'the output'
  return `${isSame ? ' ' : '*'} ${'target'.padEnd(NAME_WIDTH)}${values}${where}`
}

/** Hardware finds matches of its own, so that outputs that differ may both be right. */
function outputLines({ recorded, replayed }: NonNullable<ReplayReport['output']>): string[] {
  const line = (what: string, fault: string | null) =>
    `${what}      its output ${fault === null ? 'restores the data' : `does NOT restore the data: ${fault}`}`
  return [line('recorded', recorded), line('replayed', replayed), '']
}
