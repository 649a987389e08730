// SPDX-License-Identifier: MIT
/** Runs what the documents say: `sh` and `js` blocks, and compares the `text` blocks behind one with what it prints. */
import assert from 'node:assert/strict'

import { addonStatus } from '../../lib/device/addon.js'
import { blocksOf, DOCUMENTS, readDocument, type Block } from './markdown.js'
import { Project, type Outcome } from './project.js'

/** Commands that are not run here, and why. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^npm (test|run lint|run test:\w+)$/, 'tests run by tests'],
  [/^npx mocha /, 'tests run by tests'],
  [/^npm start$/, 'compiles; test/cli/start.test.ts runs what it starts'],
  [/^npm run doctor$/, 'compiles; `nxzlib doctor` is run'],
  [/^npm run (build|bench|proof)\b/, 'takes minutes'],
  [/^node dist\/bench\//, 'takes minutes'],
  [/^(docker|npm install|git clone) /, 'needs what is not on this machine'],
]

/** A line that only says that others are left out. */
const ELLIPSIS = '...'

/** Stands between the outputs of blocks that are one program. */
const MARK = '--- next block ---\n'

/** Languages of blocks that are run. */
const RUN = ['sh', 'js']
const LANGUAGES = [...RUN, 'text', 'c', 'ts', 'json']

/** The commands of a block that can be run, without comments. */
function commandsOf({ text }: Block): string[] {
  const commands = text.split('\n').map((line) => line.replace(/(^| +)#.*$/, ''))
  return commands.filter((line) => line !== '' && !NOT_RUN.some(([pattern]) => pattern.test(line)))
}

/** Blocks that are one program: one that requires nothing of nxzlib goes on where the one before it ended. */
function programsOf(blocks: readonly Block[]): Block[][] {
  const programs: Block[][] = []
  for (const block of blocks.filter(({ language }) => language === 'js')) {
    const last = programs.at(-1)
    if (last && !/\bnxzlib\b/.test(block.text)) last.push(block)
    else programs.push([block])
  }
  return programs
}

const withoutMargins = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())

/** The `text` blocks between a block and the next one that is run: what it prints. */
function printedBy(block: Block, blocks: readonly Block[]): string[] {
  const behind = blocks.slice(blocks.indexOf(block) + 1)
  const end = behind.findIndex(({ language }) => RUN.includes(language))
  return behind
    .slice(0, end < 0 ? behind.length : end)
    .filter(({ language }) => language === 'text')
    .map(({ text }) => text)
}

/** Checks that lines are printed: all of them, but for any number of lines where a document has an ellipsis. */
function assertPrints(output: string, texts: readonly string[]): void {
  if (texts.length === 0) return
  const printed = withoutMargins(output)
  const expected = texts.flatMap((text, index) => [...(index > 0 ? [ELLIPSIS] : []), ...withoutMargins(text)])
  if (!expected.includes(ELLIPSIS)) {
    assert.deepEqual(printed, expected)
    return
  }
  let rest = `\n${printed.join('\n')}\n`
  for (const part of `\n${expected.join('\n')}\n`
    .split(`\n${ELLIPSIS}`)
    .filter((lines) => lines.trim() !== '')) {
    const lines = `\n${part.replace(/^\n+|\n+$/g, '')}\n`
    const at = rest.indexOf(lines)
    assert(at >= 0, `this is not printed there:${lines}but:${rest}`)
    rest = rest.slice(at + lines.length - 1)
  }
}

function assertSucceeds({ status, stdout, stderr }: Outcome): void {
  assert.equal(status, 0, `${stdout}${stderr}`)
}

describe('what the documents say', () => {
  for (const name of DOCUMENTS) {
    const blocks = blocksOf(readDocument(name))
    if (blocks.length === 0) continue

    describe(name, () => {
      const project = new Project()
      after(() => {
        project.remove()
      })

      it('has blocks of known languages', () => {
        for (const { language, line } of blocks) {
          assert(LANGUAGES.includes(language), `line ${line}: ${language}`)
        }
      })

      it('shows output only behind what is run here', () => {
        const first = blocks.findIndex(({ language }) => RUN.includes(language))
        assert(!blocks.slice(0, first).some(({ language }) => language === 'text'))
        for (const block of blocks.filter(({ language }) => language === 'sh')) {
          if (commandsOf(block).length === 0) assert.deepEqual(printedBy(block, blocks), [])
        }
      })

      for (const block of blocks.filter(({ language }) => language === 'sh')) {
        const commands = commandsOf(block)
        if (commands.length === 0) continue
        it(`line ${block.line}: ${commands[0]}`, function () {
          if (/=native\b/.test(block.text) && !addonStatus().loaded) this.skip()
          const outcome = project.shell(commands.join('\n'))
          assertSucceeds(outcome)
          assertPrints(outcome.stdout, printedBy(block, blocks))
        })
      }

      for (const program of programsOf(blocks)) {
        it(`line ${program.map(({ line }) => line).join(', ')}: the program runs`, () => {
          const mark = `console.log(${JSON.stringify(MARK.trimEnd())})\n`
          const outcome = project.node(program.map(({ text }) => text).join(mark))
          assertSucceeds(outcome)
          assert.equal(outcome.stderr, '')
          const outputs = outcome.stdout.split(MARK)
          program.forEach((block, index) => {
            assertPrints(outputs[index], printedBy(block, blocks))
          })
        })
      }
    })
  }
})
