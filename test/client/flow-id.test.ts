import { meantWorkflowIds, readWorkflowId } from '../../client/flow/flow-id';
import { GangwayError } from '../../client/gangway-error';

test('a workflow id says what it locks', () => {
  expect(readWorkflowId('funding/coinmena/dep-1')).toEqual({ kind: 'funding', provider: 'coinmena', own: 'dep-1' });
  expect(readWorkflowId('onboarding/coinmena/u.1')).toEqual({ kind: 'onboarding', provider: 'coinmena', own: 'u.1' });
});

test.each([
  'dep-1',
  'funding/coinmena',
  'funding/coinmena/a/b',
  'other/coinmena/a',
  'funding//a',
  'funding/coinmena/a~2',
])('%s is no workflow id', (id) => {
  expect(readWorkflowId(id)).toBeUndefined();
});

test('a bare id may be either', () => {
  expect(meantWorkflowIds('dep-1', 'coinmena')).toEqual(['funding/coinmena/dep-1', 'onboarding/coinmena/dep-1']);
  expect(meantWorkflowIds('funding/coinmena/dep-1', undefined)).toEqual(['funding/coinmena/dep-1']);
});

test.each<[string, string | undefined, readonly string[]]>([
  ['a/b', 'coinmena', ['id']],
  ['a b', 'coinmena', ['id']],
  ['dep-1', undefined, ['provider']],
  ['', undefined, ['id', 'provider']],
])('%j at %j is refused by field', (id, provider, fields) => {
  let refused: unknown;
  try {
    meantWorkflowIds(id, provider);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(GangwayError);
  expect(refused).toMatchObject({ code: 'INVALID_REQUEST', fields: fields.map((field) => ({ field })) });
});
