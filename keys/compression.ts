import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY_1 } from './dictionary-1';

/** Names of ways to compress, which stand beside what was compressed: one is never changed, a better one gets another name. */
export type Compression = 'none' | 'z1';

/** Below this there is nothing to save. Most payloads are short, and the dictionary knows how they begin. */
const SMALLEST_BYTES = 40;
/** Far more than Temporal takes as a payload. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What the name of a compression takes. */
const NAME_BYTES = 3;

const dictionary = Buffer.from(DICTIONARY_1);

export interface Packed {
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

/** The smaller of both: as it is, or by deflate with the dictionary. */
export function compressed(bytes: Uint8Array): Packed {
  if (bytes.length < SMALLEST_BYTES) return { compression: 'none', bytes };
  const smaller = deflateRawSync(bytes, { dictionary });
  return smaller.length + NAME_BYTES < bytes.length
    ? { compression: 'z1', bytes: smaller }
    : { compression: 'none', bytes };
}

export function decompressed({ compression, bytes }: Packed): Uint8Array {
  switch (compression) {
    case 'none':
      return bytes;
    case 'z1':
      return inflateRawSync(bytes, { dictionary, maxOutputLength: MOST_BYTES });
  }
}
