import fc from 'fast-check';
import { decodeText, readJsonText, type JsonBounds } from '../../inputs';
import { drawOneByOne, hostileJson, shown } from './fuzz';

/** The readers of text and JSON against the platform's own: the same, or refused for a reason that holds. */

const WIDE: JsonBounds = { bytes: 1e9, depth: 1e6, values: 1e9, exactNumbers: false };

const tokens = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u00',
    '\\ud800',
    '0',
    '-',
    '.',
    'e',
    'null',
    'tru',
    ' ',
    '\n',
    '\uFEFF',
  ],
  ...['"a":1,', '"\\u0061":1,', '\u0000', '\u2028', '//', "'"],
);

/** JSON with something cut out, put in, or said twice. */
const almostJson: fc.Arbitrary<string> = fc
  .record({
    text: fc.oneof(
      hostileJson.map((json) => JSON.stringify(json)),
      hostileJson.map((json) => JSON.stringify(json, null, 2)),
      fc.constant('{"a":{"a":[1,{"a":1,"b":"\\"}"}]},"b":[]}'),
    ),
    edits: fc.array(fc.record({ at: fc.nat(), cut: fc.nat({ max: 3 }), put: tokens, twice: fc.boolean() }), {
      maxLength: 3,
    }),
  })
  .map(({ text, edits }) =>
    edits.reduce((whole, { at, cut, put, twice }) => {
      const from = whole.length === 0 ? 0 : at % whole.length;
      const again = twice ? whole.slice(Math.max(0, from - 8), from) : put;
      return whole.slice(0, from) + again + whole.slice(from + cut);
    }, text),
  );

type Parsed = { readonly value: unknown } | 'no JSON';

function parsed(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return 'no JSON';
  }
}

/** Whether JSON names a field twice: its text has more names than its value. */
function namesOneTwice(text: string, value: unknown): boolean {
  const names = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gs)].filter(([, colon]) => colon !== undefined).length;
  return names !== countNames(value);
}

function countNames(value: unknown): number {
  const left: unknown[] = [value];
  let names = 0;
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    const inner: readonly unknown[] = Object.values(one);
    if (!Array.isArray(one)) names += inner.length;
    left.push(...inner);
  }
  return names;
}

function wrongAbout(text: string): readonly string[] {
  const read = readJsonText(text, WIDE);
  const platform = parsed(text);
  if (platform === 'no JSON') return read.ok ? [`taken: ${shown(text)}`] : [];
  const isTwice = namesOneTwice(text, platform.value);
  if (!read.ok) return isTwice && read.problem.includes(' twice: ') ? [] : [`${read.problem}: ${shown(text)}`];
  return isTwice ? [`a field named twice was taken: ${shown(text)}`] : [];
}

test('JSON is taken if JSON.parse takes it, unless it names a field twice', () => {
  const wrong: string[] = [];
  const counts = { taken: 0, refused: 0 };
  for (const text of drawOneByOne(almostJson, 4_000)) {
    wrong.push(...wrongAbout(text));
    counts[readJsonText(text, WIDE).ok ? 'taken' : 'refused'] += 1;
  }
  expect(wrong).toEqual([]);
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(200);
});

const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text, 'utf16le')),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text, 'latin1')),
  fc.tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.nat(), fc.nat({ max: 255 })).map(([text, at, byte]) => {
    const buffer = Buffer.from(`\uFEFF${text}`);
    buffer[at % buffer.length] = byte;
    return buffer;
  }),
);

test('bytes are the text that they are in UTF-8, or refused', () => {
  const wrong: string[] = [];
  for (const drawn of drawOneByOne(bytes, 4_000)) wrong.push(...wronglyDecoded(drawn));
  expect(wrong).toEqual([]);
});

function wronglyDecoded(drawn: Uint8Array): readonly string[] {
  const decoded = decodeText(drawn);
  const platform = utf8(drawn);
  if (decoded.ok) return decoded.text === platform ? [] : [shown([...drawn])];
  const isOther = /UTF-16|UTF-32|gzip|ZIP|Excel/.test(decoded.problem);
  return platform === undefined || isOther ? [] : [`${decoded.problem}: ${shown([...drawn])}`];
}

function utf8(drawn: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(drawn);
  } catch {
    return undefined;
  }
}
