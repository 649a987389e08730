// SPDX-License-Identifier: MIT
/** The project's documents, and what is in them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The repository: this file is compiled into a folder two below the root's. */
export const ROOT = resolve(__dirname, '../../..')

/** Documents, by their paths from the root. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

/** A fenced block. */
export interface Block {
  /** The line of its opening fence. */
  readonly line: number
  readonly language: string
  readonly text: string
}

export const readDocument = (name: string): string => readFileSync(join(ROOT, name), 'utf8')

/** The fenced blocks of a document, in their order. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at].startsWith('```')) continue
    const end = lines.indexOf('```', at + 1)
    if (end < 0) throw new Error(`the fence of line ${at + 1} is not closed`)
    const text = `${lines.slice(at + 1, end).join('\n')}\n`
    blocks.push({ line: at + 1, language: lines[at].slice(3).trim(), text })
    at = end
  }
  return blocks
}

/** A document without its fenced blocks. */
export const proseOf = (markdown: string): string => markdown.replace(/^```[^]*?^```$/gm, '')

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The targets of a document's links and pictures. */
export const linksOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)

/** What stands in backticks outside of fenced blocks. */
export const codeOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code)
