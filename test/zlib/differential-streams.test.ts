// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { BEHAVING, BEHAVIOURS, shown } from './behaviours.js'

describe('differential: behaviours of streams', () => {
  for (const title of Object.keys(BEHAVIOURS)) {
    it(title, async () => {
      for (const name of BEHAVING) {
        const { ours, node } = await shown(title, name)
        assert.deepEqual(ours, node, name)
      }
    })
  }
})
