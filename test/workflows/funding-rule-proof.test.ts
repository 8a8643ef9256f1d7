import type { ApprovalRequirement } from '../../contract/approval';
import { ERROR_RULES, type ErrorCode } from '../../contract/errors';
import type { Intent, Order, Terms } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import { approvalProgress, approved, askForApproval, holdsFor } from '../../workflows/funding/approvals';
import { fundingQuestion } from '../../workflows/funding/questions';
import {
  beginFunding,
  cancelProblem,
  changesNothing,
  decide,
  type FundingEvent,
  type FundingTurn,
  resolveProblem,
} from '../../workflows/funding/rule';
import { approvalQuestion } from '../../workflows/shared/questions';

/** What is proven about orders, sends and approvals, and what people are told about it, at a provider of each kind. */

const INTENT: Intent = {
  provider: 'p',
  fundingId: 'out-1',
  kind: 'withdrawal',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '100.00',
};
const BEGUN_AT = '2026-01-01T00:00:00.000Z';
const BASE = {
  provider: 'p',
  capabilities: ['withdrawal'],
  settlement: 'later',
  settleWindowMs: 0,
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
} as const;
const BY_REF: ProviderSemantics = { ...BASE, repeatedRef: 'rejects', orderLookup: 'by-ref' };
const LISTED: ProviderSemantics = { ...BASE, repeatedRef: 'duplicates', orderLookup: 'by-listing' };
const QUOTED: ProviderSemantics = {
  ...BASE,
  capabilities: ['withdrawal', 'quote', 'confirm-order'],
  repeatedRef: 'replays',
  orderLookup: 'by-resending',
  quotes: ['withdrawal'],
  confirms: ['withdrawal'],
};
const TERMS: Terms = {
  quoteId: 'q-1',
  number: 1,
  gives: { asset: 'USD', amount: '100.00' },
  receives: { asset: 'EUR', amount: '90.00' },
};

function order(over: Partial<Order> = {}): Order {
  const { kind, partnerClientId, asset, amount } = INTENT;
  return {
    orderId: '7',
    ref: 'out-1',
    kind,
    partnerClientId,
    asset,
    amount,
    state: 'completed',
    status: 'Done',
    ...over,
  };
}

const passed = (semantics: ProviderSemantics, over: object = {}): FundingEvent => ({
  saw: 'check-passed',
  semantics,
  ...over,
});
const found = (...orders: readonly Partial<Order>[]): FundingEvent => ({ saw: 'found', orders: orders.map(order) });
const answered = (over: Partial<Order> = {}): FundingEvent => ({ saw: 'answered', order: order(over) });
const absent: FundingEvent = { saw: 'absent' };
const failing =
  (saw: 'quote-failed' | 'submit-failed' | 'change-failed') =>
  (code: ErrorCode): FundingEvent => ({ saw, failure: { code, outcome: ERROR_RULES[code].outcome } });
const quoteFailed = failing('quote-failed');
const submitFailed = failing('submit-failed');
const changeFailed = failing('change-failed');
const resolved = (action: 'retry' | 'useFreshRef' | 'markCompleted' | 'abandon'): FundingEvent => ({
  saw: 'resolved',
  action,
});

function then(turn: FundingTurn, ...events: readonly FundingEvent[]): FundingTurn {
  return events.reduce(({ state }, event) => decide(state, event), turn);
}

function after(...events: readonly FundingEvent[]): FundingTurn {
  return then(beginFunding(INTENT, { begunAt: BEGUN_AT, maxRefs: 3, settlementDeadlineMs: 10_000 }), ...events);
}

describe('what the first check read', () => {
  const approval: ApprovalRequirement = { approvers: 2, from: '50', expiresAfterMs: 1_000 };

  test('of the policy and the destination is frozen, and goes into the asking', () => {
    const asked = after(passed(BY_REF, { approval, destination: 'the address a' }));
    expect(asked.move).toStrictEqual({ do: 'approve', requirement: approval, of: { destination: 'the address a' } });
    const later = passed(BY_REF, { approval: { ...approval, approvers: 1 }, destination: 'the address b' });
    expect(then(asked, { saw: 'approved', waited: true }, later).move).toStrictEqual(asked.move);
  });

  test('is not there if there was none', () => {
    const { state } = after(passed(BY_REF));
    expect(state).not.toHaveProperty('approval');
    expect(state).not.toHaveProperty('destination');
    expect(after(passed(BY_REF, { approval })).move).toStrictEqual({
      do: 'approve',
      requirement: approval,
      of: {},
    });
  });
});

describe('a quote', () => {
  test.each(['UNREACHABLE', 'AUTH', 'OUTCOME_UNKNOWN'] as const)(
    'that ended with %s keeps its number: another run may have been answered under it',
    (code) => {
      const failed = after(passed(QUOTED), absent, quoteFailed(code));
      const again = failed.move.do === 'quote' ? failed : then(failed, resolved('retry'), passed(QUOTED), absent);
      expect(again.move).toMatchObject({ do: 'quote', number: 1 });
    },
  );

  test('whose send is answered with the draft that is dead is used up: it is asked for anew', () => {
    const quoted: FundingEvent = { saw: 'quoted', terms: TERMS };
    const draft = { state: 'open', awaits: 'confirmation' } as const;
    const dead = after(passed(QUOTED), absent, quoted, answered(draft), changeFailed('QUOTE_EXPIRED'), found(draft));
    expect(dead.move).toMatchObject({ do: 'quote', number: 2 });
    const again = then(dead, { saw: 'quoted', terms: { ...TERMS, number: 2 } }, answered(draft));
    expect(again.move).toMatchObject({ do: 'quote', number: 3 });
    expect(again.state).toMatchObject({ inDoubt: false, current: { state: 'not-applied' } });
    expect(cancelProblem(again.state)).toBeUndefined();
  });

  test('that expired if nothing is replayed is no sign of an earlier send', () => {
    const semantics: ProviderSemantics = { ...QUOTED, repeatedRef: 'rejects', orderLookup: 'by-ref' };
    const sent = after(passed(semantics), absent, { saw: 'quoted', terms: TERMS });
    expect(then(sent, submitFailed('QUOTE_EXPIRED')).move).toMatchObject({ do: 'quote', number: 2 });
  });
});

describe('another’s order beside a send whose answer was lost', () => {
  const stranger = { partnerClientId: 'client-2', createdAt: '2025-01-01T00:00:00.000Z' };
  test.each<[string, ProviderSemantics, readonly FundingEvent[]]>([
    ['a repeat is paid again', LISTED, [absent]],
    ['a repeat is told apart by its quote', QUOTED, [absent, { saw: 'quoted', terms: TERMS }]],
  ])('settles nothing if %s: no fresh ref and no cancel', (_, semantics, before) => {
    const sent = after(passed(semantics), ...before, submitFailed('OUTCOME_UNKNOWN'));
    const taken = then(sent, found(stranger));
    expect(taken.move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
    expect(resolveProblem(taken.state, 'useFreshRef')).toBe(
      'useFreshRef is refused: the answer to a send under out-1 was lost, and the provider may make its order beside ' +
        'the one that it shows, so a fresh reference could pay twice',
    );
    expect(cancelProblem(taken.state)).toMatch(/may have moved money/);
  });

  test('settles it if repeats are refused, and if nothing was lost', () => {
    const lost = after(passed(BY_REF), submitFailed('OUTCOME_UNKNOWN'), found(stranger));
    expect(resolveProblem(lost.state, 'useFreshRef')).toBeUndefined();
    expect(cancelProblem(lost.state)).toBeUndefined();
    const first = after(passed(LISTED), found(stranger));
    expect(resolveProblem(first.state, 'useFreshRef')).toBeUndefined();
  });

  test('a lost answer is not forgotten by a refusal of the ref, and is by a fresh ref', () => {
    const events = [submitFailed('OUTCOME_UNKNOWN'), absent, submitFailed('DUPLICATE_REF')];
    const { state } = after(passed(BY_REF), ...events);
    expect(state.lostSend).toBe(true);
    expect(after(passed(BY_REF), submitFailed('DUPLICATE_REF')).state.lostSend).toBe(false);
    expect(then({ state, move: { do: 'check', afterMs: 0 } }, found({ state: 'failed' })).state).not.toHaveProperty(
      'lostSend',
    );
  });
});

describe('two orders under one ref', () => {
  test('are in doubt, keep what is proven of them, and say which they are', () => {
    const mine = { orderId: '8', carriesOurToken: true } as const;
    const { state } = after(passed(LISTED), absent, submitFailed('OUTCOME_UNKNOWN'), found(mine, { orderId: '9' }));
    expect(state).toMatchObject({ inDoubt: true, ownOrderIds: ['8'], current: { state: 'unknown' } });
    expect(resolveProblem(state, 'abandon')).toBe(
      'abandon is refused: order 8 has moved money; resolve with markCompleted and evidence',
    );
    const { because } = fundingQuestion(state, 'ORDERS_DOUBLED');
    expect(because).toContain('Order 8 under it: withdrawal of 100.00 USD, Done.');
    expect(because).toContain('Order 9 under it: withdrawal of 100.00 USD, Done.');
  });

  test('keep the one that was known', () => {
    const open = { state: 'open' } as const;
    const { state } = after(passed(LISTED), absent, answered(open), found({ ...open, orderId: '9' }));
    expect(state.ownOrderIds).toEqual(['7']);
  });
});

describe('a question about an order that differs', () => {
  const NET = { amount: '99.50' };

  test('shows both sides, and says where it may be one’s own', () => {
    const taken = after(passed(BY_REF), submitFailed('OUTCOME_UNKNOWN'), found(NET));
    const question = fundingQuestion(taken.state, 'REF_TAKEN');
    expect(question.differences).toEqual([{ field: 'amount', asked: '100.00', shown: '99.50' }]);
    expect(question.because).toContain('Order 7 differs in amount: asked 100.00, shown 99.50.');
    expect(question.because).toMatch(/Client, kind and asset agree: it may be this intent's own/);
  });

  test('says nothing of that if it is another’s, or ours', () => {
    const two = { amount: '5', partnerClientId: 'client-2' };
    const taken = after(passed(BY_REF), submitFailed('DUPLICATE_REF'), found(two));
    const { because } = fundingQuestion(taken.state, 'REF_TAKEN');
    expect(because).toMatch(
      /differs in partnerClientId: asked client-1, shown client-2; amount: asked 100.00, shown 5\.$/,
    );
    const ours = after(passed(BY_REF), answered(NET));
    expect(fundingQuestion(ours.state, 'ORDER_DIFFERS').because).toMatch(/amount: asked 100.00, shown 99.50\.$/);
    expect(fundingQuestion(ours.state, 'ORDER_DIFFERS').differences).toHaveLength(1);
  });

  test('has no differences if there are none, nor if they are not the question', () => {
    const ours = after(passed(BY_REF), answered(NET));
    expect(fundingQuestion(ours.state, 'OUTCOME_UNKNOWN')).not.toHaveProperty('differences');
    expect(fundingQuestion(after(passed(BY_REF)).state, 'REF_TAKEN')).not.toHaveProperty('differences');
    expect(fundingQuestion(after(passed(BY_REF)).state, 'REF_TAKEN').because).toContain('Order  differs in .');
  });

  test('names the order if a fresh ref for our own is refused', () => {
    const ours = after(passed(BY_REF), answered(NET));
    expect(resolveProblem(ours.state, 'useFreshRef')).toMatch(/^useFreshRef is refused: order 7 under .+ is this/);
    expect(resolveProblem(ours.state, 'retry')).toBeUndefined();
    expect(resolveProblem(ours.state, 'markCompleted')).toBeUndefined();
  });

  test('stays open while a look-up misses an open order of ours', () => {
    const open = after(passed(BY_REF), answered({ ...NET, state: 'open' }), resolved('retry'), absent);
    expect(open.move).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
    expect(cancelProblem(after(passed(BY_REF), answered({ state: 'open' })).state)).toMatch(/order may exist/);
  });
});

test('a draft that was given up and then shows cancelled ends as the person said', () => {
  const cancels: ProviderSemantics = {
    ...LISTED,
    capabilities: ['withdrawal', 'confirm-order', 'cancel-order'],
    confirms: ['withdrawal'],
  };
  const draft = { state: 'open', awaits: 'confirmation' } as const;
  const before = after(passed(cancels), absent, answered(draft), changeFailed('AUTH'));
  const given = then(before, resolved('abandon'));
  expect(given.move).toMatchObject({ do: 'cancel-order', orderId: '7' });
  const end = then(given, { saw: 'change-answered' }, found({ state: 'cancelled', status: 'Canceled' }));
  expect(end.move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
});

describe('a cancel that came meanwhile', () => {
  const failure = { code: 'UNREACHABLE', outcome: 'not-applied' } as const;
  test.each<[FundingEvent, boolean]>([
    [passed(BY_REF), true],
    [{ saw: 'approved', waited: true }, true],
    [{ saw: 'quoted', terms: TERMS }, true],
    [absent, true],
    [{ saw: 'check-failed', failure }, false],
    [answered(), false],
    [submitFailed('OUTCOME_UNKNOWN'), false],
    [found({}), false],
    [{ saw: 'change-answered' }, false],
  ])('takes the place of %j: %s', (event, takes) => {
    expect(changesNothing(event)).toBe(takes);
  });
});

describe('an approval', () => {
  const requirement: ApprovalRequirement = { approvers: 1, from: '50', expiresAfterMs: 60_000 };
  const of = { terms: TERMS, destination: 'the address a' };
  const round = approved(
    askForApproval(requirement, { name: 'ops-1', proven: true }, 0, of),
    { by: 'ops-2', reason: 'x' },
    1,
  );
  const worse: Terms = { ...TERMS, receives: { asset: 'EUR', amount: '89.00' } };

  test('holds for the terms that were shown, and none that are worse', () => {
    expect(holdsFor(round, TERMS, '0')).toBe(true);
    expect(holdsFor(round, worse, '0')).toBe(false);
    expect(holdsFor(round, worse, '0.02')).toBe(true);
    expect(holdsFor(round, undefined, '0')).toBe(true);
    expect(holdsFor(undefined, undefined, '0')).toBe(true);
    expect(holdsFor(undefined, TERMS, '0')).toBe(false);
    expect(holdsFor(askForApproval(requirement, undefined, 0, {}), TERMS, '0')).toBe(false);
  });

  test('shows what is approved, if there is anything to show', () => {
    expect(approvalProgress(round)).toMatchObject(of);
    const { because } = approvalQuestion(approvalProgress(round), 'USD');
    expect(because).toContain('It gives 100.00 USD, receives 90.00 EUR.');
    expect(because).toContain('It goes to the address a.');
    const bare = approvalProgress(askForApproval(requirement, undefined, 0, {}));
    expect(bare).not.toHaveProperty('terms');
    expect(bare).not.toHaveProperty('destination');
    expect(approvalQuestion(bare, 'USD').because).not.toMatch(/It g/);
  });
});
