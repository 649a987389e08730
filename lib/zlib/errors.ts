/** zlib's return codes that its errors carry. */
const ERRNO = { Z_DATA_ERROR: -3, Z_BUF_ERROR: -5 } as const

/** An error of the data, with the properties that node:zlib's errors have. */
export class ZlibError extends Error {
  readonly errno: number

  constructor(
    message: string,
    readonly code: keyof typeof ERRNO,
  ) {
    super(message)
    this.errno = ERRNO[code]
  }
}

/** Data that breaks a rule of its format. */
export const dataError = (message: string): ZlibError => new ZlibError(message, 'Z_DATA_ERROR')

/** Data that ends before the stream does. */
export const unexpectedEnd = (): ZlibError => new ZlibError('unexpected end of file', 'Z_BUF_ERROR')
