import { ERROR_CODES, ERROR_RULES } from '../../contract/errors';
import type { Intent, Order, Terms } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import { beginFunding, decide, type FundingState } from '../../workflows/funding/rule';
import { fundingEvidence, fundingQuestion } from '../../workflows/funding/questions';
import { question } from '../../workflows/shared/questions';
import { textField } from '../../workflows/shared/unchecked';

const REASONS = [
  'APPROVAL_REQUIRED',
  'APPROVAL_EXPIRED',
  'REF_TAKEN',
  'ORDER_DIFFERS',
  'ORDER_CANCELLED',
  'ORDERS_DOUBLED',
  'REFS_EXHAUSTED',
  'ORDER_UNFINDABLE',
  'SETTLEMENT_OVERDUE',
  'TERMS_CHANGED',
  'INFORMATION_REQUIRED',
  'NOT_CONFIRMED',
  'NOT_CANCELLED',
  'DEPOSIT_OVERDUE',
  'ACCOUNT_REFUSED',
  'CLIENT_REJECTED',
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
  expect(because({ operation: 'checkFunding', providerCode: '2009' })).toBe(
    'The check before anything is sent did not pass with its code 2009; nothing took effect.',
  );
  expect(because({ operation: 'deposit', code: 'UNREACHABLE' })).toBe(
    'The provider could not be reached for deposit; nothing was sent.',
  );
  expect(because({ operation: 'deposit', code: 'UNREACHABLE', connection: 'refused' })).toMatch(
    /^The provider could not be reached for deposit; nothing was sent\. Why: .+\.$/,
  );
  expect(because({ operation: 'checkApplication' })).toBe(
    'The check before anything is sent did not pass; nothing took effect.',
  );
  expect(because({ operation: 'checkFunding', outcome: 'unknown' })).toBe(
    "The provider's answer to checkFunding leaves open whether it took effect.",
  );
  expect(question('REFUSED', []).because).toBe('A call to the provider failed.');
});

test('the wrong fields go along, if there are any', () => {
  const fields = [{ field: 'applicant.email', problem: 'is taken' }];
  const failure = { code: 'DUPLICATE_PERSON', outcome: 'not-applied' } as const;
  expect(question('DUPLICATE_PERSON', [], { ...failure, fields }).fields).toEqual(fields);
  expect(question('DUPLICATE_PERSON', [], { ...failure, fields: [] })).not.toHaveProperty('fields');
  expect(question('DUPLICATE_PERSON', [], failure)).not.toHaveProperty('fields');
});

test('a question about money offers a fresh ref only if it is safe', () => {
  const intent: Intent = {
    provider: 'p',
    fundingId: 'dep-1',
    kind: 'deposit',
    partnerClientId: 'c-1',
    asset: 'USD',
    amount: '1.00',
  };
  const begun = beginFunding(intent, { begunAt: '2026-01-01T00:00:00.000Z', maxRefs: 1, settlementDeadlineMs: 1 });
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

describe('a question about an intent says what is to be decided', () => {
  const intent: Intent = {
    provider: 'p',
    fundingId: 'out-1',
    kind: 'withdrawal',
    partnerClientId: 'c-1',
    asset: 'USD',
    amount: '100.00',
  };
  const semantics: ProviderSemantics = {
    provider: 'p',
    capabilities: ['withdrawal'],
    repeatedRef: 'duplicates',
    orderLookup: 'by-listing',
    settlement: 'later',
    settleWindowMs: 0,
    maxRefLength: 255,
    maxAmountDecimals: 8,
    immutableAfterCreate: [],
  };
  const begun = beginFunding(intent, { begunAt: '2026-01-01T00:00:00.000Z', maxRefs: 1, settlementDeadlineMs: 1 });
  const sent = decide({ ...begun.state, semantics, checked: true }, { saw: 'absent' }).state;
  const refused = { code: 'INVALID_REQUEST', outcome: 'not-applied', providerCode: 'BAD_FIELD' } as const;

  test.each<[string, Partial<ProviderSemantics>, boolean, RegExp]>([
    ['pays again', {}, false, /could pay twice\.$/],
    ['has the ref', { repeatedRef: 'rejects', orderLookup: 'by-callback' }, true, /by a callback only\.$/],
    ['never had it', { repeatedRef: 'rejects', orderLookup: 'by-callback' }, false, /sent as often as allowed\.$/],
  ])('an order that does not show, if the provider %s', (_, over, refKnown, why) => {
    const state = { ...sent, semantics: { ...semantics, ...over }, refKnown };
    expect(fundingQuestion(state, 'ORDER_UNFINDABLE').because).toMatch(why);
  });

  test('an order that does not show by its ref, at a provider that has it or that nobody has read', () => {
    const byRef: ProviderSemantics = { ...semantics, repeatedRef: 'rejects', orderLookup: 'by-ref' };
    expect(fundingQuestion({ ...sent, semantics: byRef, refKnown: true }, 'ORDER_UNFINDABLE').because).toMatch(
      /sent as often as allowed\.$/,
    );
    expect(fundingQuestion(begun.state, 'ORDER_UNFINDABLE').because).toBe(question('ORDER_UNFINDABLE', []).because);
  });

  test('its evidence is what was sent and when, and what is like it', () => {
    const like: Order = { ...intent, ref: '', orderId: '41', state: 'open', status: 'Pending' };
    const made = { ...like, orderId: '42', createdAt: '2026-11-21T10:00:05Z' };
    expect(fundingEvidence(sent, 'ORDER_UNFINDABLE', '2026-11-21T10:00:00.000Z', [like, made])).toEqual([
      'Sent once as out-1, first at 2026-11-21T10:00:00.000Z: Withdrawal of 100.00 USD for client c-1.',
      'Order 41 is like it and shows no reference: withdrawal of 100.00 USD, Pending.',
      'Order 42 is like it and shows no reference: withdrawal of 100.00 USD, Pending, made at 2026-11-21T10:00:05Z.',
    ]);
    expect(fundingEvidence(sent, 'ORDER_UNFINDABLE', undefined, [], true).at(-1)).toMatch(/could not be read/);
    const again: FundingState = { ...sent, current: { ...sent.current, sent: 2 } };
    expect(fundingEvidence(again, 'ORDER_UNFINDABLE', undefined, [])).toEqual([
      'Sent 2 times as out-1: Withdrawal of 100.00 USD for client c-1.',
    ]);
    const booked: FundingState = { ...sent, bookedSince: '2026-11-20T09:00:00.000Z' };
    for (const here of [undefined, '2026-11-21T10:00:00.000Z']) {
      expect(fundingEvidence(booked, 'ORDER_UNFINDABLE', here, [])).toEqual([
        'Sent once as out-1, first at 2026-11-20T09:00:00.000Z: Withdrawal of 100.00 USD for client c-1.',
      ]);
    }
    expect(fundingEvidence(decide(sent, { saw: 'absent' }).state, 'AUTH', undefined, [like])).toEqual([]);
  });

  test('both terms, if they changed', () => {
    const agreed: Terms = {
      quoteId: 'q-1',
      number: 1,
      gives: { asset: 'USD', amount: '100.00' },
      receives: { asset: 'EUR', amount: '91.00' },
    };
    const offered = { ...agreed, number: 2, receives: { asset: 'EUR', amount: '90.00' } };
    expect(fundingQuestion({ ...sent, agreed, offered }, 'TERMS_CHANGED').because).toContain(
      ' policy allows. Agreed: gives 100.00 USD, receives 91.00 EUR. Offered now: gives 100.00 USD, receives 90.00 EUR.',
    );
    const plain = question('TERMS_CHANGED', []).because;
    expect(fundingQuestion({ ...sent, agreed }, 'TERMS_CHANGED').because).toBe(plain);
    expect(fundingQuestion({ ...sent, offered }, 'TERMS_CHANGED').because).toBe(plain);
    expect(fundingQuestion({ ...sent, agreed, offered }, 'REFS_EXHAUSTED').because).toBe(
      question('REFS_EXHAUSTED', []).because,
    );
    expect(fundingQuestion({ ...sent, agreed }, 'REFS_EXHAUSTED').because).toBe(question('REFS_EXHAUSTED', []).because);
  });

  test('what a refusal said, and how to supply what is wanted', () => {
    const asked = fundingQuestion(sent, 'INFORMATION_REQUIRED', refused);
    expect(asked.because).toMatch(/wants more data.* refused a call with its code BAD_FIELD; nothing took effect\.$/);
    expect(asked.accepts).toContain('supplyInformation');
    expect(fundingQuestion(sent, 'NOT_CANCELLED', refused).because).toMatch(/BAD_FIELD/);
    expect(fundingQuestion(sent, 'NOT_CONFIRMED', refused).because).toMatch(/BAD_FIELD/);
    expect(fundingQuestion(sent, 'NOT_CONFIRMED').because).toBe(question('NOT_CONFIRMED', []).because);
    expect(fundingQuestion(sent, 'REFS_EXHAUSTED', refused).because).toBe(question('REFS_EXHAUSTED', []).because);
  });
});

test('a text of what is yet to be checked is read only if it is one', () => {
  expect(textField({ a: 'x' }, 'a')).toBe('x');
  expect(textField({ a: 1 }, 'a')).toBe('');
  expect(textField({}, 'a')).toBe('');
  expect(textField({}, 'toString')).toBe('');
});
