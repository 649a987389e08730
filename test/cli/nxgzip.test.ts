// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { jsonLike, randomBytes, textLike } from '../support/data.js'
import { member } from './gzip-bytes.js'
import { CLI, gzip, hasGnuGzip, nxgzip, temporaryFolder } from './run-cli.js'

const TEXT = 'hello hello hello hello hello hello hello hello\n'
const GOOD = member(TEXT)

let folder: ReturnType<typeof temporaryFolder>
let cwd: string

const at = (name: string) => join(cwd, name)
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content)
}
const files = () => readdirSync(cwd).sort()

beforeEach(() => {
  folder = temporaryFolder()
  cwd = folder.path
})

afterEach(() => {
  folder.remove()
})

describe('nxgzip and gzip read each other', () => {
  before(function () {
    if (hasGnuGzip()) return
    console.warn('      SKIPPED: no GNU gzip >= 1.12 in /usr/bin to exchange files with')
    this.skip()
  })

  for (const [title, data] of [
    ['nothing', new Uint8Array(0)],
    ['one byte', Buffer.from('x')],
    ['text of exactly one read (seed 1)', textLike(1, 256 * 1024)],
    ['text of one read and a byte (seed 2)', textLike(2, 256 * 1024 + 1)],
    ['JSON of 3 MiB (seed 3)', jsonLike(3, 3 * 1024 * 1024)],
    ['random bytes (seed 4)', randomBytes(4, 600_000)],
  ] as const) {
    it(title, async () => {
      put('a', data)
      put('b', data)
      assert.equal((await nxgzip(['a'], { cwd })).status, 0)
      assert.equal((await gzip(['-d', 'a.gz'], { cwd })).stderr, '')
      assert.ok(readFileSync(at('a')).equals(data))
      assert.equal((await gzip(['b'], { cwd })).status, 0)
      assert.equal((await nxgzip(['-d', 'b.gz'], { cwd })).stderr, '')
      assert.ok(readFileSync(at('b')).equals(data))
    })
  }
})

describe('nxgzip', () => {
  it('goes by the name it is called by', async () => {
    put('a.gz', GOOD)
    symlinkSync(CLI, at('zcat'))
    symlinkSync(CLI, at('gunzip'))
    assert.equal((await nxgzip(['a.gz'], { cwd }, at('zcat'))).stdout.toString(), TEXT)
    assert.equal(
      (await nxgzip(['missing'], { cwd }, at('gunzip'))).stderr,
      'gunzip: missing.gz: No such file or directory\n',
    )
    assert.equal((await nxgzip(['a.gz'], { cwd }, at('gunzip'))).status, 0)
    assert.equal(readFileSync(at('a'), 'utf8'), TEXT)
  })

  it('prints help, version and license', async () => {
    const [help, version, license] = await Promise.all(['-h', '-V', '-L'].map((option) => nxgzip([option])))
    assert.match(help.stdout.toString(), /^Usage: nxgzip \[OPTION\]\.\.\. \[FILE\]\.\.\.\n/)
    assert.match(version.stdout.toString(), /^nxgzip \d+\.\d+\.\d+/)
    assert.match(license.stdout.toString(), /^MIT License[^\n]*\n$/)
    assert.deepEqual([help.status, version.status, license.status], [0, 0, 0])
  })

  it('goes on with other files after damaged ones, and the worst status wins', async () => {
    put('a.gz', GOOD.subarray(0, 20))
    put('b.gz', member(TEXT, { crc: 1 }))
    put('c.gz', Buffer.concat([GOOD, Buffer.from('garbage')]))
    put('d.gz', GOOD)
    const { status, stdout, stderr } = await nxgzip(['-dc', 'a.gz', 'b.gz', 'c.gz', 'd.gz'], { cwd })
    assert.equal(status, 1)
    assert.ok(stdout.toString().endsWith(TEXT + TEXT + TEXT))
    assert.equal(
      stderr,
      '\nnxgzip: a.gz: unexpected end of file\n' +
        '\nnxgzip: b.gz: invalid compressed data--crc error\n' +
        '\nnxgzip: c.gz: decompression OK, trailing garbage ignored\n',
    )
  })

  it('lists a file with something behind its data', async () => {
    put('a.gz', Buffer.concat([GOOD, Buffer.from('garbage')]))
    put('b.gz', Buffer.concat([GOOD, Buffer.alloc(10)]))
    const [garbage, zeros] = [await nxgzip(['-lq', 'a.gz'], { cwd }), await nxgzip(['-lq', 'b.gz'], { cwd })]
    assert.deepEqual([garbage.status, zeros.status], [2, 0])
    assert.match(garbage.stdout.toString(), /^ +37 +48 +\d+\.\d% a\n$/)
    assert.match(zeros.stdout.toString(), /^ +40 +48 +\d+\.\d% b\n$/)
  })

  for (const [title, bytes] of [
    ['compress', [0x1f, 0x9d, 0x90, 0x61]],
    ['pack', [0x1f, 0x1e, 0, 0]],
    ['lzh', [0x1f, 0xa0, 0, 0]],
    ['zip', [0x50, 0x4b, 3, 4]],
  ] as const) {
    it(`does not know the format of ${title}, and does not pass it on`, async () => {
      put('a.gz', Uint8Array.from(bytes))
      const { status, stdout, stderr } = await nxgzip(['-dcf', 'a.gz'], { cwd })
      assert.deepEqual([status, stdout.length], [1, 0])
      assert.equal(stderr, 'nxgzip: a.gz: unknown format -- not supported\n')
    })
  }

  it('reports a wrong checksum of the header with both values', async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3, 0x34, 0x12])
    put('a.gz', Buffer.concat([header, GOOD.subarray(10)]))
    const { status, stderr } = await nxgzip(['-t', 'a.gz'], { cwd })
    const computed = gzipSync(header.subarray(0, 10)).subarray(-8).readUInt32LE() & 0xffff
    const text = computed.toString(16).padStart(4, '0')
    assert.equal(stderr, `nxgzip: a.gz: header checksum 0x1234 != computed checksum 0x${text}\n`)
    assert.equal(status, 1)
  })

  it('restores no name that is a folder or nothing', async () => {
    for (const name of ['..', '.', 'x/', '../..']) {
      put('a.gz', member(TEXT, { name }))
      assert.equal((await nxgzip(['-dfN', 'a.gz'], { cwd })).stderr, '', name)
      assert.deepEqual(files(), ['a'], name)
    }
  })

  it('does not overwrite its input', async () => {
    const bytes = member(TEXT, { name: 'a.gz' })
    put('a.gz', bytes)
    const { status, stderr } = await nxgzip(['-dfN', './a.gz'], { cwd })
    assert.deepEqual([status, stderr], [1, 'nxgzip: ./a.gz and ./a.gz are the same file\n'])
    assert.ok(readFileSync(at('a.gz')).equals(bytes))
  })

  it('keeps owner, group and nanoseconds when root runs it', async function () {
    if (process.getuid?.() !== 0) this.skip()
    put('a', TEXT)
    chownSync(at('a'), 1234, 2345)
    spawnSync('touch', ['-d', '@981173106.987654321', at('a')])
    assert.equal((await nxgzip(['a'], { cwd })).status, 0)
    const { uid, gid, mtimeNs } = lstatSync(at('a.gz'), { bigint: true })
    assert.deepEqual([uid, gid, mtimeNs], [1234n, 2345n, 981173106987654321n])
  })

  it('does the same with --synchronous', async () => {
    put('a', TEXT)
    assert.equal((await nxgzip(['-k', '--synchronous', 'a'], { cwd })).stderr, '')
    assert.equal((await nxgzip(['-c', '--synchronous', 'a'], { cwd })).stderr, '')
    assert.equal(gunzipSync(readFileSync(at('a.gz'))).toString(), TEXT)
  })

  it('takes names that are not UTF-8', function () {
    if (process.platform !== 'linux') this.skip()
    const name = Buffer.from([0xff, 0xfe, 0x78])
    mkdirSync(at('d'))
    writeFileSync(Buffer.concat([Buffer.from(at('/')), name]), TEXT)
    writeFileSync(Buffer.concat([Buffer.from(at('d/')), name]), TEXT)
    const script = `exec "$0" "$1" -rv "$(printf '\\377\\376x')" d`
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, CLI], {
      cwd,
      encoding: 'latin1',
    })
    assert.equal(status, 0)
    assert.match(
      stderr,
      /^\xff\xfex:\t.* -- replaced with \xff\xfex\.gz\nd\/\xff\xfex:\t.*d\/\xff\xfex\.gz\n$/,
    )
    const compressed = readFileSync(Buffer.concat([Buffer.from(at('/')), name, Buffer.from('.gz')]))
    assert.deepEqual([...compressed.subarray(10, 14)], [0xff, 0xfe, 0x78, 0])
  })
})

describe('nxgzip leaves no partial output', () => {
  it('of data that turns out damaged', async () => {
    put('a.gz', member(textLike(5, 3_000_000), { crc: 1 }))
    assert.equal((await nxgzip(['-d', 'a.gz'], { cwd })).status, 1)
    assert.deepEqual(files(), ['a.gz'])
  })

  it('of a file that becomes too large, and goes on with the next', () => {
    put('a', randomBytes(6, 300_000))
    put('b', TEXT)
    const script = 'ulimit -f 64; exec "$0" "$1" a b'
    // Node 20.11.0 writes by io_uring, to which the limit does not apply.
    const env = { ...process.env, UV_USE_IO_URING: '0' }
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, CLI], {
      cwd,
      env,
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [1, '\nnxgzip: a.gz: File too large\n'])
    assert.deepEqual(files(), ['a', 'b.gz'])
  })

  /** Starts work that takes long, and resolves once some of its output is there. */
  async function working(args: string[], output: string): Promise<ReturnType<typeof spawn>> {
    const watcher = watch(cwd)
    const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise<void>((resolve) => {
      watcher.on('change', () => {
        if (existsSync(at(output)) && lstatSync(at(output)).size > 0) resolve()
      })
    })
    watcher.close()
    return child
  }

  async function ending(child: ReturnType<typeof spawn>): Promise<{ signal: string | null; stderr: string }> {
    let stderr = ''
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
    const signal = await new Promise<string | null>((resolve) => {
      child.on('close', (_status, name) => {
        resolve(name)
      })
    })
    return { signal, stderr }
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`when ${signal} ends it while it compresses, and is silent without a terminal`, async () => {
      put('a', '')
      truncateSync(at('a'), 64 * 1024 ** 3)
      const child = await working(['-f', 'a'], 'a.gz')
      assert.deepEqual(files(), ['a', 'a.gz'])
      child.kill(signal)
      assert.deepEqual(await ending(child), { signal, stderr: '' })
      assert.deepEqual(files(), ['a'])
    })
  }

  it('when SIGINT ends it while it decompresses', async () => {
    const one = gzipSync(Buffer.alloc(16 * 1024 * 1024))
    put('a.gz', Buffer.concat(Array.from({ length: 100 }, () => one)))
    const child = await working(['-d', 'a.gz'], 'a')
    child.kill('SIGINT')
    assert.deepEqual(await ending(child), { signal: 'SIGINT', stderr: '' })
    assert.deepEqual(files(), ['a.gz'])
  })
})

describe('nxgzip and the ends of its pipes', () => {
  it('ends quietly by SIGPIPE when nobody reads on', async () => {
    put('a', randomBytes(7, 2_000_000))
    const child = spawn(process.execPath, [CLI, '-c', 'a', 'a', 'a'], { cwd })
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
    child.stdout.once('data', () => child.stdout.destroy())
    const signal = await new Promise((resolve) =>
      child.on('close', (_status, name) => {
        resolve(name)
      }),
    )
    assert.deepEqual([signal, stderr], ['SIGPIPE', ''])
  })

  it('says why standard output takes no more', function () {
    if (!existsSync('/dev/full')) this.skip()
    put('a.gz', GOOD)
    const full = openSync('/dev/full', 'w')
    const run = (args: string[]) =>
      spawnSync(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
    for (const args of [['-dc', 'a.gz'], ['-l', 'a.gz'], ['-h']]) {
      const { status, stderr } = run(args)
      assert.deepEqual([status, stderr], [1, '\nnxgzip: stdout: No space left on device\n'], args.join(' '))
    }
    closeSync(full)
  })

  it('tells how far it is on SIGUSR1', async () => {
    const child = spawn(process.execPath, [CLI], { cwd })
    const stdout: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => stdout.push(data))
    const data = randomBytes(8, 600_000)
    child.stdin.write(data)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const answer = new Promise<string>((resolve) =>
      child.stderr.once('data', (text: Buffer) => {
        resolve(text.toString())
      }),
    )
    child.kill('SIGUSR1')
    assert.match(await answer, /^nxgzip: stdin: \d+KiB 0:\d\d:\d\d \[[\d.]+[KM]iB\/s\]\n$/)
    const closed = new Promise((resolve) => child.on('close', resolve))
    child.stdin.end()
    assert.equal(await closed, 0)
    assert.ok(gunzipSync(Buffer.concat(stdout)).equals(data))
  })
})
