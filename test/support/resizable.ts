// SPDX-License-Identifier: MIT
/** TypeScript's library for the language of Node 20 does not know resizable buffers yet. */
export const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(bytes: number): void }
