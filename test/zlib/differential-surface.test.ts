// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Transform } from 'node:stream'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

const INDEX = resolve(__dirname, '../../lib/index.js')

type Library = Readonly<Record<string, unknown>>
const node = zlib as unknown as Library
const ours = createRequire(__filename)(INDEX) as Library

type AnyFunction = (...values: unknown[]) => unknown

const FUNCTIONS = Object.keys(node).filter((name) => typeof node[name] === 'function')
const CLASSES = FUNCTIONS.filter((name) => /^[A-Z]/.test(name))
/** What node:zlib does not have (differential-differences.test.ts). */
const ADDED: readonly unknown[] = [
  'configuration',
  'configure',
  'install',
  'record',
  'resetStats',
  'stats',
  'status',
  'uninstall',
]
const REPLACED_CLASSES = CLASSES.filter((name) => node[name] !== ours[name])

function isConstructor(value: unknown): boolean {
  try {
    Reflect.construct(Object, [], value as AnyFunction)
    return true
  } catch {
    return false
  }
}

/** What a property holds, and its attributes. */
function propertyOf(owner: object, key: string | symbol): { held: unknown; rest: PropertyDescriptor } {
  const rest = Object.getOwnPropertyDescriptor(owner, key)!
  const held: unknown = rest.value
  delete rest.value
  return { held, rest }
}

/** Everything about a value that a program can see without calling it; values that both have are shown as themselves. */
function shape(value: unknown): unknown {
  if (typeof value !== 'function') return value
  return {
    prototype: Object.getPrototypeOf(value) as unknown,
    isConstructor: isConstructor(value),
    extensible: Object.isExtensible(value),
    properties: Reflect.ownKeys(value).map((key) => {
      const { held, rest } = propertyOf(value, key)
      // A plain function's own prototype is an object of its own.
      const isOwn = key === 'prototype' && (held as { constructor: unknown }).constructor === value
      return [key, isOwn ? 'its own' : held, rest]
    }),
  }
}

/** What a program prints when `zlib` is one of the libraries. */
function printed(library: string, program: string): string {
  const all = ['-e', `const zlib = require(${JSON.stringify(library)}); ${program}`]
  return execFileSync(process.execPath, all, { encoding: 'utf8', stdio: 'pipe' })
}

describe('differential: the surface', () => {
  it('the same properties in the same order, symbols among them, on an object of the same kind', () => {
    const shared = Reflect.ownKeys(ours).filter((key) => !ADDED.includes(key))
    assert.deepEqual(shared, Reflect.ownKeys(node))
    assert.equal(Object.getPrototypeOf(ours), Object.getPrototypeOf(node))
    assert.equal(Object.isExtensible(ours), Object.isExtensible(node))
    assert.deepEqual(Object.keys(ours), Object.keys(node))
  })

  for (const key of Reflect.ownKeys(node)) {
    it(`${String(key)}: attributes and shape`, () => {
      const [actual, expected] = [ours, node].map((library) => {
        const { held, rest } = propertyOf(library, key)
        return { rest, type: typeof held, shape: shape(held) }
      })
      const isReplaced = REPLACED_CLASSES.includes(String(key))
      // The one prototype of both classes names node:zlib's as its constructor (differential-differences.test.ts).
      assert.deepEqual(actual, isReplaced ? prototypeOf(expected, node[String(key)]) : expected)
    })
  }

  it('constants and codes are the same objects, numbers the same numbers', () => {
    for (const [key, value] of Object.entries(Object.getOwnPropertyDescriptors(node))) {
      if (typeof value.value !== 'function') assert.equal(ours[key], value.value, key)
    }
  })

  it('what jobs do not serve is the same function', () => {
    for (const name of FUNCTIONS) {
      const isServed = /^(create)?(gzip|gunzip|deflate|inflate|unzip)(raw)?(sync)?$/i.test(name)
      assert.equal(ours[name] === node[name], !isServed, name)
    }
  })

  it('functions refuse `new` or take it, and any `this`, as in node:zlib', () => {
    for (const name of FUNCTIONS.filter((each) => !CLASSES.includes(each))) {
      const results = [ours, node].map((library) => {
        const called = library[name] as new (...values: unknown[]) => object
        return [() => new called(), () => Reflect.apply(called as unknown as AnyFunction, null, [])].map(
          (call) => {
            try {
              return Object.prototype.toString.call(call())
            } catch (error) {
              return String(error)
            }
          },
        )
      })
      assert.deepEqual(results[0], results[1], name)
    }
  })

  it('util.promisify of every function with a callback gives what it gives in node:zlib', async () => {
    const data = Buffer.from('some text '.repeat(20))
    for (const [compress, decompress] of [
      ['gzip', 'gunzip'],
      ['deflate', 'inflate'],
      ['deflateRaw', 'inflateRaw'],
      ['gzip', 'unzip'],
      ['brotliCompress', 'brotliDecompress'],
    ] as const) {
      const call = (library: Library, name: string, input: Buffer) =>
        (promisify(library[name] as AnyFunction) as (input: Buffer) => Promise<Buffer>)(input)
      assert.deepEqual(await call(node, decompress, await call(ours, compress, data)), data)
      assert.deepEqual(await call(ours, decompress, await call(node, compress, data)), data)
      const errors = await Promise.all(
        [ours, node].map((library) =>
          call(library, decompress, data).then(String, (error: unknown) => error),
        ),
      )
      assert.deepEqual(errors[0], errors[1], decompress)
    }
  })
})

/** The expected shape of a class of ours. */
function prototypeOf<T extends { shape: unknown }>(expected: T, original: unknown): T {
  const { properties, ...rest } = expected.shape as { properties: [string, unknown, unknown][] }
  const { prototype } = original as { prototype: unknown }
  return {
    ...expected,
    shape: {
      ...rest,
      properties: properties.map(([key, value, more]) => [
        key,
        value === 'its own' ? prototype : value,
        more,
      ]),
    },
  }
}

describe('differential: classes', () => {
  for (const name of REPLACED_CLASSES) {
    type StreamClass = (new (options?: object) => Transform) & AnyFunction
    const [Ours, Node] = [ours[name], node[name]] as [StreamClass, StreamClass]

    it(`${name}: new, without new, create${name}, and a derived class have the same own properties in order`, () => {
      const makers: Record<string, (Class: StreamClass, library: Library) => object> = {
        new: (Class) => new Class(),
        'without new': (Class) => Class() as object,
        'on another stream': (Class) =>
          Reflect.apply(Class, Object.create(Class.prototype as object), []) ?? {},
        'on any object': (Class) => Reflect.apply(Class, {}, []) as object,
        create: (_, library) => (library[`create${name}`] as () => object)(),
        derived: (Class) => new (class Derived extends Class {})(),
        'Reflect.construct': (Class) => Reflect.construct(Class, [], Transform),
      }
      for (const [how, make] of Object.entries(makers)) {
        const [actual, expected] = [make(Ours, ours), make(Node, node)].map((stream) =>
          Reflect.ownKeys(stream).map((key) => {
            const { held, rest } = propertyOf(stream, key)
            return [key, typeof held === 'object' ? typeof held : held, rest]
          }),
        )
        assert.deepEqual(actual, expected, how)
      }
    })

    it(`${name}: instanceof both ways, also of classes between`, () => {
      for (const [First, Second] of [
        [Ours, Node],
        [Node, Ours],
      ]) {
        assert(new First() instanceof Second)
        assert(new (class extends First {})() instanceof Second)
        assert(new First() instanceof Transform)
      }
      assert.equal(Object.getPrototypeOf(Ours), Object.getPrototypeOf(Node))
      assert.equal(new Ours().constructor, Node)
    })

    it(`${name}: what node:zlib keeps on its handle is kept on ours`, () => {
      const [actual, expected] = [Ours, Node].map((Class) => {
        const { _handle: handle } = new Class() as unknown as { _handle: Record<string, unknown> }
        const methods = ['write', 'writeSync', 'params', 'reset', 'close', 'onerror']
        return {
          methods: methods.map((method) => typeof handle[method]),
          symbols: Object.getOwnPropertySymbols(handle).map(String),
        }
      })
      assert.deepEqual(actual, expected)
    })
  }

  it('warnings are the same', () => {
    const program = `
      process.on('warning', ({ name, code, message }) => console.log(name, code, message))
      for (const name of ['Gzip', 'Inflate', 'Unzip', 'Gzip']) {
        const stream = zlib[name]()
        stream.bytesRead
        stream.bytesRead = 1
      }`
    assert.equal(printed(INDEX, program), printed('zlib', program))
  })

  it('a stream without listeners: an error ends the process with the same message', () => {
    const program = `
      process.on('uncaughtException', ({ name, message, code, errno }, origin) => console.log(name, message, code, errno, origin))
      zlib.createGunzip().end('no gzip')
      zlib.createInflate().write(Buffer.from([0x78, 0x9c, 0xff]))
      zlib.createGzip().end().write('late')
      zlib.gunzip('no gzip', (error) => { throw error })
      zlib.gzip('text', (error, result) => { throw new Error(result.length > 20) })`
    const lines = (library: string) => printed(library, program).split('\n').sort()
    assert.deepEqual(lines(INDEX), lines('zlib'))
    assert.equal(lines(INDEX).length, 6)
  })
})
