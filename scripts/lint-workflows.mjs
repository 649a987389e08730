// SPDX-License-Identifier: MIT
// Checks the workflows of GitHub Actions, or the files that are named: by GitHub's own parser and schema, and by the rules of this
// project: a job has a time limit, and a step calls an action, an npm script that exists, or .ci/tools.
import { readdirSync, readFileSync } from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'

import { root } from './project.mjs'

register('./json-modules.mjs', import.meta.url)
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
  await import('@actions/workflow-parser')

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What a step may run: one line, without logic. */
const COMMAND =
  /^(?:(?:sudo )?\.ci\/tools(?: \w+)+|npm pack|npm test|npm run (?<script>[\w:]+)(?: -- [\w ${}.:-]+)?)$/

/** What is wrong with a command, or undefined. */
function faultOf(command) {
  const match = COMMAND.exec(command)
  if (!match) return `'${command}' is no npm script and not .ci/tools`
  const { script } = match.groups
  return script === undefined || script in scripts ? undefined : `there is no npm script ${script}`
}

/** What is wrong with a workflow. */
async function faultsOf(file) {
  const content = readFileSync(file, 'utf8')
  const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
  const { jobs = [] } = value ? await convertWorkflowTemplate(context, value) : {}
  const faults = context.errors.getErrors().map(({ message }) => message)
  const limits = content.match(/^ {4}timeout-minutes: \d+$/gm)?.length ?? 0
  if (limits !== jobs.length) faults.push(`${file}: ${jobs.length} jobs have ${limits} time limits`)
  for (const job of jobs) {
    for (const { run } of job.steps ?? []) {
      const fault = run && faultOf(run.source ?? run.toString())
      if (fault) faults.push(`${file}: ${job.id}: ${fault}`)
    }
  }
  return faults
}

const folder = join(root, '.github/workflows')
const named = process.argv.slice(2)
const files = named.length > 0 ? named : readdirSync(folder).map((name) => join(folder, name))
const faults = (await Promise.all(files.map(faultsOf))).flat()
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
