/** `nxzlib`: node:zlib's convenience functions, by jobs of the gzip unit. */
export {
  deflate,
  deflateRaw,
  deflateRawSync,
  deflateSync,
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  unzip,
  unzipSync,
} from './zlib/convenience.js'
