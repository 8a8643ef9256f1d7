import fc from 'fast-check';
import { foldedAsset, foldedPerson, sameAsset, samePerson } from '../../contract/fold';

/** Spellings of one name: capitals, wide letters, the Kelvin sign, spaces around. */
const SPELLINGS = ['ops-k', 'OPS-K', 'Ops-k', 'ｏｐｓ－ｋ', 'ops-\u212A', ' ops-k ', '\u00A0ops-k\u3000'];

test.each(SPELLINGS)('%j is one person and one asset, however it is spelled', (spelling) => {
  for (const other of SPELLINGS) {
    expect(samePerson(spelling, other)).toBe(true);
    expect(sameAsset(spelling, other)).toBe(true);
  }
});

test.each([
  ['ops-1', 'ops-2'],
  ['ops-1', 'ops1'],
  ['ops-1', 'ops_1'],
  ['ops-1', 'ops-l'],
  ['USD', 'USDT'],
  ['USD', 'U SD'],
])('%j and %j are two', (a, b) => {
  expect(samePerson(a, b)).toBe(false);
  expect(sameAsset(a, b)).toBe(false);
});

test('what is folded is not changed by folding it again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foldedPerson(foldedPerson(text))).toBe(foldedPerson(text));
      expect(foldedAsset(foldedAsset(text))).toBe(foldedAsset(text));
    }),
  );
});

test('a small letter that has a composed form if its capital has none is composed', () => {
  // A capital J with a caron is two characters, and the small one is one.
  expect(foldedPerson('J\u030C')).toBe('\u01F0');
});
