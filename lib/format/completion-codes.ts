// SPDX-License-Identifier: MIT
/** Completion codes of the CSB that gzip jobs can end with (UM tables 5-1 and 6-8). */
export const CC = {
  OK: 0,
  ALIGNMENT: 1,
  DATA_LENGTH: 3,
  TRANSLATION: 5,
  EXTERNAL_UE: 7,
  INVALID_OPERAND: 8,
  INTERNAL_UE: 10,
  TARGET_SPACE: 13,
  EXCESSIVE_DDE: 14,
  UNRECOGNIZED_SUBFUNCTION: 17,
  BYTE_COUNT: 19,
  CORRUPTED_CRB: 20,
  INVALID_CRB: 21,
  INVALID_DDE: 30,
  SEGMENTED_DDL: 31,
  DDE_OVERFLOW: 33,
  TPBC_GT_SPBC: 64,
  MISSING_CODE: 66,
  INVALID_DISTANCE: 67,
  INVALID_DHT: 68,
  EXTERNAL_UE_SOURCE: 90,
  WATCHDOG: 224,
  TRANSLATION_FAULT: 250,
  NO_INTERRUPT_SERVER: 252,
  UE: 253,
  NO_HARDWARE: 254,
  HUNG_OPERATION: 255,
} as const

/** A completion code as the manual tables it. */
export interface CompletionCode {
  readonly name: string
  /** CE(1): the job was terminated, its output must not be used. */
  readonly terminates: boolean
  /** The CSB's address field holds the failing storage address. */
  readonly fsa: boolean
  readonly meaning: string
}

const row = (name: string, terminates: boolean, fsa: boolean, meaning: string): CompletionCode => ({
  name,
  terminates,
  fsa,
  meaning,
})

/** UM table 6-8, the codes that a gzip job can meet. CC=3 terminates unless CE(0) is set. */
export const COMPLETION_CODES: Readonly<Record<number, CompletionCode | undefined>> = {
  [CC.OK]: row('OK', false, false, 'done'),
  [CC.ALIGNMENT]: row('Invalid Alignment', true, true, 'the address of a DDE list is not a multiple of 16'),
  [CC.DATA_LENGTH]: row(
    'Data Length',
    true,
    false,
    'with CE(0): suspended, or source left after the final block; without: not more source than history',
  ),
  [CC.TRANSLATION]: row('Translation', true, true, 'a page fault as kernels before Linux 5.8 report it'),
  [CC.EXTERNAL_UE]: row(
    'External Uncorrectable Error on Read',
    true,
    true,
    'a DDE could not be read from memory',
  ),
  [CC.INVALID_OPERAND]: row('Invalid Operand', true, false, 'not a gzip condition'),
  [CC.INTERNAL_UE]: row('Internal Uncorrectable Error', true, false, 'the unit found an error in itself'),
  [CC.TARGET_SPACE]: row(
    'Target Space Exhausted',
    true,
    false,
    'the output does not fit; submit again with more target or less source',
  ),
  [CC.EXCESSIVE_DDE]: row('Excessive DDE Count', true, false, 'a source DDE of zero bytes, or too many DDEs'),
  [CC.UNRECOGNIZED_SUBFUNCTION]: row('Unrecognized Subfunction', true, false, 'no such function code'),
  [CC.BYTE_COUNT]: row(
    'Byte Count > Maximum Specified',
    true,
    false,
    'the job is larger than the unit accepts',
  ),
  [CC.CORRUPTED_CRB]: row('Corrupted CRB', true, false, 'the CRB could not be read from memory'),
  [CC.INVALID_CRB]: row(
    'Invalid CRB',
    true,
    false,
    'a reserved bit of the CRB is set, or C=1 and CM is not 1',
  ),
  [CC.INVALID_DDE]: row('Invalid DDE', true, false, 'a reserved bit is set in a DDE of a list'),
  [CC.SEGMENTED_DDL]: row('Segmented DDL', true, false, 'a DDE of a list is itself indirect'),
  [CC.DDE_OVERFLOW]: row('DDE Overflow', true, false, 'an indirect DDE names more bytes than its list has'),
  [CC.TPBC_GT_SPBC]: row('TPBC > SPBC', false, false, 'complete and valid, but the data grew'),
  [CC.MISSING_CODE]: row(
    'Huffman code not found',
    true,
    false,
    'a symbol without a code, an undefined code, or a bad block header',
  ),
  [CC.INVALID_DISTANCE]: row(
    'Invalid Distance',
    true,
    false,
    'a distance reaches before the start of the history',
  ),
  [CC.INVALID_DHT]: row('Invalid DHT', true, false, 'the dynamic Huffman table is not valid'),
  [CC.EXTERNAL_UE_SOURCE]: row(
    'External Uncorrectable Error on Read',
    true,
    true,
    'source or CPB could not be read from memory',
  ),
  [CC.WATCHDOG]: row('Watchdog Timer Expired', true, false, 'the job took longer than the unit allows'),
  [CC.TRANSLATION_FAULT]: row(
    'Address translation fault',
    true,
    true,
    'a page was not resident; touch the address and submit again',
  ),
  [CC.NO_INTERRUPT_SERVER]: row('No valid interrupt server', true, false, 'written by system software'),
  [CC.UE]: row('Uncorrectable Error', true, false, 'written by system software'),
  [CC.NO_HARDWARE]: row('No functional hardware', true, false, 'written by system software'),
  [CC.HUNG_OPERATION]: row('Hung operation', true, false, 'detected and killed by system software'),
}
