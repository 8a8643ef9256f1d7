import type { InspectedDocument } from '../../contract/onboarding';
import { ageInYears, applicationProblems, DOCUMENT_TYPES } from '../../providers/coinmena/rules';
import type { NewClient } from '../../providers/port';
import { inspected, newClient } from './coinmena-fixtures';

const all = new Set(['bh', 'sa', 'ae']);
const RULES = {
  countries: { residency: all, citizenship: all, placeOfBirth: all },
  legalAge: 18,
  requiredDocuments: ['government_id'],
  nowMs: Date.parse('2026-03-01T12:00:00Z'),
};
const ID = inspected('government_id', 'a'.repeat(64));

function fields(client: NewClient, documents: readonly InspectedDocument[] = [ID], rules = RULES): string[] {
  return applicationProblems(client, documents, rules).map(({ field }) => field);
}

test('the example is accepted', () => {
  expect(fields(newClient('user_12345'))).toEqual([]);
});

describe('age', () => {
  test.each([
    ['2008-03-01', 18],
    ['2008-03-02', 17],
    ['2008-02-29', 18],
    ['2026-03-01', 0],
    ['2030-01-01', -4],
  ])('born %s: %d on 1 March 2026', (birthDate, age) => {
    expect(ageInYears(birthDate, RULES.nowMs)).toBe(age);
  });

  test('the day counts in UTC', () => {
    expect(ageInYears('2008-03-02', Date.parse('2026-03-01T23:59:59Z'))).toBe(17);
    expect(ageInYears('2008-03-02', Date.parse('2026-03-02T00:00:00Z'))).toBe(18);
  });

  test('born on 29 February, of age on 1 March of a common year', () => {
    expect(ageInYears('2008-02-29', Date.parse('2026-02-28T23:59:59Z'))).toBe(17);
  });

  test('below the legal age is refused', () => {
    expect(fields(newClient('a', { birthDate: '2008-03-02' }))).toEqual(['applicant.birthDate']);
  });
});

describe('countries', () => {
  test.each(['residency', 'citizenship', 'placeOfBirth'] as const)('%s must be accepted for itself', (field) => {
    const rules = { ...RULES, countries: { ...RULES.countries, [field]: new Set(['sa']) } };
    expect(fields(newClient('a'), [ID], rules)).toEqual([`applicant.${field}`]);
  });

  test('ids are lower case', () => {
    expect(fields(newClient('a', { placeOfBirth: 'BH' }))).toEqual(['applicant.placeOfBirth']);
  });
});

describe('visa', () => {
  test('is required if residency is not citizenship', () => {
    expect(fields(newClient('a', { citizenship: 'sa' }))).toEqual(['applicant.residencyVisa']);
    const residencyVisa = { number: 'V1', expiresOn: '2020-01-01' };
    expect(fields(newClient('a', { citizenship: 'sa', residencyVisa }))).toEqual([]);
  });
});

describe('documents', () => {
  test('required ones must be there', () => {
    expect(fields(newClient('a'), [])).toEqual(['documents']);
  });

  test.each(DOCUMENT_TYPES)('%s is a type', (type) => {
    expect(fields(newClient('a'), [ID, { ...ID, type }])).toEqual([]);
  });

  test('another type is refused', () => {
    expect(fields(newClient('a'), [ID, inspected('selfie', 'b')])).toEqual(['documents.1.type']);
  });

  test.each(['image/jpeg', 'image/png', 'image/heic', 'image/heif', 'application/pdf'])('%s is a format', (mime) => {
    expect(fields(newClient('a'), [{ ...ID, front: { ...ID.front, mime } }])).toEqual([]);
  });

  test('another format, and more than 5 MB, are refused, for each side', () => {
    const gif = { ...ID.front, mime: 'image/gif' };
    const large = { ...ID.front, bytes: 5_000_001 };
    expect(fields(newClient('a'), [{ ...ID, front: gif, back: large }])).toEqual([
      'documents.0.front',
      'documents.0.back',
    ]);
    expect(fields(newClient('a'), [{ ...ID, front: { ...ID.front, bytes: 5_000_000 } }])).toEqual([]);
  });
});

test('an expired id is let through: what CoinMENA does with it is not known', () => {
  expect(fields(newClient('a', { governmentId: { number: '1', expiresOn: '2000-01-01' } }))).toEqual([]);
});
