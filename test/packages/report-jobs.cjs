'use strict'
// Preloaded into a program that knows nothing of the checks: when it ends, each of its threads adds to a file what executed
// how many jobs.
const { appendFileSync } = require('node:fs')
const process = require('node:process')

const { engine, jobs } = require('./jobs.cjs')

process.on('exit', () => {
  appendFileSync(process.env.NXZLIB_JOB_REPORT, `${engine} ${jobs()}\n`)
})
