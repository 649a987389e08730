'use strict'
// Counts the jobs of this process or thread, from when it is loaded.
const { dirname, join } = require('node:path')

const { sharedWindow } = require(join(dirname(require.resolve('nxzlib')), 'zlib/shared-window.js'))

const { engine, window } = sharedWindow()
let jobs = 0
for (const name of ['runSync', 'runOwned']) {
  const run = window[name].bind(window)
  window[name] = (job) => {
    jobs++
    return run(job)
  }
}

/** The device that executes them. */
exports.engine = engine

exports.jobs = () => jobs
