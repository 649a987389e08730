// SPDX-License-Identifier: MIT
import type { WindowError } from '../../device/addon.js'
import { adviceOn, DEVICE_FILE } from '../../device/open-errors.js'
import type { Refusal, Report } from './report.js'

/** What advice depends on, besides the refusal. */
export type Machine = Pick<Report, 'node' | 'processor' | 'kernel' | 'platform' | 'deviceFile' | 'addon'>

/** Commands that help, or that show more, for this machine. */
type Commands = (machine: Machine) => readonly string[]

/** The first version of Linux with the device file, on bare metal and in a partition. */
const FIRST_LINUX = { powernv: [5, 8], powervm: [5, 14] } as const

const KERNEL_LOG = "dmesg | grep -iE 'nx|vas'"
const USERS_OF_DEVICE = `lsof ${DEVICE_FILE}   # processes with windows`
const GROUP = 'nx-gzip'
const UDEV_RULE = `KERNEL=="nx-gzip", GROUP="${GROUP}", MODE="0660"`

const log: Commands = () => [KERNEL_LOG]

/** By the system call and the name of its error: one entry for each that the kernel has (nx-facts D.5, D.6). */
const COMMANDS: Readonly<Record<WindowError['syscall'], Readonly<Record<string, Commands | undefined>>>> = {
  open: {
    ENOENT: (machine) => [...olderLinux(machine), `modprobe ${moduleOf(machine)} && ls -l ${DEVICE_FILE}`],
    EACCES: () => [
      `groupadd -f ${GROUP} && usermod -aG ${GROUP} USER`,
      `echo '${UDEV_RULE}' > /etc/udev/rules.d/99-nx-gzip.rules`,
      'udevadm control --reload && udevadm trigger --name-match=crypto/nx-gzip',
    ],
    EPERM: () => [`docker run --device ${DEVICE_FILE} IMAGE`],
    ENXIO: log,
    ENODEV: log,
    EMFILE: () => ['ulimit -n 65536'],
    ENFILE: () => ['sysctl fs.file-nr fs.file-max'],
    ENOMEM: () => ['free -h'],
  },
  ioctl: {
    EINVAL: ({ platform }) =>
      platform.kind === 'powervm' ? [creditsText(platform), USERS_OF_DEVICE] : [KERNEL_LOG],
    EAGAIN: () => [USERS_OF_DEVICE],
    ENODEV: () => ['nvram -p ibm,skiboot --update-config vas-user-space=enable && reboot'],
    ENOTSUPP: () => [
      "grep MMU /proc/cpuinfo   # must be Radix: not disable_radix on the kernel's command line",
    ],
    ENOTTY: (machine) => [...olderLinux(machine), `ls -l ${DEVICE_FILE}`],
    EBUSY: ({ platform }) => [creditsText(platform)],
    EIO: log,
    EACCES: log,
    EPERM: () => ['restart the program'],
    EEXIST: () => ['report it: nxzlib opens the file anew for each window'],
    EFAULT: () => ['report it: the request lies in memory of its own'],
    ENOMEM: () => ['free -h'],
  },
  mmap: {
    EACCES: ({ platform }) => [creditsText(platform)],
    EINVAL: log,
    EAGAIN: () => ['ulimit -l unlimited'],
    ENOMEM: () => ['sysctl vm.max_map_count && free -h'],
  },
}

/**
 * What to do where hardware does not open, the first line in words and the others commands that help or show more; empty where
 * nothing on this machine can help.
 *
 * @param refusal what the kernel refused; null if no system call got that far
 */
export function adviceFor(refusal: Refusal | null, machine: Machine): string[] {
  if (!refusal) return withoutRefusal(machine)
  const { syscall, errno } = refusal
  return [adviceOn(syscall, errno), ...(COMMANDS[syscall][errno] ?? log)(machine)]
}

function withoutRefusal({ node, addon, processor }: Machine): string[] {
  if (node.arch !== 'ppc64') return []
  if (!addon.loaded) return ['build the addon from source, or install the package again', 'npm run build']
  return processor.copyPaste === false ? ['the unit is in POWER9 and later: move there'] : []
}

/** The driver's module. */
const moduleOf = ({ platform }: Machine): string =>
  platform.kind === 'powervm' ? 'nx-compress-pseries' : 'nx-compress-powernv'

function olderLinux({ kernel, platform }: Machine): string[] {
  const [major = 0, minor = 0] = kernel.release.split('.').map((number) => Number.parseInt(number, 10))
  const [firstMajor, firstMinor] = FIRST_LINUX[platform.kind ?? 'powernv']
  const isOlder = major < firstMajor || (major === firstMajor && minor < firstMinor)
  return isOlder ? [`this is Linux ${major}.${minor}: the device came with ${firstMajor}.${firstMinor}`] : []
}

function creditsText({ credits }: Machine['platform']): string {
  const { total, used } = credits.default ?? {}
  if (total === undefined || used === undefined) return 'lparstat -x   # the partition and its credits'
  const state = used > total ? 'the partition lost cores, and windows with them' : `${total - used} are free`
  return `credits of this partition: ${used} of ${total} used (20 come with each core): ${state}`
}
