import { createHash } from 'node:crypto';
import { unreadable, type DocumentError } from './document-error';
import { sniff } from './sniff';
import type { StoredFile } from './stored-file';
import { refuseUnlessWhole } from './whole';

/**
 * Reads a stream, hashes it as it comes and stops at the first byte too many: a source that lies about its length, or
 * never ends, costs no more memory than the cap.
 *
 * @throws DocumentError if it is empty, larger than `maxBytes`, of no known type, only a part of a file, or holds what a
 *   document may not hold
 */
export async function collect(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredFile> {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    hash.update(chunk);
    chunks.push(chunk);
  }
  if (length === 0) throw unreadable('names an empty file');
  const bytes = Buffer.concat(chunks, length);
  const mime = sniff(bytes);
  if (mime === undefined) throw unreadable('names a file that is not JPEG, PNG, HEIC, HEIF or PDF');
  await refuseUnlessWhole(bytes, mime);
  return { bytes, sha256: hash.digest('hex'), mime };
}

export function tooLarge(maxBytes: number): DocumentError {
  return unreadable(`names a file larger than ${maxBytes} bytes`);
}
