import { isUtf8 } from 'node:buffer';

/** Text, or why the bytes are refused, in words that follow the name of where they came from. */
export type DecodedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

/** What to do with a file that {@link decodeText} refuses. */
export const HOW_TO_SAVE =
  'Save it as UTF-8: in Excel as "CSV UTF-8 (Comma delimited)", in an editor with the encoding UTF-8.';

const BOM = '\uFEFF';

/** By their first bytes; UTF-32 before UTF-16, whose mark it begins with. */
const NO_TEXT: readonly (readonly [start: readonly number[], problem: string])[] = [
  [[0xff, 0xfe, 0, 0], 'is UTF-32, not UTF-8'],
  [[0, 0, 0xfe, 0xff], 'is UTF-32, not UTF-8'],
  [[0xff, 0xfe], 'is UTF-16, not UTF-8'],
  [[0xfe, 0xff], 'is UTF-16, not UTF-8'],
  [[0x1f, 0x8b], 'is compressed with gzip'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a ZIP file or an Excel workbook, not text'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is an Excel workbook, not text'],
];

/**
 * The one place that makes text of bytes: files, events, bodies and answers. UTF-8 with or without a byte order mark;
 * anything else is refused and never repaired, because a replaced character would be kept for ever as part of a name.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const other = anotherForm(buffer);
  if (other !== undefined) return { ok: false, problem: other };
  const text = buffer.toString('utf8');
  if (!isUtf8(buffer)) return { ok: false, problem: notUtf8(buffer, text) };
  return { ok: true, text: text.startsWith(BOM) ? text.slice(BOM.length) : text };
}

/** What the bytes are if they show at once that they are no UTF-8, in the words of {@link decodeText}. */
export function anotherForm(buffer: Buffer): string | undefined {
  const known = NO_TEXT.find(([start]) => start.every((byte, index) => buffer[index] === byte));
  if (known !== undefined) return known[1];
  return hasWideCharacters(buffer) ? 'is UTF-16, not UTF-8' : undefined;
}

/** Whether it begins as ASCII does in UTF-16, with every second byte zero. No other text holds zeros. */
function hasWideCharacters(buffer: Buffer): boolean {
  if (buffer.length < 4) return false;
  const isWide = (first: number): boolean =>
    [0, 1].every((pair) => buffer[2 * pair + first] === 0 && buffer[2 * pair + 1 - first] !== 0);
  return isWide(0) || isWide(1);
}

function notUtf8(buffer: Buffer, replaced: string): string {
  const at = firstDifference(buffer, Buffer.from(replaced, 'utf8'));
  const line = 1 + buffer.subarray(0, at).filter((byte) => byte === 0x0a).length;
  return `${guess(buffer, replaced)} (line ${line})`;
}

function firstDifference(a: Buffer, b: Buffer): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length : at;
}

const REPLACED = /\uFFFD/gu;
const BEYOND_ASCII = /[^\0-\x7f\uFFFD]/gu;

/** What somebody probably saved it as. Only a guess: a code page leaves no mark. */
function guess(buffer: Buffer, replaced: string): string {
  const wrong = replaced.match(REPLACED)?.length ?? 0;
  const right = replaced.match(BEYOND_ASCII)?.length ?? 0;
  if (right >= wrong) return 'is UTF-8 that is cut off or damaged';
  const high = buffer.filter((byte) => byte >= 0x80);
  if (runsOf(buffer) * 2 < high.length) {
    return 'is not UTF-8 but Windows-1256 or another code page of a script that is not Latin, as it seems';
  }
  return `is not UTF-8 but Windows-1252${high.some((byte) => byte < 0xa0) ? '' : ' or Latin-1'}, as it seems`;
}

/** How many groups of bytes beyond ASCII there are: letters that Latin languages add mostly stand alone. */
function runsOf(buffer: Buffer): number {
  let runs = 0;
  let before = 0;
  for (const byte of buffer) {
    if (byte >= 0x80 && before < 0x80) runs += 1;
    before = byte;
  }
  return runs;
}
