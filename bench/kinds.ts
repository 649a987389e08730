// SPDX-License-Identifier: MIT
/** Kinds of data that are not files of the corpus: all files mixed, for whatever length, and what does not compress. */
export const MIXED = 'mixed'
export const RANDOM = 'random'
