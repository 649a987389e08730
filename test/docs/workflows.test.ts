// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(__dirname, '../../..')

function check(...files: string[]) {
  const program = join(ROOT, 'scripts/lint-workflows.mjs')
  const { status, stderr } = spawnSync(process.execPath, [program, ...files], { encoding: 'utf8' })
  // Node 20 warns of the hook that reads JSON.
  return { status, faults: stderr.replace(/^\(.*\n/gm, '') }
}

/** A workflow with one job, which has this step. */
const workflow = (step: string, time = '    timeout-minutes: 5\n') =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n${time}    steps:\n      - ${step}\n`

describe('the workflows of continuous integration', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-workflows-'))
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const checkText = (text: string) => {
    const file = join(folder, 'workflow.yml')
    writeFileSync(file, text)
    return check(file)
  }

  it('are there, and valid', () => {
    const names = readdirSync(join(ROOT, '.github/workflows')).sort()
    assert.deepEqual(names, ['ci.yml', 'hardware.yml', 'nightly.yml'])
    assert.deepEqual(check(), { status: 0, faults: '' })
  })

  it('may call npm scripts, and the script that installs tools', () => {
    for (const command of ['npm test', 'npm run lint', 'sudo .ci/tools test', 'npm run proof -- fuzz 60']) {
      assert.deepEqual(checkText(workflow(`run: ${command}`)), { status: 0, faults: '' }, command)
    }
  })

  for (const [what, step, fault] of [
    [
      'a key that GitHub does not know',
      'uses: actions/checkout@v5\n        wiht: 1',
      /Unexpected value 'wiht'/,
    ],
    ['an expression of nothing', 'run: npm test ${{ nothing.x }}', /Unrecognized named-value: 'nothing'/],
    ['logic of their own', 'run: npm test || true', /is no npm script/],
    ['an npm script that is not there', 'run: npm run nothing', /there is no npm script nothing/],
  ] as const) {
    it(`may not have ${what}`, () => {
      const { status, faults } = checkText(workflow(step))
      assert.equal(status, 1)
      assert.match(faults, fault)
    })
  }

  it('may not have a job without a time limit', () => {
    const { status, faults } = checkText(workflow('run: npm test', ''))
    assert.equal(status, 1)
    assert.match(faults, /1 jobs have 0 time limits/)
  })
})
