// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { SETTINGS } from '../../lib/configuration.js'
import { anchorsOf, codeOf, DOCUMENTS, linksOf, readDocument, ROOT } from './markdown.js'

/** Folders of the repository that documents name files in. */
const SOURCE_PATH = /^(?:lib|native|scripts|test|docs|bench|examples|\.github|\.ci)\/[\w./*-]*$/

/** Files of other projects, whose paths look like this one's. */
const OF_OTHERS = ['lib/gzip_vas.c']

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

const all = [...DOCUMENTS, 'native/emulator/README.md']

describe('the documents', () => {
  for (const name of all) {
    const markdown = readDocument(name)

    it(`${name}: links and anchors lead somewhere`, () => {
      for (const link of linksOf(markdown)) {
        if (link.startsWith('https:')) continue
        const [path, anchor] = link.split('#')
        const target = path === '' ? name : join(dirname(name), path)
        assert(existsSync(join(ROOT, target)), `${link}: there is no ${target}`)
        if (anchor) assert(anchorsOf(readDocument(target)).includes(anchor), `${link}: no such heading`)
      }
    })

    it(`${name}: files that it names are there`, () => {
      for (const path of codeOf(markdown).filter((code) => SOURCE_PATH.test(code))) {
        if (OF_OTHERS.includes(path)) continue
        const file = path.replace(/[^/]*\*.*$/, '')
        assert(existsSync(join(ROOT, file)), path)
      }
    })

    it(`${name}: npm scripts and programs that it names are there`, () => {
      for (const [, script] of markdown.matchAll(/\bnpm run ([\w:]+)/g)) assert(script in scripts, script)
      for (const [, program] of markdown.matchAll(/\bnode dist\/([\w/-]+)\.js/g)) {
        assert(existsSync(join(ROOT, `${program}.ts`)), program)
      }
    })
  }

  it('are all reached from the README', () => {
    const reached = new Set(['README.md'])
    for (const name of reached) {
      const targets = linksOf(readDocument(name))
        .filter((link) => /^[^:#]+\.md/.test(link))
        .map((link) => join(dirname(name), link.split('#')[0]))
      for (const target of targets) reached.add(target)
    }
    assert.deepEqual(
      DOCUMENTS.filter((name) => !reached.has(name)),
      [],
    )
  })
})

describe('the README', () => {
  const readme = readDocument('README.md')

  it('has a row for each setting, in their order', () => {
    const rows = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## Commands'))
    const [options, variables] = [/^\| (`\w+`.*?) \|/gm, /`(NXZLIB_\w+)`/g].map((pattern) =>
      [...rows.matchAll(pattern)].flatMap(([, cell]) => cell.replaceAll('`', '').split(', ')),
    )
    assert.deepEqual(options, Object.keys(SETTINGS))
    const names = Object.values(SETTINGS).map(({ variable }) => variable)
    assert.deepEqual(variables, [...names, 'NXZLIB_RECORD', 'NXZLIB_ADDON'])
  })

  it('has every code of an error', () => {
    const source = readFileSync(join(ROOT, 'lib/errors.ts'), 'utf8')
    const codes = [...source.matchAll(/^ {2}(ERR_NX_\w+):/gm)].map(([, code]) => code)
    assert.deepEqual([...new Set(readme.match(/ERR_NX_\w+/g))].sort(), codes.sort())
  })

  it('has every diagnostics channel', () => {
    const source = readFileSync(join(ROOT, 'lib/diagnostics.ts'), 'utf8')
    const channels = [...source.matchAll(/'(nxzlib:[\w:]+)'/g)].map(([, channel]) => channel)
    assert(channels.length > 0)
    for (const channel of channels) assert(readme.includes(`\`${channel}\``), channel)
  })
})

describe('the picture of the architecture', () => {
  it('is as its script draws it', () => {
    const program = join(ROOT, 'scripts/draw-architecture.mjs')
    const { status, stderr } = spawnSync(process.execPath, [program, '--check'], { encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, ''])
  })
})
