import { differingFields } from '../../client/flow/started-request';

const request = { provider: 'coinmena', amount: '10.00', documents: [{ front: { uri: 'file:///a' } }] };

test.each([
  ['the same', request],
  ['another order of fields', { documents: [{ front: { uri: 'file:///a' } }], amount: '10.00', provider: 'coinmena' }],
  ['another spelling of the amount', { ...request, amount: '10' }],
  ['a field that is undefined', { ...request, policy: undefined }],
])('%s is the same request', (_, other) => {
  expect(differingFields(request, other)).toEqual([]);
});

test.each<[string, unknown, readonly string[]]>([
  ['another amount', { ...request, amount: '10.01' }, ['amount']],
  ['another file', { ...request, documents: [{ front: { uri: 'file:///b' } }] }, ['documents.0.front.uri']],
  ['one field more', { ...request, policy: { maxRefs: 3 } }, ['policy.maxRefs']],
  ['one field less', { provider: 'coinmena', amount: '10.00' }, ['documents.0.front.uri']],
  ['the type of a value', { ...request, amount: 10 }, ['amount']],
])('%s is named', (_, other, fields) => {
  expect(differingFields(request, other)).toEqual(fields);
});

test('deep inside, an amount is one too', () => {
  const planned = (amount: string) => ({ funding: [{ fundingId: 'a', amount }] });
  expect(differingFields(planned('1.50'), planned('1.5'))).toEqual([]);
  expect(differingFields(planned('1.50'), planned('1.51'))).toEqual(['funding.0.amount']);
});
