import fc from 'fast-check';
import { printable } from '../../contract/printable';
import { optional, wireDecimal, wireId, wireRef, wireStatus, wireText, wireWord } from '../../providers/http/wire';

/** What a terminal acts on: escape sequences of seven and of eight bits, line ends, marks of direction, half characters. */
const HOSTILE = [
  '\u001b[2K\rdone: 1,000,000.00 USD',
  'completed\u001b[0m',
  '\u009b31mred',
  'two\nlines',
  'bell\u0007',
  'deleted\u007f',
  'right\u202eto left',
  'zero\u200bwidth',
  'byte order\ufeff',
  'line\u2028separator',
  'half \ud800',
];

const ACTED_ON = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test.each(HOSTILE)('a word that holds %j is shown, and is no other word', (text) => {
  const word = wireWord.parse(text);
  expect(word).not.toMatch(ACTED_ON);
  expect(word).toContain('\ufffd');
});

test.each(HOSTILE)('an id that holds %j does not fit', (text) => {
  expect(wireId.safeParse(text).success).toBe(false);
});

test('whatever is sent, what is kept has bounds and only characters that are shown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      for (const kept of [wireWord.parse(text), wireRef.parse(text), printable(text, 100)]) {
        expect(kept).not.toMatch(ACTED_ON);
        expect(kept.length).toBeLessThanOrEqual(256);
      }
    }),
  );
});

test('a word that was altered is never one that a decision hangs on', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('completed', 'Failed', 'verified', 'APPROVED'),
      fc.constantFrom('\u001b', '\u200b', '\u202e', '\n', '\u0000', '\u007f', '\u009f'),
      fc.nat(9),
      (status, mark, at) => {
        expect(wireStatus.parse(`${status.slice(0, at)}${mark}${status.slice(at)}`)).not.toBe(status);
      },
    ),
  );
});

test.each([
  ['see https://evil.test/pay now', 'see \ufffd now'],
  ['ask jane@example.test', 'ask \ufffd'],
  ['www.evil.test', '\ufffd'],
  ['AwaitingConfirmation', 'AwaitingConfirmation'],
  ['2024-06-01T10:00:00Z', '2024-06-01T10:00:00Z'],
])('a word keeps no address: %s', (text, kept) => {
  expect(wireWord.parse(text)).toBe(kept);
});

test('what is too long is cut, and an id that is too long does not fit', () => {
  expect(wireWord.parse('x'.repeat(300))).toBe(`${'x'.repeat(255)}…`);
  expect(wireId.safeParse('x'.repeat(256)).success).toBe(false);
  expect(wireText(10).parse('12345678901')).toBe('1234567890…');
});

test('a number is read as an id and as no word, and one that JSON has rounded as neither', () => {
  expect(wireId.parse(67890)).toBe('67890');
  expect(wireWord.safeParse(3).success).toBe(false);
  expect(wireId.safeParse(2 ** 53).success).toBe(false);
  expect(wireId.safeParse(1.5).success).toBe(false);
});

test('what is optional may be absent and null; a status may not be empty, an amount is no number', () => {
  expect(optional(wireWord).parse(undefined)).toBeUndefined();
  expect(optional(wireWord).parse(null)).toBeNull();
  expect(wireStatus.safeParse('').success).toBe(false);
  expect(wireDecimal.safeParse(1).success).toBe(false);
  expect(wireDecimal.parse('0E-8')).toBe('0E-8');
});
