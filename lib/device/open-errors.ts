// SPDX-License-Identifier: MIT
import { getSystemErrorName } from 'node:util'

import { NxDeviceError } from '../errors.js'
import type { WindowError } from './addon.js'

/** The file through which Linux gives windows to user space. */
export const DEVICE_FILE = '/dev/crypto/nx-gzip'

/** What to do about each refusal that the kernel has for a window (arch/powerpc vas-api; nx-facts D.5, D.6). */
const ADVICE: Readonly<Record<WindowError['syscall'], Readonly<Record<string, string | undefined>>>> = {
  open: {
    ENOENT:
      'this kernel has no such device: it needs POWER9 or later, Linux 5.8 or later, and the driver (modprobe nx-compress-powernv, or a partition with the feature)',
    EACCES: `this user may not use the device: add a udev rule that gives ${DEVICE_FILE} to a group of the user, or mode 0666`,
    EPERM: 'a container or security policy forbids it: pass the device in (--device) and allow ioctl on it',
    ENXIO: 'the driver is loaded but has no unit: see the kernel log for nx and vas',
    ENODEV: 'the driver is loaded but has no unit: see the kernel log for nx and vas',
    EMFILE: 'this process has too many open files: close some, or raise ulimit -n',
    ENFILE: 'the system has too many open files',
    ENOMEM: 'the kernel is out of memory',
  },
  ioctl: {
    EINVAL:
      'no chip has this vasId, or on a partition no credit is left: use vasId -1, close windows of other processes, or give the partition more credits',
    EAGAIN: 'all windows of this chip are open (64 Ki): close some',
    ENODEV:
      'user space may not have windows here: early POWER9 firmware wants nvram -p ibm,skiboot --update-config vas-user-space=enable',
    ENOTSUPP: 'the hypervisor does not offer the unit to this partition (POWER10 in radix mode is needed)',
    ENOTTY: 'this file is another device, or the kernel is too old: Linux 5.8 or later',
    EBUSY:
      'the partition is being moved, or has lost cores and windows with them: try again when that is over, or use another engine meanwhile',
    EIO: 'the hypervisor refused: see the kernel log for vas',
    EACCES: 'the driver is not ready: see the kernel log for vas',
    EPERM: 'the process has no memory of its own any more',
    EEXIST: 'the file has a window already',
    EFAULT: 'the kernel could not read the request',
    ENOMEM: 'the kernel is out of memory',
  },
  mmap: {
    EACCES: 'the window was closed meanwhile, as the partition lost cores: try again',
    EINVAL: 'the kernel has no paste address for this window: see the kernel log for vas',
    EAGAIN: 'too much memory is locked: raise ulimit -l',
    ENOMEM: 'the process has too many mappings, or the kernel is out of memory',
  },
}

/** Linux's own number, which has no name in libuv's list. */
const ENOTSUPP = 524

/** What to do about a refusal of the kernel, in words. @param errno its name */
export const adviceOn = (syscall: WindowError['syscall'], errno: string): string =>
  ADVICE[syscall][errno] ?? 'see the kernel log'

/** The typed error for a window that could not be opened: the call, the errno, and what to do about it. */
export function openError({ syscall, errno, message }: WindowError): NxDeviceError {
  const name = errno === ENOTSUPP ? 'ENOTSUPP' : getSystemErrorName(-errno)
  const detail = `${message} (${name}): ${adviceOn(syscall, name)}`
  return new NxDeviceError({ syscall, errno: name, detail })
}
