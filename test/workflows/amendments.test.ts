import { amended, amendProblems } from '../../workflows/steps/amendments';
import { applicant } from '../setup/applicant';

const CURRENT = {
  applicant: applicant('c-1'),
  documents: [
    { type: 'government_id', front: { uri: 'file:///id.jpg' } },
    { type: 'proof_of_address', front: { uri: 'file:///bill.pdf' } },
  ],
};

test('nested fields are merged, lists and documents of a type are replaced', () => {
  const next = amended(CURRENT, {
    applicant: { name: 'New Name', address: { city: 'Riffa' }, accountPurposes: ['other'] },
    documents: [
      { type: 'proof_of_address', front: { uri: 'file:///new.pdf' } },
      { type: 'residency_visa', front: { uri: 'file:///visa.pdf' } },
    ],
  });
  expect(next.applicant).toEqual({
    ...CURRENT.applicant,
    name: 'New Name',
    address: { ...CURRENT.applicant.address, city: 'Riffa' },
    accountPurposes: ['other'],
  });
  expect(next.documents.map(({ type, front }) => [type, front.uri])).toEqual([
    ['government_id', 'file:///id.jpg'],
    ['proof_of_address', 'file:///new.pdf'],
    ['residency_visa', 'file:///visa.pdf'],
  ]);
  expect(CURRENT.applicant.address.city).toBe('Manama');
});

test('a field that was not there is added', () => {
  const residencyVisa = { number: 'V1', expiresOn: '2030-01-01' };
  expect(amended(CURRENT, { applicant: { residencyVisa } }).applicant).toEqual({ ...CURRENT.applicant, residencyVisa });
  expect(amended(CURRENT, {})).toEqual(CURRENT);
});

test('a patch cannot reach what every object inherits', () => {
  const patch: unknown = JSON.parse('{"applicant":{"__proto__":{"polluted":true}}}');
  amended(CURRENT, patch instanceof Object ? patch : {});
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('before the client exists, anything may be amended', () => {
  expect(amendProblems({ applicant: { birthDate: '1990-01-01' } }, false, ['applicant.birthDate'])).toEqual([]);
});

test('afterwards, documents only: every other field is named, the immutable ones with their reason', () => {
  const patch = {
    applicant: { birthDate: '1990-01-01', address: { city: 'Riffa' } },
    documents: CURRENT.documents,
  };
  expect(amendProblems(patch, true, ['applicant.birthDate'])).toEqual([
    {
      field: 'applicant.birthDate',
      problem: 'cannot change once the client exists: the provider keeps it as it was created',
    },
    {
      field: 'applicant.address.city',
      problem:
        'cannot be changed by Gangway once the client exists; change it at the provider, then resolve with retry',
    },
  ]);
  expect(amendProblems(patch, true, ['applicant.birthDate', 'applicant.address'])[1]?.problem).toMatch(
    /^cannot change/,
  );
  expect(amendProblems({ documents: CURRENT.documents }, true, [])).toEqual([]);
});
