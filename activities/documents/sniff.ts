/** What a file really is, by its first bytes. Names and headers are claims, these are facts. */

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PDF = Buffer.from('%PDF-', 'latin1');

/** Brands of an ISO base media file (ISO/IEC 23008-12) whose picture is HEVC: what is called HEIC. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
/** Brands of the HEIF container, whatever its picture is coded in. */
const HEIF_BRANDS = new Set(['mif1', 'mif2', 'msf1', 'heif']);
/** AVIF uses the same container and is not one of the formats of a document. */
const AVIF_BRANDS = new Set(['avif', 'avis']);

/** Where the list of brands begins in a file type box, and how much of it is believed. */
const BRANDS_AT = 8;
const MOST_BRANDS_BYTES = 256;

/** `image/jpeg`, `image/png`, `application/pdf`, `image/heic` or `image/heif`; undefined for anything else. */
export function sniff(bytes: Buffer): string | undefined {
  if (startsWith(bytes, JPEG)) return 'image/jpeg';
  if (startsWith(bytes, PNG)) return 'image/png';
  if (startsWith(bytes, PDF)) return 'application/pdf';
  return sniffHeif(bytes);
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

function sniffHeif(bytes: Buffer): string | undefined {
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
