/** What a file really is, by its first bytes. Names and headers are only claims. */

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PDF = Buffer.from('%PDF-', 'latin1');
/** A PDF may begin after other bytes, such as a byte order mark: Adobe's implementation notes to ISO 32000 look this far. */
const PDF_WITHIN_BYTES = 1024;

/** Brands of an ISO base media file (ISO/IEC 23008-12) whose picture is HEVC: what is called HEIC. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
/** Brands of the HEIF container, whatever its picture is coded in. */
const HEIF_BRANDS = new Set(['mif1', 'mif2', 'msf1', 'heif']);
/** AVIF uses the same container and is not one of the formats of a document. */
const AVIF_BRANDS = new Set(['avif', 'avis']);

/** Where the list of brands begins in a file type box, and how much of it is believed. */
const BRANDS_AT = 8;
const MOST_BRANDS_BYTES = 256;

/** The types that a document's file may be of. */
export type DocumentMime = 'image/jpeg' | 'image/png' | 'image/heic' | 'image/heif' | 'application/pdf';

/** What the file begins as; undefined if it is of no type that a document may be of. */
export function sniff(bytes: Buffer): DocumentMime | undefined {
  if (startsWith(bytes, JPEG)) return 'image/jpeg';
  if (startsWith(bytes, PNG)) return 'image/png';
  return sniffHeif(bytes) ?? (pdfBegins(bytes) === undefined ? undefined : 'application/pdf');
}

/** Where the PDF in a file begins. */
export function pdfBegins(bytes: Buffer): number | undefined {
  const at = bytes.subarray(0, PDF_WITHIN_BYTES).indexOf(PDF);
  return at === -1 ? undefined : at;
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

function sniffHeif(bytes: Buffer): 'image/heic' | 'image/heif' | undefined {
  if (bytes.length < BRANDS_AT + 8 || bytes.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const boxEnd = Math.min(bytes.readUInt32BE(0), bytes.length, MOST_BRANDS_BYTES);
  const [major, , ...compatible] = fourLetterWords(bytes, BRANDS_AT, boxEnd);
  if (major === undefined) return undefined;
  if (HEIC_BRANDS.has(major)) return 'image/heic';
  if (!HEIF_BRANDS.has(major) || compatible.some((brand) => AVIF_BRANDS.has(brand))) return undefined;
  return compatible.some((brand) => HEIC_BRANDS.has(brand)) ? 'image/heic' : 'image/heif';
}

function fourLetterWords(bytes: Buffer, from: number, to: number): string[] {
  const words: string[] = [];
  for (let at = from; at + 4 <= to; at += 4) words.push(bytes.toString('latin1', at, at + 4));
  return words;
}
