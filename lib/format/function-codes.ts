// SPDX-License-Identifier: MIT
import { MAX_INPUT_QUADWORDS } from './cpb.js'

/** What one gzip function does and which CPB fields it reads and writes (UM tables 6-2, 6-5 and 6-6). */
export interface GzipFunction {
  /** FC(0:5) with the limit bit clear. */
  readonly fc: number
  readonly name: string
  readonly operation: 'compress' | 'decompress' | 'wrap'
  /** Compress: the Huffman table comes from the CPB. */
  readonly dht: boolean
  /** Compress: the LZ77 symbols are counted. */
  readonly count: boolean
  /** The checksums and HistLen are read from the CPB. */
  readonly resume: boolean
  /** Decompress: suspend after one block. */
  readonly singleBlock: boolean
  /** Quadwords of CPB input that NX may fetch (UM 6.8.1). */
  readonly inputQuadwords: number
  /** The field in which this function leaves SPBC. */
  readonly spbc: 'out_spbc_comp' | 'out_spbc_comp_with_count' | 'out_spbc_decomp'
}

function compress(fc: number, name: string): GzipFunction {
  const [dht, count, resume] = [(fc & 2) !== 0, (fc & 4) !== 0, (fc & 8) !== 0]
  const spbc = count ? 'out_spbc_comp_with_count' : 'out_spbc_comp'
  const inputQuadwords = dht ? MAX_INPUT_QUADWORDS : resume ? 1 : 0
  return { fc, name, operation: 'compress', dht, count, resume, singleBlock: false, inputQuadwords, spbc }
}

function decompress(fc: number, name: string): GzipFunction {
  const [singleBlock, resume] = [(fc & 2) !== 0, (fc & 4) !== 0]
  const inputQuadwords = resume ? MAX_INPUT_QUADWORDS : 0
  return {
    fc,
    name,
    operation: 'decompress',
    dht: false,
    count: false,
    resume,
    singleBlock,
    inputQuadwords,
    spbc: 'out_spbc_decomp',
  }
}

/** The gzip function codes, FC(0:5) with FC(5)=0 (UM table 6-2). */
export const FC = {
  COMPRESS_FHT: 0x00,
  COMPRESS_DHT: 0x02,
  COMPRESS_FHT_COUNT: 0x04,
  COMPRESS_DHT_COUNT: 0x06,
  COMPRESS_RESUME_FHT: 0x08,
  COMPRESS_RESUME_DHT: 0x0a,
  COMPRESS_RESUME_FHT_COUNT: 0x0c,
  COMPRESS_RESUME_DHT_COUNT: 0x0e,
  DECOMPRESS: 0x10,
  DECOMPRESS_SINGLE_BLOCK: 0x12,
  DECOMPRESS_RESUME: 0x14,
  DECOMPRESS_RESUME_SINGLE_BLOCK: 0x16,
  WRAP: 0x1e,
} as const

/**
 * FC(5): the job is held to the Low byte-count limit instead of the High one (UM 6.11.5). Never sent to hardware under
 * Linux, whose fault handler takes a faulting CRB with this bit for an entry that it has already consumed.
 */
export const FC_LOW_LIMIT = 0x01

const FUNCTIONS: readonly GzipFunction[] = [
  compress(FC.COMPRESS_FHT, 'compress with fixed Huffman table'),
  compress(FC.COMPRESS_DHT, 'compress with dynamic Huffman table'),
  compress(FC.COMPRESS_FHT_COUNT, 'compress with fixed Huffman table, count symbols'),
  compress(FC.COMPRESS_DHT_COUNT, 'compress with dynamic Huffman table, count symbols'),
  compress(FC.COMPRESS_RESUME_FHT, 'resume compress with fixed Huffman table'),
  compress(FC.COMPRESS_RESUME_DHT, 'resume compress with dynamic Huffman table'),
  compress(FC.COMPRESS_RESUME_FHT_COUNT, 'resume compress with fixed Huffman table, count symbols'),
  compress(FC.COMPRESS_RESUME_DHT_COUNT, 'resume compress with dynamic Huffman table, count symbols'),
  decompress(FC.DECOMPRESS, 'decompress'),
  decompress(FC.DECOMPRESS_SINGLE_BLOCK, 'decompress a single block and suspend'),
  decompress(FC.DECOMPRESS_RESUME, 'resume decompress'),
  decompress(FC.DECOMPRESS_RESUME_SINGLE_BLOCK, 'resume decompress, a single block and suspend'),
  {
    fc: FC.WRAP,
    name: 'wrap: copy source to target',
    operation: 'wrap',
    dht: false,
    count: false,
    resume: false,
    singleBlock: false,
    inputQuadwords: 0,
    spbc: 'out_spbc_comp',
  },
]

const BY_CODE: readonly (GzipFunction | undefined)[] = Array.from({ length: 64 }, (_, code) =>
  FUNCTIONS.find((row) => row.fc === (code & ~FC_LOW_LIMIT)),
)

/** The function of a 6-bit code, its limit bit set or not; undefined for the codes that end in CC=17. */
export function gzipFunction(fc: number): GzipFunction | undefined {
  return BY_CODE[fc]
}
