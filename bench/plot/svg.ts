// SPDX-License-Identifier: MIT
/** What an attribute may be; `undefined` leaves it out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it may stand in the content or in an attribute of XML and HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character])
}

/** Two decimals are finer than a screen, and keep the page small. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** An element with its children, which are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escape(String(value))}"`)
    .join('')
  return children.length > 0 ? `<${name}${written}>${children.join('')}</${name}>` : `<${name}${written}/>`
}

/** A line of text, escaped. */
export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escape(content))
}

/**
 * The width of a line of text, in units of the picture: an estimate, since nothing is laid out here. Larger than what common
 * sans-serif fonts take, so that what is placed after the text does not touch it.
 */
export function textWidth(content: string, fontSize: number): number {
  return content.length * fontSize * 0.56
}
