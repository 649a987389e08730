// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A chip with a switchboard, by the device tree. */
export interface Chip {
  /** `ibm,vas-id`: what a window of this chip is opened with. */
  readonly vasId: number
  /** `ibm,chip-id`. */
  readonly chipId: number
}

/** Credits of a kind that a partition has. */
export interface PartitionCredits {
  readonly total: number
  readonly used: number
}

/** The files in which Linux on POWER tells about the unit; each value is undefined where its file is not. */
export interface SystemFacts {
  /** Bare metal or a partition. */
  readonly platform: 'powernv' | 'powervm' | undefined
  readonly chips: readonly Chip[]
  /** `req_max_processed_len`: bytes after which the hypervisor has jobs suspended. */
  readonly jobLimit: number | undefined
  /** `min_compress_len`, `min_decompress_len`: bytes from which on the unit is worth it, by the hypervisor. */
  readonly minCompress: number | undefined
  readonly minDecompress: number | undefined
  readonly credits: {
    readonly default: PartitionCredits | undefined
    readonly qos: PartitionCredits | undefined
  }
}

/** Kinds of credits of a partition: those that cores bring, and bought ones. */
export type CreditType = 'default' | 'qos'

const DEVICE_TREE = 'proc/device-tree'
const PARTITION_FILE = 'proc/powerpc/lparcfg'
const CAPABILITIES = 'sys/devices/vio/ibm,compression-v1/nx_gzip_caps'
const CREDITS = 'sys/devices/virtual/misc/vas/vas0/gzip'

/** What the system says of the unit. @param root where its files are, for tests */
export function readSystem(root = '/'): SystemFacts {
  const nodes = deviceTreeNodes(root)
  return {
    platform: platformOf(root, nodes),
    chips: nodes.flatMap((node) => chipOf(root, node) ?? []),
    jobLimit: readNumber(root, `${CAPABILITIES}/req_max_processed_len`),
    minCompress: readNumber(root, `${CAPABILITIES}/min_compress_len`),
    minDecompress: readNumber(root, `${CAPABILITIES}/min_decompress_len`),
    credits: { default: readCredits('default', root), qos: readCredits('qos', root) },
  }
}

/** The partition's credits now; undefined on bare metal. */
export function readCredits(type: CreditType, root = '/'): PartitionCredits | undefined {
  const total = readNumber(root, `${CREDITS}/${type}_capabilities/nr_total_credits`)
  const used = readNumber(root, `${CREDITS}/${type}_capabilities/nr_used_credits`)
  return total === undefined || used === undefined ? undefined : { total, used }
}

/** The nodes at the top of the tree and one level below it: there the switchboards are. */
function deviceTreeNodes(root: string): string[] {
  const top = list(join(root, DEVICE_TREE))
  return top.flatMap((name) => [
    name,
    ...list(join(root, DEVICE_TREE, name)).map((inner) => `${name}/${inner}`),
  ])
}

/** Where the device tree cannot be read, as in a container, the partition's own file tells. */
function platformOf(root: string, nodes: readonly string[]): SystemFacts['platform'] {
  if (nodes.some((node) => node.startsWith('ibm,powervm'))) return 'powervm'
  if (nodes.some(isSwitchboard)) return 'powernv'
  return readText(root, PARTITION_FILE) === undefined ? undefined : 'powervm'
}

function isSwitchboard(node: string): boolean {
  return /(^|\/)vas/.test(node)
}

function chipOf(root: string, node: string): Chip | undefined {
  if (!isSwitchboard(node)) return undefined
  const vasId = readCell(root, `${DEVICE_TREE}/${node}/ibm,vas-id`)
  const chipId = readCell(root, `${DEVICE_TREE}/${node}/ibm,chip-id`)
  return vasId === undefined || chipId === undefined ? undefined : { vasId, chipId }
}

/** A cell of the device tree: a big-endian word. */
function readCell(root: string, path: string): number | undefined {
  const bytes = read(root, path)
  return bytes?.length === 4 ? bytes.readUInt32BE() : undefined
}

function readNumber(root: string, path: string): number | undefined {
  const text = readText(root, path)?.trim()
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function readText(root: string, path: string): string | undefined {
  return read(root, path)?.toString('latin1')
}

/** Undefined where there is no such file, or none for us. */
function read(root: string, path: string): Buffer | undefined {
  try {
    return readFileSync(join(root, path))
  } catch {
    return undefined
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
