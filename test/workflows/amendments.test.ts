import { amended, amendProblems } from '../../workflows/shared/amendments';
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

const EXISTS = { clientExists: true, immutableAfterCreate: ['applicant.birthDate'], resubmits: false };
const IMMUTABLE = 'cannot change once the client exists: the provider keeps it as it was created';
const ELSEWHERE =
  'cannot be changed by Gangway once the client exists; change it at the provider, then resolve with retry';

test('details are merged, even if there were none', () => {
  const more = amended(CURRENT, { details: { consent: { reference: 'c-1' }, keyPersons: [1, 2] } });
  expect(more.details).toEqual({ consent: { reference: 'c-1' }, keyPersons: [1, 2] });
  expect(amended(more, { details: { consent: { agreedAt: 'x' }, keyPersons: [3] } }).details).toEqual({
    consent: { reference: 'c-1', agreedAt: 'x' },
    keyPersons: [3],
  });
  expect(amended(more, {}).details).toEqual(more.details);
});

test('before the client exists, anything may be amended', () => {
  const patch = { applicant: { birthDate: '1990-01-01' }, details: { a: 1 } };
  expect(amendProblems(patch, { ...EXISTS, clientExists: false })).toEqual([]);
});

test('afterwards, documents only: every other field is named, the immutable ones with their reason', () => {
  const patch = {
    applicant: { birthDate: '1990-01-01', address: { city: 'Riffa' } },
    documents: CURRENT.documents,
    details: { source: { of: 'funds' } },
  };
  expect(amendProblems(patch, EXISTS)).toEqual([
    { field: 'applicant.birthDate', problem: IMMUTABLE },
    { field: 'applicant.address.city', problem: ELSEWHERE },
    { field: 'details.source.of', problem: ELSEWHERE },
  ]);
  const immutableAfterCreate = ['applicant.birthDate', 'applicant.address'];
  expect(amendProblems(patch, { ...EXISTS, immutableAfterCreate })[1]?.problem).toBe(IMMUTABLE);
  expect(amendProblems({ documents: CURRENT.documents }, EXISTS)).toEqual([]);
});

test('if the application is submitted again, only what the provider keeps for good is refused', () => {
  const patch = { applicant: { birthDate: '1990-01-01', name: 'New Name' }, details: { customerType: 'CORPORATE' } };
  const rules = { ...EXISTS, immutableAfterCreate: ['details.customerType'], resubmits: true };
  expect(amendProblems(patch, rules)).toEqual([{ field: 'details.customerType', problem: IMMUTABLE }]);
});

test('nothing is a value like any other, and what is not there stays away', () => {
  const current = { ...CURRENT, details: { a: { b: 1 }, c: 2 } };
  expect(amended(current, { details: { a: null } }).details).toEqual({ a: null, c: 2 });
  const rules = { clientExists: true, immutableAfterCreate: [], resubmits: false };
  expect(amendProblems({ details: { a: null } }, rules).map(({ field }) => field)).toEqual(['details.a']);
  expect(amended(CURRENT, {})).not.toHaveProperty('details');
});
