// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

import AdmZip from 'adm-zip'
import { TarArchive, ZipArchive } from 'archiver'
import JSZip from 'jszip'
import * as tar from 'tar'
import unzipper from 'unzipper'
import yauzl from 'yauzl'

import { noise, text } from '../data.mjs'
import { node } from '../node-zlib.cjs'

const FILES = {
  'large.txt': Buffer.from(text(300_000)),
  'noise.bin': noise(100_000),
  'tiny.txt': Buffer.from('tiny'),
  'empty.txt': Buffer.alloc(0),
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`many/${i}.txt`, Buffer.from(text(i * 50, i + 1))]),
  ),
}

const NAMES = Object.keys(FILES).sort()

/** All of an archive of archiver's, with the files. */
async function archived(archive) {
  const output = buffer(archive)
  for (const [name, data] of Object.entries(FILES)) archive.append(data, { name })
  await archive.finalize()
  return output
}

let archiveOfJszip

/** The archive of jszip's, which has its own zlib in JavaScript: what it makes is the same each time. */
function zippedByJszip() {
  const zip = new JSZip()
  for (const [name, data] of Object.entries(FILES)) zip.file(name, data, { createFolders: false })
  archiveOfJszip ??= zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' })
  return archiveOfJszip
}

/** What makes a ZIP archive of the files. */
const WRITERS = {
  archiver: () => archived(new ZipArchive({ zlib: { level: 9 } })),
  'adm-zip': () => {
    const zip = new AdmZip()
    for (const [name, data] of Object.entries(FILES)) zip.addFile(name, data)
    return zip.toBuffer()
  },
  'adm-zip (async)': () => {
    const zip = new AdmZip()
    for (const [name, data] of Object.entries(FILES)) zip.addFile(name, data)
    return zip.toBufferPromise()
  },
  jszip: zippedByJszip,
}

/** What reads one: the files by their names. */
const READERS = {
  yauzl: async (archive) => {
    const zip = await promisify(yauzl.fromBuffer)(archive, { lazyEntries: true })
    const files = {}
    zip.on('entry', async (entry) => {
      try {
        files[entry.fileName] = await buffer(await promisify(zip.openReadStream.bind(zip))(entry))
        zip.readEntry()
      } catch (error) {
        zip.emit('error', error)
      }
    })
    zip.readEntry()
    await once(zip, 'end')
    return files
  },
  'unzipper (directory)': async (archive) => {
    const { files } = await unzipper.Open.buffer(archive)
    return Object.fromEntries(await Promise.all(files.map(async (file) => [file.path, await file.buffer()])))
  },
  'unzipper (stream)': async (archive) => {
    const files = {}
    const parser = unzipper.Parse({ forceStream: true })
    parser.end(archive)
    for await (const entry of parser) files[entry.path] = await entry.buffer()
    return files
  },
  'adm-zip': (archive) =>
    Object.fromEntries(new AdmZip(archive).getEntries().map((entry) => [entry.entryName, entry.getData()])),
  'adm-zip (async)': async (archive) => {
    const read = (entry) =>
      new Promise((resolve, reject) => {
        entry.getDataAsync((data, error) => (error ? reject(new Error(error)) : resolve(data)))
      })
    const entries = new AdmZip(archive).getEntries()
    return Object.fromEntries(
      await Promise.all(entries.map(async (entry) => [entry.entryName, await read(entry)])),
    )
  },
  jszip: async (archive) => {
    const entries = Object.values((await JSZip.loadAsync(archive)).files)
    return Object.fromEntries(
      await Promise.all(entries.map(async (file) => [file.name, await file.async('nodebuffer')])),
    )
  },
}

const checks = {}
for (const [writer, write] of Object.entries(WRITERS)) {
  for (const [reader, read] of Object.entries(READERS)) {
    if (writer === 'jszip' && reader === 'jszip') continue
    checks[`${writer} to ${reader}: a ZIP archive with its files`] = async () => {
      const files = await read(await write())
      assert.deepEqual(Object.keys(files).sort(), NAMES)
      for (const name of NAMES) assert.ok(FILES[name].equals(files[name]), name)
    }
  }
}

checks['archiver to tar: a tar.gz with its files, which node:zlib reads too'] = async () => {
  const archive = await archived(new TarArchive({ gzip: true, gzipOptions: { level: 6 } }))
  const files = {}
  const list = tar.list({
    onReadEntry: (entry) => {
      files[entry.path] = entry.concat()
    },
  })
  const ended = once(list, 'end')
  list.end(archive)
  await ended
  assert.deepEqual(Object.keys(files).sort(), NAMES)
  for (const name of NAMES) assert.ok(FILES[name].equals(await files[name]), name)
  assert.ok(node.gunzipSync(archive).includes(FILES['large.txt']))
}

export default checks
