import { ERROR_CODES, ERROR_RULES } from '../../contract/errors';
import type { Intent } from '../../contract/funding';
import { beginFunding, decide } from '../../workflows/steps/funding-rule';
import { fundingQuestion } from '../../workflows/steps/funding-questions';
import { question } from '../../workflows/steps/questions';
import { textField } from '../../workflows/steps/unchecked';

const REASONS = [
  'REF_TAKEN',
  'REFS_EXHAUSTED',
  'ORDER_UNFINDABLE',
  'SETTLEMENT_OVERDUE',
  'CLIENT_TAKEN',
  'CLIENT_UNFINDABLE',
  'VERIFICATION_OVERDUE',
  'APPLICATION_REFUSED',
  'DOCUMENT_MISSING',
] as const;

test.each(REASONS)('%s says in sentences what happened and what to do', (reason) => {
  const { because, todo, accepts } = question(reason, ['retry']);
  expect(because).toMatch(/^[A-Z].*\.$/);
  expect(todo).toMatch(/^[A-Z].*\.$/);
  expect(accepts).toEqual(['retry']);
});

test('no two reasons say the same', () => {
  const said = REASONS.map((reason) => question(reason, []).because);
  expect(new Set(said).size).toBe(REASONS.length);
});

test.each(ERROR_CODES)('%s says its remedy', (code) => {
  expect(question(code, []).todo).toBe(ERROR_RULES[code].remedy);
});

test('a failed call is told by its operation, its code and whether it took effect', () => {
  const because = (over: object): string =>
    question('REFUSED', [], { code: 'REFUSED', outcome: 'not-applied', ...over }).because;
  expect(because({})).toBe('The provider refused a call; nothing took effect.');
  expect(because({ operation: 'deposit', providerCode: '2009' })).toBe(
    'The provider refused deposit with its code 2009; nothing took effect.',
  );
  expect(because({ operation: 'deposit', outcome: 'unknown' })).toBe(
    "The provider's answer to deposit leaves open whether it took effect.",
  );
  expect(question('REFUSED', []).because).toBe('A call to the provider failed.');
});

test('the wrong fields go along, where there are any', () => {
  const fields = [{ field: 'applicant.email', problem: 'is taken' }];
  const failure = { code: 'DUPLICATE_PERSON', outcome: 'not-applied' } as const;
  expect(question('DUPLICATE_PERSON', [], { ...failure, fields }).fields).toEqual(fields);
  expect(question('DUPLICATE_PERSON', [], { ...failure, fields: [] })).not.toHaveProperty('fields');
  expect(question('DUPLICATE_PERSON', [], failure)).not.toHaveProperty('fields');
});

test('a question about money offers a fresh ref only where it is safe', () => {
  const intent: Intent = {
    provider: 'p',
    fundingId: 'dep-1',
    kind: 'deposit',
    partnerClientId: 'c-1',
    asset: 'USD',
    amount: '1.00',
  };
  const begun = beginFunding(intent, { maxRefs: 1, settlementDeadlineMs: 1 });
  const semantics = {
    provider: 'p',
    capabilities: [],
    repeatedRef: 'rejects',
    orderLookup: 'by-ref',
    settlement: 'in-call',
    settleWindowMs: 0,
    maxRefLength: 255,
    maxAmountDecimals: 8,
    immutableAfterCreate: [],
  } as const;
  const { state } = decide(begun.state, { saw: 'check-passed', semantics });
  expect(fundingQuestion(state, 'OUTCOME_UNKNOWN').accepts).toEqual(['retry', 'markCompleted', 'abandon']);
  const failed = decide(state, {
    saw: 'answered',
    order: { orderId: '1', ref: 'dep-1', ...intent, state: 'failed', status: 'failed' },
  });
  expect(fundingQuestion(failed.state, 'REFS_EXHAUSTED').accepts).toEqual([
    'retry',
    'useFreshRef',
    'markCompleted',
    'abandon',
  ]);
});

test('a text of what is yet to be checked is read only where it is one', () => {
  expect(textField({ a: 'x' }, 'a')).toBe('x');
  expect(textField({ a: 1 }, 'a')).toBe('');
  expect(textField({}, 'a')).toBe('');
  expect(textField({}, 'toString')).toBe('');
});
