// SPDX-License-Identifier: MIT
import { RESULT } from '../emulated.js'

/** Runs what a program is for, with the argument that its test gives it, and reports what comes of it. */
export function program(body: (argument: never) => unknown): void {
  const argument = JSON.parse(process.argv[2]) as never
  Promise.resolve(argument)
    .then(body)
    .then(
      (result) => {
        process.stdout.write(`${RESULT}${JSON.stringify(result)}\n`)
      },
      (error: unknown) => {
        console.error(error)
        process.exitCode = 1
      },
    )
}
