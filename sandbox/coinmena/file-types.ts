/** The formats of documents (CoinMENA Onboarding page: JPEG, PNG, HEIC, HEIF, PDF), told by their first bytes. */
export type FileFormat = 'jpeg' | 'png' | 'heif' | 'pdf';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PDF = Buffer.from('%PDF-');
const BOX = Buffer.from('ftyp');

/** Brands of HEIC and HEIF (ISO/IEC 23008-12, annex B). The two are one container: either may declare the other. */
const HEIF_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'];

const FORMAT_OF_MIME: Readonly<Record<string, FileFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/heic': 'heif',
  'image/heif': 'heif',
  'application/pdf': 'pdf',
};

const EXTENSION_OF_MIME: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'application/pdf': 'pdf',
};

/** What a declared type stands for; undefined if it is not accepted. */
export function formatOfMime(mime: string): FileFormat | undefined {
  return FORMAT_OF_MIME[mime];
}

/** What the bytes are; undefined if they are none of the formats. */
export function formatOfBytes(bytes: Buffer): FileFormat | undefined {
  if (bytes.subarray(0, 3).equals(JPEG)) return 'jpeg';
  if (bytes.subarray(0, 8).equals(PNG)) return 'png';
  if (bytes.subarray(0, 5).equals(PDF)) return 'pdf';
  if (bytes.subarray(4, 8).equals(BOX) && HEIF_BRANDS.includes(bytes.toString('latin1', 8, 12))) return 'heif';
  return undefined;
}

export function extensionOf(mime: string): string {
  return EXTENSION_OF_MIME[mime] ?? 'bin';
}
