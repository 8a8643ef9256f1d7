import fc from 'fast-check';
import { createColors } from 'picocolors';
import { terminalText } from '../../client/cli/terminal-text';
import { printableJson, printableLines } from '../../contract/printable';

const colors = createColors(true);

test('our own styles and lines stay', () => {
  const ours = `${colors.bold('Deposit')}: ${colors.green('done')}\n  ${colors.dim('x')} ${colors.gray('y')}`;
  expect(terminalText(ours, true)).toBe(ours);
});

test.each([
  ['the cursor, and another line over this one', 'completed\u001b[2K\rdone: 1,000,000.00 USD'],
  ['the title of the window', '\u001b]0;pwned\u0007'],
  ['a link', '\u001b]8;;https://evil.test\u0007here\u001b]8;;\u0007'],
  ['hidden text', '\u001b[8mhidden'],
  ['an eight-bit sequence', '\u009b2J'],
  ['a mark of direction', '\u202eDSU'],
])('nothing else that a terminal acts on: %s', (_, text) => {
  for (const styled of [true, false]) {
    expect(terminalText(text, styled)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(terminalText(text, styled)).toContain('\ufffd');
  }
});

test('without styles not even a colour passes', () => {
  expect(terminalText('\u001b[32mgreen', false)).toBe('\ufffd[32mgreen');
});

test('whatever is printed, lines are all that is acted on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printableLines(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('JSON says the same, and can be shown', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
      const json = printableJson(value);
      expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      const read: unknown = JSON.parse(json);
      expect(read).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
