import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY_1 } from './dictionary-1';

/** Names of ways to compress, which stand beside what was compressed: one is never changed, a better one gets another name. */
const DEFLATE_1 = 'deflate-1';
const NONE = '';
export type Compression = typeof DEFLATE_1 | typeof NONE;

/** Below this, what a dictionary saves is less than what the name of the compression takes. */
const SMALLEST_BYTES = 150;
/** Far more than Temporal takes as a payload. */
const MOST_BYTES = 64 * 1024 * 1024;

const dictionary = Buffer.from(DICTIONARY_1);

/** The smaller of both. */
export function compressed(bytes: Uint8Array): { readonly compression: Compression; readonly bytes: Uint8Array } {
  if (bytes.length < SMALLEST_BYTES) return { compression: NONE, bytes };
  const smaller = deflateRawSync(bytes, { dictionary });
  const saves = smaller.length + DEFLATE_1.length + 'compression'.length + METADATA_ENTRY_BYTES < bytes.length;
  return saves ? { compression: DEFLATE_1, bytes: smaller } : { compression: NONE, bytes };
}

/** What an entry of a payload's metadata takes beside its name and value. */
const METADATA_ENTRY_BYTES = 6;

/** Undefined if nothing of this version compresses so. */
export function compressionOf(name: string): Compression | undefined {
  return name === DEFLATE_1 || name === NONE ? name : undefined;
}

export function decompressed(compression: Compression, bytes: Uint8Array): Uint8Array {
  switch (compression) {
    case NONE:
      return bytes;
    case DEFLATE_1:
      return inflateRawSync(bytes, { dictionary, maxOutputLength: MOST_BYTES });
  }
}
