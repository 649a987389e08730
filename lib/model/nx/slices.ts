// SPDX-License-Identifier: MIT
/**
 * Work of a job in slices, each of which takes no more than some milliseconds: after one, whatever else waits for the
 * thread may have its turn. What the work refers to must still be there when the next one begins.
 */
export type Slices<T> = Generator<undefined, T, undefined>
