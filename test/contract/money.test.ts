import fc from 'fast-check';
import {
  add,
  amountProblem,
  covers,
  isDecimalText,
  isNegative,
  plainDecimal,
  sameAmount,
  subtract,
} from '../../contract/money';

/** An amount in units of 1e-8, as text: far beyond what a float holds. */
const units = fc.bigInt({ min: 0n, max: 10n ** 30n });

function textOf(amount: bigint): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(9, '0');
  return `${sign}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

test('sums and differences are exact, whatever the size', () => {
  fc.assert(
    fc.property(units, units, (a, b) => {
      expect(sameAmount(add(textOf(a), textOf(b)), textOf(a + b))).toBe(true);
      expect(sameAmount(subtract(textOf(a), textOf(b)), textOf(a - b))).toBe(true);
      expect(covers(textOf(a), textOf(b))).toBe(a >= b);
      expect(isNegative(textOf(a - b))).toBe(a < b);
      expect(sameAmount(textOf(a), textOf(b))).toBe(a === b);
    }),
  );
});

test('one unit of the eighth decimal is seen beyond 2^53', () => {
  expect(sameAmount('9007199254740993.00000001', '9007199254740993.00000002')).toBe(false);
  expect(covers('9007199254740993.00000001', '9007199254740993.00000002')).toBe(false);
  expect(subtract('9007199254740993.00000002', '9007199254740993.00000001')).toBe('0.00000001');
  expect(add('9007199254740993.00000001', '0.00000001')).toBe('9007199254740993.00000002');
});

test('an amount is the same however it is spelled', () => {
  for (const spelling of ['1000', '1000.00', '1E3', '1e+3', '10000E-1', '+1000']) {
    expect(sameAmount(spelling, '1000')).toBe(true);
  }
  expect(sameAmount('0E-8', '0')).toBe(true);
  expect(sameAmount('-0', '0')).toBe(true);
});

test.each([
  ['0E-8', '0.00000000'],
  ['1000.00', '1000.00'],
  ['1E3', '1000'],
  ['1.5E1', '15'],
  ['1.5E-3', '0.0015'],
  ['1.50e2', '150'],
  ['-0.10', '-0.10'],
  ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ['1E30', '1000000000000000000000000000000'],
])('%s is plainly %s', (written, plain) => {
  expect(plainDecimal(written)).toBe(plain);
});

test.each(['0', '0.5', '1000.00', '0E-8', '-1.5e+10', '+2', '1E300'])('%s is a decimal', (text) => {
  expect(isDecimalText(text)).toBe(true);
});

test.each([
  '',
  ' ',
  '1 ',
  '.5',
  '1.',
  '1,5',
  '0x10',
  'NaN',
  'Infinity',
  '1e',
  '1e1000',
  '--1',
  '1_0',
  '1'.repeat(65),
  '١',
])('%j is no decimal, and is refused before arithmetic', (text) => {
  expect(isDecimalText(text)).toBe(false);
  expect(() => sameAmount(text, '1')).toThrow(new RangeError('not a decimal'));
  expect(() => add('1', text)).toThrow(RangeError);
});

describe('an amount that is asked for', () => {
  test.each(['0.00000001', '1', '1000.00', '9007199254740993.12345678', '1'.repeat(64)])('%s is taken', (amount) => {
    expect(amountProblem(amount, 8)).toBeUndefined();
  });

  test.each([
    [1000, 'must be a decimal in a string, such as "1000.00"'],
    [undefined, 'must be a decimal in a string, such as "1000.00"'],
    ['', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['-1', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['+1', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['1e3', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['1.', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['.1', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['1\n', 'must be a plain decimal such as "1000.00", without sign, exponent or spaces'],
    ['1'.repeat(65), 'must have at most 64 characters'],
    ['1.123456789', 'must have at most 8 decimal places'],
    ['0', 'must be greater than 0'],
    ['0.00000000', 'must be greater than 0'],
  ])('%j is refused: it %s', (amount, problem) => {
    expect(amountProblem(amount, 8)).toBe(problem);
  });

  test('every amount of at most eight decimals is taken, and one of more is not', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 12 }), (whole, places) => {
        const text = places === 0 ? `${whole}` : `${whole}.${'3'.repeat(places)}`;
        const refused = places > 8 || (whole === 0n && places === 0);
        expect(amountProblem(text, 8) === undefined).toBe(!refused);
      }),
    );
  });
});

test('a decimal of a provider has at most 64 characters', () => {
  expect(isDecimalText('1'.repeat(64))).toBe(true);
  expect(isDecimalText('1'.repeat(65))).toBe(false);
});
