// SPDX-License-Identifier: MIT
/* global process */
// The first thing that an emulated Node loads. Its own program is no program of this machine, so that it starts children by the
// wrapper that it was started with. The preload is not for the wrapper, which is run by this machine's shell.
process.execPath = process.env.NXZLIB_PPC64LE_NODE
delete process.env.LD_PRELOAD
