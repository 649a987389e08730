// SPDX-License-Identifier: MIT
import type { Engine } from '../../device/device.js'
import type { PartitionCredits } from '../../device/system.js'
import type { DeviceFileReport, DeviceReport, PlatformReport, ProcessorReport, Report } from './report.js'

/** Columns of the screen, of the labels, and of a device's name and of each time in the table of test jobs. */
const WIDTH = 80
const LABEL_WIDTH = 13
const NAME_WIDTH = 27
const TIME_WIDTH = 14
const INDENT = ' '.repeat(LABEL_WIDTH)

/** What executes the jobs, in words that cannot be mistaken for hardware. */
const DEVICE_NAME: Readonly<Record<Engine, string>> = {
  hardware: 'the NX unit',
  native: 'software NX in C++',
  model: 'software NX in TypeScript',
}

/** The report as one screen of text, of 80 columns but for words that are longer. */
export function screen(report: Report): string {
  const { auto, kernel, node, nxzlib, addon } = report
  return [
    ...rows('accelerator', acceleratorText(report)),
    ...adviceRows(report.accelerator.advice),
    ...rows('auto takes', `${auto.engine ?? 'nothing'}: ${auto.reason}`),
    ...(auto.environment === null ? [] : rows('environment', `NXZLIB_ENGINE=${auto.environment}`)),
    '',
    ...rows('processor', processorText(report.processor)),
    ...rows('kernel', `${kernel.type} ${kernel.release} (${kernel.machine})`),
    ...rows('Node.js', `${node.version} (${node.arch}); nxzlib ${nxzlib}`),
    ...platformRows(report.platform),
    ...rows('device file', deviceFileText(report.deviceFile)),
    ...rows('addon', addon.file ?? `not loaded: ${addon.reason ?? ''}`),
    '',
    ...testRows(report),
    '',
  ].join('\n')
}

function acceleratorText({ accelerator: { used, reason }, processor }: Report): string {
  if (!used) return `NOT USED: ${reason ?? ''}`
  return processor.emulated ? 'used, but no hardware: the processor is emulated' : 'used'
}

/** Commands stand on lines of their own, to be copied; a line may be longer than the screen is wide. */
function adviceRows(advice: readonly string[]): string[] {
  const [words, ...commands] = advice
  return advice.length === 0
    ? []
    : [...rows('what to do', words), ...commands.map((line) => `${INDENT}  ${line}`)]
}

function processorText({ model, isa, copyPaste, emulated }: ProcessorReport): string {
  if (copyPaste === null) return `${model} (more is known only with the addon)`
  const instructions = copyPaste ? 'with copy/paste' : 'no copy/paste'
  const architecture = isa === null ? 'not POWER' : `${emulated ? 'emulates ' : ''}Power ISA ${isa}`
  return `${model}, ${architecture}, ${instructions}`
}

function platformRows(platform: PlatformReport): string[] {
  const { kind, chips, credits } = platform
  switch (kind) {
    case 'powernv': {
      const places = chips.map(({ chipId, vasId }) => `chip ${chipId} with VAS ${vasId}`)
      return rows('platform', `bare metal: ${places.join(', ') || 'the device tree names no VAS id'}`)
    }
    case 'powervm':
      return [
        ...rows('platform', 'partition (PowerVM)'),
        ...rows('credits', `default: ${creditsText(credits.default)}; QoS: ${creditsText(credits.qos)}`),
        ...rows('limits', limitsText(platform)),
      ]
    case null:
      return rows('platform', 'neither a device tree with a VAS nor a POWER partition')
  }
}

function limitsText({ jobLimit, minCompress, minDecompress }: PlatformReport): string {
  const [compress, decompress] = [minCompress, minDecompress].map(bytesText)
  return `job size: ${bytesText(jobLimit)}; worth it from: ${compress} (compress), ${decompress} (decompress)`
}

const creditsText = (credits: PartitionCredits | null): string =>
  credits ? `${credits.used} of ${credits.total} used` : 'unknown'

/** A size in the largest unit that it is a whole number of. */
function bytesText(bytes: number | null): string {
  if (bytes === null) return 'unknown'
  const power = [2, 1, 0].find((exponent) => bytes % 1024 ** exponent === 0) ?? 0
  return `${bytes / 1024 ** power} ${['bytes', 'KiB', 'MiB'][power]}`
}

function deviceFileText({ path, exists, mode, owner, usable, error }: DeviceFileReport): string {
  if (!exists) return `${path}: there is none`
  const attributes = mode === null ? '' : `, mode ${mode}, ${owner ?? ''}`
  return `${path}${attributes}: this user ${usable ? 'can open it' : `cannot open it (${error ?? ''})`}`
}

/** A table of the devices, with the times of their test jobs. */
function testRows(report: Report): string[] {
  const sizes = report.devices.flatMap(({ test }) => test?.roundTrips ?? []).map(({ bytes }) => bytes)
  const heads = [...new Set(sizes)].map((bytes) => bytesText(bytes).padStart(TIME_WIDTH))
  return [
    `${'test jobs'.padEnd(LABEL_WIDTH)}${'executed by'.padEnd(NAME_WIDTH)}${heads.join('')}`,
    ...report.devices.flatMap((device) => rows(device.engine, testText(device, report))),
    ...rows('', 'Medians; those of software devices say nothing of hardware.'),
  ]
}

function testText({ engine, reason, test }: DeviceReport, report: Report): string {
  const { accelerator, addon, processor } = report
  const why = shortened(reason ?? test?.error ?? '', accelerator.reason, addon.reason)
  if (!test) return `not available: ${why}`
  const name = engine === 'hardware' && processor.emulated ? 'an emulated NX unit' : DEVICE_NAME[engine]
  if (!test.passed) return `${name}: FAILED: ${why}`
  const times = test.roundTrips.map(({ milliseconds }) =>
    `${milliseconds.toFixed(3)} ms`.padStart(TIME_WIDTH),
  )
  return `${name.padEnd(NAME_WIDTH)}${times.join('')}`
}

/** A reason without what stands in rows above. */
function shortened(reason: string, ofAccelerator: string | null, ofAddon: string | null): string {
  if (ofAccelerator?.endsWith(reason)) return 'see accelerator'
  return ofAddon === null ? reason : reason.replace(ofAddon, 'see addon')
}

/** A labelled text, wrapped at words. */
function rows(label: string, text: string): string[] {
  const lines: string[] = []
  let line = label.padEnd(LABEL_WIDTH - 1)
  for (const word of text.split(/[ \n]/)) {
    const isFirst = line.length < LABEL_WIDTH
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(LABEL_WIDTH - 1)
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
