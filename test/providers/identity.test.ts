import fc from 'fast-check';
import {
  compareDay,
  compareNumber,
  comparePhone,
  compareText,
  compareWords,
  differences,
  identifying,
  type Comparable,
} from '../../providers/identity';

/** Somebody who is identified by a name that agrees, and one field more. */
function isDifference(field: Comparable): boolean {
  return differences([identifying(compareText('name', 'A', 'A')), field]).length > 0;
}

const PHONE = '+971501234567';

test.each([
  PHONE,
  '00971501234567',
  '971501234567',
  '+971 50 123 4567',
  '+971-50-123-4567',
  '+971 (0) 50 123 4567',
  '(+971) 50.123.4567',
  '0097150 1234567',
  'tel:+971-50-123-4567',
  '\u202a+971\u00a050\u2011123\u20114567\u202c',
  '\uff0b\uff19\uff17\uff11501234567',
])('%s is a spelling of one phone number', (shown) => {
  expect(isDifference(comparePhone('phone', PHONE, shown))).toBe(false);
});

test.each([
  '+971501234568',
  '00971501234568',
  '+97150123456',
  '+9715012345670',
  // Of which country, nothing says.
  '0501234567',
  '501234567',
  '(0)501234567',
  '+971501234567 ext. 5',
  '+971501234567 / +971501234568',
  '+97150***4567',
  '1',
  '',
])('%s is another phone number', (shown) => {
  expect(isDifference(comparePhone('phone', PHONE, shown))).toBe(true);
});

test('of two phone numbers that differ, no spelling is the same', () => {
  const number = fc.stringMatching(/^[1-9]\d{6,14}$/);
  const prefix = fc.constantFrom('+', '00', '');
  fc.assert(
    fc.property(number, number, prefix, (ours, theirs, begins) => {
      expect(isDifference(comparePhone('phone', `+${ours}`, `${begins}${theirs}`))).toBe(ours !== theirs);
    }),
  );
});

test.each([
  '1990-01-31',
  '1990-01-31T00:00:00Z',
  '1990-01-31T00:00:00.000Z',
  '1990-01-31t00:00:00z',
  '1990-01-31T00:00:00+03:00',
  '1990-01-31T00:00:00',
  '1990-01-31 00:00:00',
  '1990-01-31T00:00',
  '1990/01/31',
  '19900131',
])('%s is a spelling of one day', (shown) => {
  expect(isDifference(compareDay('birthDate', '1990-01-31', shown))).toBe(false);
});

test.each([
  '1990-01-30',
  '1990-01-30T21:00:00Z',
  '1990-02-01T00:00:00Z',
  '1991-01-31',
  // Not told from the 1st of another month.
  '31-01-1990',
  '31/01/1990',
  '1990-01-31 or so',
  '1990-01-311',
  '1990-01-31T',
  '633744000',
  '',
])('%s is another day', (shown) => {
  expect(isDifference(compareDay('birthDate', '1990-01-31', shown))).toBe(true);
});

test.each([
  ['784-1990-1234567-1', '784199012345671', false],
  ['784-1990-1234567-1', '784 1990 1234567 1', false],
  ['ab 123', 'AB123', false],
  ['784-1990-1234567-1', '784-1990-1234567-2', true],
  ['0123', '123', true],
])('the papers %s and %s: different: %s', (ours, theirs, different) => {
  expect(isDifference(compareNumber('governmentId.number', ours, theirs))).toBe(different);
});

test.each([
  ['Layla Al-Example', ' LAYLA  al\u2011example\u200b', false],
  ["Layla O'Example", 'Layla O’Example', false],
  ['Jos\u00e9', 'Jose\u0301', false],
  ['Layla Example', 'Layla B. Example', true],
  ['José', 'Jose', true],
  ['Layla Example', '', true],
])('the texts %s and %s: different: %s', (ours, theirs, different) => {
  expect(isDifference(compareText('name', ours, theirs))).toBe(different);
});

test('words are compared in any order', () => {
  expect(isDifference(compareWords('purposes', ['b', 'a'], ['a', 'b']))).toBe(false);
  expect(isDifference(compareWords('purposes', ['b', 'a'], ['a']))).toBe(true);
  expect(isDifference(compareWords('purposes', undefined, []))).toBe(false);
  expect(isDifference(compareWords('purposes', ['a'], null))).toBe(false);
});

describe('who it is', () => {
  const name = (theirs: string | null) => identifying(compareText('applicant.name', 'A', theirs));
  const paper = (ours: string | undefined, theirs: string | null) =>
    identifying(compareNumber('applicant.governmentId.number', ours, theirs));
  const fields = (comparables: readonly Comparable[]) => differences(comparables).map(({ field }) => field);

  test('one identifying field that is shown and equal is enough, if nothing that is shown differs', () => {
    expect(fields([name('A'), paper('7', null), compareText('city', 'X', null)])).toEqual([]);
    expect(fields([name('A'), paper('7', null), compareText('city', 'X', 'Y')])).toEqual(['city']);
    expect(fields([name('A'), paper('7', '8')])).toEqual(['applicant.governmentId.number']);
  });

  test('without one, it is nobody, however much else agrees', () => {
    const both = ['applicant.name', 'applicant.governmentId.number'];
    expect(fields([name(null), paper('7', null), compareText('city', 'X', 'X')])).toEqual(both);
    expect(differences([name(null)])[0]?.problem).toMatch(/not shown/);
  });

  test('nothing is not something that is equal', () => {
    expect(fields([name(null), paper(undefined, '')])).not.toEqual([]);
    expect(fields([name(null), paper('-', ' - ')])).not.toEqual([]);
  });

  test('no value of either side is told', () => {
    expect(JSON.stringify(differences([identifying(compareText('applicant.name', 'Layla', 'Omar'))]))).not.toMatch(
      /Layla|Omar/i,
    );
  });
});
