import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Of a chunk: its length, its name, and its checksum after the data. */
const AROUND_DATA_BYTES = 12;
/** The bit of a chunk's first letter that makes it one that a reader may skip. */
const ANCILLARY = 0x20;

const CUT_OFF = 'names a PNG that is cut off: its end is missing';
const DAMAGED = 'names a PNG that is damaged';
const NO_PICTURE = 'names a PNG without a picture';

/** Why a file that begins as a PNG is not a whole one: from chunk to chunk up to IEND (ISO/IEC 15948). */
export function pngProblem(bytes: Buffer): string | undefined {
  let data = false;
  let at = SIGNATURE_BYTES;
  while (at + AROUND_DATA_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(name)) return DAMAGED;
    const end = at + AROUND_DATA_BYTES + length;
    if (end > bytes.length) return CUT_OFF;
    const critical = (name.charCodeAt(0) & ANCILLARY) === 0;
    if (critical && crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return DAMAGED;
    if (at === SIGNATURE_BYTES) {
      if (name !== 'IHDR' || length !== 13) return DAMAGED;
      if (bytes.readUInt32BE(at + 8) === 0 || bytes.readUInt32BE(at + 12) === 0) return NO_PICTURE;
    }
    if (name === 'IDAT' && length > 0) data = true;
    if (name === 'IEND') return data ? undefined : NO_PICTURE;
    at = end;
  }
  return CUT_OFF;
}
