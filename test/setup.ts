// SPDX-License-Identifier: MIT
/** Loaded before all tests: small inputs are jobs, too, which programs would leave to Node's own zlib. */
process.env.NXZLIB_THRESHOLD ??= '0'
