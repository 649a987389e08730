// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import * as tar from 'tar'

import { noise, text } from '../data.mjs'
import { node } from '../node-zlib.cjs'

/** A folder with large and tiny files; returns its path. */
function plant(folder) {
  const tree = join(folder, 'tree')
  mkdirSync(join(tree, 'deep/er'), { recursive: true })
  writeFileSync(join(tree, 'empty'), '')
  writeFileSync(join(tree, 'large.txt'), text(600_000))
  writeFileSync(join(tree, 'deep/noise'), noise(300_000))
  writeFileSync(join(tree, 'deep/zeros'), Buffer.alloc(1_000_000))
  for (let i = 0; i < 100; i++) writeFileSync(join(tree, `deep/er/${i}`), text(i, i + 1))
  return tree
}

/** The contents of all files by their paths. */
function contents(tree) {
  const paths = readdirSync(tree, { recursive: true }).filter((path) => statSync(join(tree, path)).isFile())
  return Object.fromEntries(
    paths.sort().map((path) => [path, readFileSync(join(tree, path)).toString('base64')]),
  )
}

const OPTIONS = { portable: true, noMtime: true }

/** The archive without compression. */
async function plainArchive(tree) {
  return tar.create({ ...OPTIONS, cwd: tree }, ['.']).concat()
}

/** A new folder in this one. */
function subfolder(folder, name) {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

export default {
  'tar: what it creates is what node:zlib reads, at several levels': async ({ folder }) => {
    const tree = plant(folder)
    const expected = await plainArchive(tree)
    for (const level of [1, 6, 9]) {
      const created = await tar.create({ ...OPTIONS, cwd: tree, gzip: { level } }, ['.']).concat()
      assert.ok(node.gunzipSync(created).equals(expected), `level ${level}`)
    }
  },
  'tar: what it creates in sync mode is what node:zlib reads': async ({ folder }) => {
    const tree = plant(folder)
    const file = join(folder, 'tree.tgz')
    tar.create({ ...OPTIONS, cwd: tree, gzip: true, sync: true, file }, ['.'])
    assert.ok(node.gunzipSync(readFileSync(file)).equals(await plainArchive(tree)))
  },
  'tar: a portable archive says in its gzip header that the system is unknown': async ({ folder }) => {
    const created = await tar
      .create({ ...OPTIONS, cwd: plant(folder), gzip: { portable: true } }, ['.'])
      .concat()
    assert.equal(created[9], 255)
  },
  'tar: extracts what node:zlib compressed, by stream, from a file, and in sync mode': async ({ folder }) => {
    const tree = plant(folder)
    const expected = contents(tree)
    const archive = node.gzipSync(await plainArchive(tree))
    const file = join(folder, 'tree.tgz')
    writeFileSync(file, archive)

    const streamed = subfolder(folder, 'streamed')
    await new Promise((resolve, reject) => {
      const extract = tar.extract({ cwd: streamed }).on('close', resolve).on('error', reject)
      for (let at = 0; at < archive.length; at += 5000) extract.write(archive.subarray(at, at + 5000))
      extract.end()
    })
    assert.deepEqual(contents(streamed), expected)
    await tar.extract({ cwd: subfolder(folder, 'from-file'), file })
    assert.deepEqual(contents(join(folder, 'from-file')), expected)
    tar.extract({ cwd: subfolder(folder, 'sync'), file, sync: true })
    assert.deepEqual(contents(join(folder, 'sync')), expected)
  },
  'tar: lists what it created': async ({ folder }) => {
    const tree = plant(folder)
    const file = join(folder, 'tree.tgz')
    await tar.create({ ...OPTIONS, cwd: tree, gzip: true, file }, ['.'])
    const listed = []
    await tar.list({ file, onReadEntry: ({ type, path }) => type === 'File' && listed.push(path.slice(2)) })
    assert.deepEqual(listed.sort(), Object.keys(contents(tree)))
  },
  'tar: refuses an archive that is damaged': async ({ folder }) => {
    const archive = node.gzipSync(await plainArchive(plant(folder)))
    archive.fill(0xff, archive.length >> 1, (archive.length >> 1) + 50)
    const file = join(folder, 'damaged.tgz')
    writeFileSync(file, archive)
    await assert.rejects(tar.extract({ cwd: subfolder(folder, 'out'), file, strict: true }), {
      code: 'Z_DATA_ERROR',
    })
  },
}
