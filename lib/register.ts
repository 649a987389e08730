// SPDX-License-Identifier: MIT
/** `nxzlib/register`: replaces node:zlib in the whole process; for --require, --import, NODE_OPTIONS or the first import. */
import { install } from './install.js'

install()
