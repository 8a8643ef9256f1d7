/** Of a box: its length and its name; a length of 1 says that a longer one follows, of 0 that it reaches to the end. */
const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;

const CUT_OFF = 'names a HEIC or HEIF that is cut off: its end is missing';
const DAMAGED = 'names a HEIC or HEIF that is damaged';
const NO_PICTURE = 'names a HEIC or HEIF without a picture';

/** Why a file that begins as a HEIF is not a whole one: from box to box up to the end (ISO/IEC 14496-12). */
export function heifProblem(bytes: Buffer): string | undefined {
  const boxes = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    if (at + HEAD_BYTES > bytes.length) return CUT_OFF;
    boxes.add(bytes.toString('latin1', at + 4, at + 8));
    const length = boxLength(bytes, at);
    if (length === undefined) return DAMAGED;
    if (at + length > bytes.length) return CUT_OFF;
    at += length;
  }
  // What describes a still picture or a sequence; and the data, which of a small one is inside of what describes it.
  const described = boxes.has('meta') || boxes.has('moov');
  return described && (boxes.has('mdat') || bytes.includes('idat')) ? undefined : NO_PICTURE;
}

function boxLength(bytes: Buffer, at: number): number | undefined {
  const short = bytes.readUInt32BE(at);
  if (short === 0) return bytes.length - at;
  if (short !== 1) return short < HEAD_BYTES ? undefined : short;
  if (at + LONG_HEAD_BYTES > bytes.length) return LONG_HEAD_BYTES;
  const long = Number(bytes.readBigUInt64BE(at + HEAD_BYTES));
  return long < LONG_HEAD_BYTES ? undefined : long;
}
