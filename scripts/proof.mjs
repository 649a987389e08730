// SPDX-License-Identifier: MIT
// Looks for what tests do not show in the C++ engine and the addon: undefined behaviour, stray accesses, races, leaks.
//
//   npm run proof -- fuzz [SECONDS]   libFuzzer with ASan and UBSan on the engine (native/fuzz/oracle.h: what is checked)
//   npm run proof -- sanitize         the addon with ASan and UBSan, under the tests of test/native and of the devices
//   npm run proof -- long             UBSan on jobs of 4 GiB (takes 1 GiB of memory and some minutes)
//   npm run proof -- threads          ThreadSanitizer on the engine and on the queue and threads of the software unit
//   npm run proof -- valgrind         memcheck on 10,000 jobs of the engine, and on 10,000 jobs of the addon in Node
//
// Findings end a step with an error. Built in build-proof/; the fuzzer's corpus stays there from run to run.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { addonRecipe } from './addon-recipe.mjs'
import { make } from './compile.mjs'
import { fail, nodePrefix, requireTools, root, run } from './project.mjs'

const folder = join(root, 'build-proof')

const FLAGS = ['-std=c++17', '-g', '-Wall', '-Wextra', '-Werror', '-pthread', '-fno-omit-frame-pointer']
const SANITIZED = ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined']

const engine = addonRecipe().sources.filter((name) => name.startsWith('native/engine/'))
const fuzzSources = (...names) => names.map((name) => `native/fuzz/${name}.cc`)
/** What checks an input. */
const CHECKS = fuzzSources('oracle', 'resume', 'job')

/** Builds a program of C++ sources; returns its path. */
async function build(name, compiler, sources, flags, linkFlags = flags) {
  const output = join(folder, name)
  await make({
    output,
    compiler,
    sources,
    flags: [...FLAGS, ...flags],
    linkFlags: ['-pthread', ...linkFlags],
    objects: `${output}-objects`,
    madeFrom: [fileURLToPath(import.meta.url)],
  })
  return output
}

/** Runs a program with additions to the environment. */
function runWith(environment, command, args) {
  run(command, args, { env: { ...process.env, ...environment } })
}

/** A crash leaves the input in build-proof/; `build-proof/fuzzer FILE` repeats it. */
async function fuzz(seconds = '600') {
  requireTools({ 'clang++': 'clang' })
  const fuzzer = await build(
    'fuzzer',
    'clang++',
    [...fuzzSources('engine_fuzzer'), ...CHECKS, ...engine],
    [
      '-O2',
      ...SANITIZED,
      '-fsanitize=fuzzer-no-link',
      // No value that the engine compares with is hard to guess, and following all comparisons takes half of the time.
      '-fno-sanitize-coverage=trace-cmp',
      '-fsanitize-coverage-ignorelist=native/fuzz/no_coverage.txt',
    ],
    [...SANITIZED, '-fsanitize=fuzzer'],
  )
  const writer = await build(
    'write_seeds',
    'clang++',
    [...fuzzSources('write_seeds', 'seeds', 'dht_writer', 'job'), ...engine],
    ['-O1'],
  )
  const seeds = join(folder, 'seeds')
  const corpus = join(folder, 'corpus')
  rmSync(seeds, { recursive: true, force: true })
  mkdirSync(seeds)
  mkdirSync(corpus, { recursive: true })
  run(writer, [seeds])
  // Memory that was freed is kept back for a while; the default of 256 MB is swept through the caches again and again.
  const environment = { ASAN_OPTIONS: 'quarantine_size_mb=8' }
  runWith(environment, fuzzer, [
    `-max_total_time=${seconds}`,
    '-max_len=4096',
    '-timeout=25',
    '-print_final_stats=1',
    `-artifact_prefix=${folder}/`,
    corpus,
    seeds,
  ])
}

/** The runtime libraries that must be in a process before an addon that was built with them. */
function sanitizerRuntimes() {
  return ['libasan.so', 'libubsan.so']
    .map((name) => spawnSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim())
    .join(' ')
}

async function buildAddon(name, flags, linkFlags = flags) {
  const prefix = nodePrefix()
  if (prefix === undefined) fail("Node's headers are not beside its program")
  const { sources, defines, flags: own } = addonRecipe()
  const include = createRequire(import.meta.url)('node-addon-api').include_dir
  const includes = [`-I${join(prefix, 'include/node')}`, `-I${join(root, include)}`]
  const all = ['-fPIC', ...own, ...defines.map((define) => `-D${define}`), ...includes, ...flags]
  return build(name, 'g++', sources, all, ['-shared', ...linkFlags])
}

/** Ends the script if LeakSanitizer or memcheck reports something with a frame in namespace nx; Node itself leaves things behind. */
function requireNothingOfAddon(logs) {
  const findings = logs.flatMap((log) =>
    readFileSync(log, 'utf8')
      .split(/\n(?:==\d+== )?\n/)
      .filter((report) => /Direct leak|definitely lost in|Invalid/.test(report) && report.includes(' nx::')),
  )
  if (findings.length > 0) fail(`findings in the addon:\n${findings.join('\n\n')}`)
  console.error('nxzlib: no leak of the addon')
}

const logsIn = (name) =>
  readdirSync(folder)
    .filter((file) => file.startsWith(name))
    .map((file) => join(folder, file))

/**
 * Whether this processor has vectors of 512 bits. Code for them crashes in the frames that GCC 12 makes for uses after return,
 * as it does not align them enough (GCC bug 110027); all else is checked all the same.
 */
function hasWideVectors() {
  const file = '/proc/cpuinfo'
  return existsSync(file) && /\bavx512bw\b/.test(readFileSync(file, 'utf8'))
}

async function sanitize() {
  const addon = await buildAddon('nxzlib-sanitized.node', ['-O1', ...SANITIZED])
  run(process.execPath, [join(root, 'scripts/setup.mjs')])
  for (const log of logsIn('leaks')) rmSync(log)
  const files = ['native', 'device', 'nx'].map((name) => `dist/test/${name}/**/*.test.js`)
  const environment = {
    NXZLIB_ADDON: addon,
    LD_PRELOAD: sanitizerRuntimes(),
    // V8 and its threads leave memory behind at exit, on purpose: leaks are looked for, but only the addon's count.
    ASAN_OPTIONS: `detect_leaks=1:detect_stack_use_after_return=${hasWideVectors() ? 0 : 1}`,
    LSAN_OPTIONS: `exitcode=0:log_path=${join(folder, 'leaks')}`,
    UBSAN_OPTIONS: 'print_stacktrace=1',
  }
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
  runWith(environment, process.execPath, [mocha, '--no-config', '--timeout', '600000', ...files])
  requireNothingOfAddon(logsIn('leaks'))
}

async function threads() {
  requireTools({ 'clang++': 'clang' })
  const flags = ['-O1', '-fsanitize=thread']
  const unit = ['job_queue', 'mapped_memory', 'software_job', 'thread_pool'].map(
    (name) => `native/${name}.cc`,
  )
  const queue = await build(
    'queue_jobs',
    'clang++',
    [...fuzzSources('queue_jobs'), ...unit, ...engine],
    flags,
  )
  const random = await build('random_jobs-threads', 'clang++', [...RANDOM_JOBS, ...engine], flags)
  const environment = { TSAN_OPTIONS: 'halt_on_error=1' }
  runWith(environment, queue, ['4', '500'])
  runWith(environment, random, ['20000', '4', '1'])
}

const RANDOM_JOBS = [...fuzzSources('random_jobs', 'seeds', 'dht_writer'), ...CHECKS]

async function valgrind() {
  requireTools({ valgrind: 'valgrind' })
  const random = await build('random_jobs', 'g++', [...RANDOM_JOBS, ...engine], ['-O1'])
  const check = ['--leak-check=full', '--quiet']
  run('valgrind', [
    ...check,
    '--error-exitcode=1',
    '--errors-for-leak-kinds=definite,indirect,possible',
    random,
    '10000',
    '1',
    '1',
  ])

  const addon = await buildAddon('nxzlib-valgrind.node', ['-O1'])
  const log = join(folder, 'memcheck.log')
  const program = [process.execPath, join(root, 'scripts/addon-jobs.mjs'), addon, '10000']
  // V8 writes machine code; what is wrong with Node's own memory is not ours to find, so only leaks are asked for.
  run('valgrind', [
    ...check,
    '--undef-value-errors=no',
    '--smc-check=all-non-file',
    '--keep-debuginfo=yes',
    '--num-callers=40',
    `--log-file=${log}`,
    ...program,
  ])
  requireNothingOfAddon([log])
}

/** Without ASan, which would need half a gigabyte for the shadow of the addresses. */
async function long() {
  requireTools({ 'clang++': 'clang' })
  const flags = ['-O2', '-fsanitize=undefined', '-fno-sanitize-recover=undefined']
  run(await build('long_jobs', 'clang++', [...fuzzSources('long_jobs'), ...engine], flags), [])
}

const STEPS = { fuzz, sanitize, long, threads, valgrind }
const [step, ...rest] = process.argv.slice(2)
if (!Object.hasOwn(STEPS, step ?? '')) fail(`usage: npm run proof -- ${Object.keys(STEPS).join('|')}`)
mkdirSync(folder, { recursive: true })
try {
  await STEPS[step](...rest)
} catch (error) {
  fail(error.message)
}
