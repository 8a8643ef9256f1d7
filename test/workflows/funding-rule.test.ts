import { ERROR_CODES, ERROR_RULES, type ErrorCode, type FailureDetails } from '../../contract/errors';
import type { Intent, Order } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import {
  beginFunding,
  cancelProblem,
  decide,
  type FundingMove,
  type FundingEvent,
  type FundingState,
  MAX_SENDS_PER_REF,
  refChain,
  resolveProblem,
} from '../../workflows/funding/rule';

const INTENT: Intent = {
  provider: 'p',
  fundingId: 'dep-1',
  kind: 'deposit',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '100.00',
};

const SEMANTICS: ProviderSemantics = {
  provider: 'p',
  capabilities: ['deposit'],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'in-call',
  settleWindowMs: 1_000,
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};

const BEGUN_AT = '2026-01-01T00:00:00.000Z';
const LIMITS = { begunAt: BEGUN_AT, maxRefs: 3, settlementDeadlineMs: 10_000 };

function order(over: Partial<Order> = {}): Order {
  const { kind, partnerClientId, asset, amount } = INTENT;
  return { orderId: '7', ref: 'dep-1', kind, partnerClientId, asset, amount, state: 'completed', status: 'x', ...over };
}

function failed(code: ErrorCode, over: Partial<FailureDetails> = {}): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome, ...over };
}

const passed = (over: Partial<ProviderSemantics> = {}): FundingEvent => ({
  saw: 'check-passed',
  semantics: { ...SEMANTICS, ...over },
});
const submitFailed = (code: ErrorCode, over: Partial<FailureDetails> = {}): FundingEvent => ({
  saw: 'submit-failed',
  failure: failed(code, over),
});
const answered = (over: Partial<Order> = {}): FundingEvent => ({ saw: 'answered', order: order(over) });
const found = (over: Partial<Order> = {}): FundingEvent => ({ saw: 'found', orders: [order(over)] });
const absent: FundingEvent = { saw: 'absent' };
const recheck: FundingEvent = { saw: 'recheck-due' };
const resolved = (action: 'retry' | 'useFreshRef' | 'markCompleted' | 'abandon'): FundingEvent => ({
  saw: 'resolved',
  action,
});

/** Lets the events happen one after the other. */
function after(...events: readonly FundingEvent[]): { state: FundingState; move: FundingMove } {
  return events.reduce(({ state }, event) => decide(state, event), beginFunding(INTENT, LIMITS));
}

/** Look-ups that find nothing, for the whole settle window. */
const WINDOW: readonly FundingEvent[] = [absent, absent, absent, absent];
const LOST: readonly FundingEvent[] = [passed(), submitFailed('OUTCOME_UNKNOWN')];

describe('the check comes before anything moves', () => {
  test('an intent begins with the check, and is sent under its fundingId once it passes', () => {
    expect(beginFunding(INTENT, LIMITS).move).toEqual({ do: 'check', afterMs: 0 });
    expect(after(passed()).move).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
  });

  test.each(['INVALID_REQUEST', 'CAPABILITY_MISSING', 'ID_TAKEN', 'LIMIT_EXCEEDED'] as const)(
    '%s ends the intent',
    (code) => {
      expect(after({ saw: 'check-failed', failure: failed(code) }).move).toEqual({
        do: 'refuse',
        failure: failed(code),
      });
    },
  );

  const ENDS: readonly ErrorCode[] = ['INVALID_REQUEST', 'CAPABILITY_MISSING', 'ID_TAKEN', 'LIMIT_EXCEEDED'];
  test.each(ERROR_CODES.filter((code) => !ENDS.includes(code)))(
    '%s at the check asks a person, and looks again by itself if that can help',
    (code) => {
      const { move, state } = after({ saw: 'check-failed', failure: failed(code) });
      expect(move).toMatchObject({ do: 'park', reason: code });
      expect('recheckAfterMs' in move).toBe(ERROR_RULES[code].retryable || code === 'BOOK_BEHIND');
      expect(decide(state, recheck).move).toEqual({ do: 'check', afterMs: 0 });
      expect(decide(state, resolved('retry')).move).toEqual({ do: 'check', afterMs: 0 });
      expect(cancelProblem(state)).toBeUndefined();
    },
  );

  test('once something was sent, a refused check is a question, not the end', () => {
    const { move } = after(passed(), submitFailed('UNREACHABLE'), {
      saw: 'check-failed',
      failure: failed('INVALID_REQUEST'),
    });
    expect(move).toMatchObject({ do: 'park', reason: 'INVALID_REQUEST' });
  });

  test('what the provider said of itself first stays', () => {
    const { state } = after(passed(), submitFailed('UNREACHABLE'), passed({ repeatedRef: 'duplicates' }));
    expect(state.semantics?.repeatedRef).toBe('rejects');
  });

  test('a provider that would pay again is asked for the order before the first send', () => {
    const duplicates = passed({ repeatedRef: 'duplicates', orderLookup: 'by-listing' });
    expect(after(duplicates).move).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
    expect(after(duplicates, absent).move).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
    expect(after(duplicates, found()).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
  });
});

describe('the answer to a submit', () => {
  test('completed and ours: done, not adopted', () => {
    const { move, state } = after(passed(), answered());
    expect(move).toEqual({ do: 'finish', outcome: 'completed', order: order(), adopted: false });
    expect(refChain(state)).toEqual([{ ref: 'dep-1', attempt: 1, sent: 1, state: 'completed', orderId: '7' }]);
  });

  test('failed: a fresh ref, at once, and the chain keeps the failed one', () => {
    const failed = after(passed(), answered({ state: 'failed' }));
    expect(failed.move).toEqual({ do: 'check', afterMs: 0 });
    const { move, state } = decide(failed.state, passed());
    expect(move).toEqual({ do: 'submit', ref: 'dep-1~2', afterMs: 0 });
    expect(refChain(state)).toMatchObject([
      { ref: 'dep-1', state: 'failed' },
      { ref: 'dep-1~2', state: 'unknown', sent: 1 },
    ]);
  });

  test('a status never seen: wait and read again, at growing distance, never a fresh ref', () => {
    const first = after(passed(), answered({ state: 'open' }));
    expect(first.move).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 1_000 });
    expect(decide(first.state, found({ state: 'open' })).move).toEqual({
      do: 'look-up',
      ref: 'dep-1',
      afterMs: 2_000,
    });
    expect(decide(first.state, found()).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: false });
    expect(cancelProblem(first.state)).toMatch(/order may exist under dep-1/);
  });

  test('an order seen once that a look-up misses is waited for, not sent again', () => {
    const { move } = after(passed(), answered({ state: 'open' }), absent);
    expect(move).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 2_000 });
  });

  test('open for longer than allowed: a person is asked while it is read on', () => {
    const events = [answered({ state: 'open' }), ...Array.from({ length: 4 }, () => found({ state: 'open' }))];
    const { move, state } = after(passed(), ...events);
    expect(move).toMatchObject({ do: 'park', reason: 'SETTLEMENT_OVERDUE', recheckAfterMs: 900_000 });
    expect(decide(state, recheck).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(decide(decide(state, recheck).state, found()).move).toMatchObject({ do: 'finish', outcome: 'completed' });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
  });

  test('an answer that shows another ref is no answer: the ref is looked up', () => {
    expect(after(passed(), answered({ ref: 'dep-9' })).move).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
  });
});

describe('an order is what was asked if ref, kind, client, asset and the exact amount are', () => {
  test.each([{ amount: '100' }, { amount: '1E2' }, { amount: '100.00000000' }, { asset: 'usd' }])(
    'even if it is spelled %j',
    (over) => {
      expect(after(passed(), answered(over)).move).toMatchObject({ do: 'finish', outcome: 'completed' });
      expect(after(...LOST, found(over)).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
    },
  );

  test('a client is spelled in one way, unless the provider knows clients by GUIDs', () => {
    const id = 'a0000000-0000-4000-8000-00000000000a';
    const begun = beginFunding({ ...INTENT, partnerClientId: id.toUpperCase() }, LIMITS);
    const seen = (semantics: FundingEvent) =>
      [semantics, answered({ partnerClientId: id })].reduce(({ state }, event) => decide(state, event), begun).move;
    expect(seen(passed({ clientIds: 'guid' }))).toMatchObject({ do: 'finish', outcome: 'completed' });
    expect(seen(passed())).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
  });
});

const DIFFERING: readonly Partial<Order>[] = [
  { kind: 'withdrawal' },
  { kind: 'other' },
  { partnerClientId: 'client-2' },
  { asset: 'BHD' },
  { amount: '100.00000001' },
  { amount: '99.50' },
  { differs: [{ field: 'details.address', asked: 'a', shown: 'b' }] },
];

describe('an order that is provably ours and differs', () => {
  const TOKEN = { carriesOurToken: true } as const;
  const inAList = passed({ repeatedRef: 'duplicates', orderLookup: 'by-listing' });
  const proofs: Readonly<Record<string, (over: Partial<Order>) => readonly FundingEvent[]>> = {
    'a submit of ours was answered with it': (over) => [passed(), answered(over)],
    'its id was answered before': (over) => [passed(), answered({ state: 'open' }), found(over)],
    'its id was adopted before': (over) => [...LOST, found({ state: 'open' }), found(over)],
    'it carries our token, which nobody else can make': (over) => [
      inAList,
      absent,
      submitFailed('OUTCOME_UNKNOWN'),
      found({ ...TOKEN, ...over }),
    ],
    'it carries our token, and was there before anything was sent': (over) => [inAList, found({ ...TOKEN, ...over })],
  };

  describe.each(Object.entries(proofs))('%s', (_proof, seen) => {
    test.each(DIFFERING)('%j: a person compares, and can neither pay again nor cancel', (over) => {
      const { move, state } = after(...seen(over));
      expect(move).toEqual({ do: 'park', reason: 'ORDER_DIFFERS', recheckAfterMs: 900_000 });
      expect(state.differences).toHaveLength(1);
      expect(resolveProblem(state, 'useFreshRef')).toMatch(/this intent's own.*could pay twice/);
      expect(resolveProblem(state, 'abandon')).toMatch(/order 7 has moved money/);
      expect(resolveProblem(state, 'markCompleted')).toBeUndefined();
      expect(cancelProblem(state)).toMatch(/may have moved money/);
      expect(decide(state, resolved('useFreshRef')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    });

    test('shown as it was asked later, it completes', () => {
      const { state } = after(...seen({ amount: '99.50' }), resolved('retry'));
      expect(decide(state, found(TOKEN)).move).toMatchObject({ do: 'finish', outcome: 'completed' });
    });
  });

  test.each(['failed', 'cancelled', 'open'] as const)('%s: nobody pays again by a slip either', (shown) => {
    const { move, state } = after(passed(), answered({ state: shown, amount: '0' }));
    expect(move).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
    expect(resolveProblem(state, 'abandon')).toBeUndefined();
    expect(cancelProblem(state)).toBeDefined();
  });

  test('a look-up that misses it changes nothing', () => {
    const { move } = after(passed(), answered({ amount: '99.50' }), resolved('retry'), absent);
    expect(move).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
  });
});

describe('an order that was cancelled at the provider', () => {
  const CANCELLED = { state: 'cancelled', status: 'Canceled' } as const;
  test.each([
    ['answered', [passed(), answered(CANCELLED)]],
    ['seen later', [passed(), answered({ state: 'open' }), found(CANCELLED)]],
    ['found after a lost answer', [...LOST, found(CANCELLED)]],
  ])('%s: nothing is sent again without a person who says so', (_how, events) => {
    const { move, state } = after(...events);
    expect(move).toEqual({ do: 'park', reason: 'ORDER_CANCELLED' });
    expect(resolveProblem(state, 'useFreshRef')).toBeUndefined();
    expect(decide(state, resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
    expect(decide(state, resolved('retry')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    const fresh = decide(state, resolved('useFreshRef'));
    expect(fresh.move).toEqual({ do: 'check', afterMs: 0 });
    expect(fresh.state.current).toMatchObject({ ref: 'dep-1~2', state: 'unsent' });
  });
});

describe('the orders that a look-up shows have no order', () => {
  const shown = (...orders: readonly Partial<Order>[]): FundingEvent => ({ saw: 'found', orders: orders.map(order) });
  const both = (one: Partial<Order>, other: Partial<Order>): readonly (readonly Partial<Order>[])[] => [
    [one, other],
    [other, one],
  ];

  test.each(both({ orderId: '7', state: 'completed' }, { orderId: '8', state: 'failed' }))(
    'the one that moved money counts (%#)',
    (...orders) => {
      expect(after(...LOST, shown(...orders)).move).toMatchObject({ do: 'finish', order: { orderId: '7' } });
    },
  );

  test.each(both({ orderId: '7', state: 'failed' }, { orderId: '8', state: 'cancelled' }))(
    'a cancelled one is not hidden by one that failed (%#)',
    (...orders) => {
      expect(after(...LOST, shown(...orders)).move).toEqual({ do: 'park', reason: 'ORDER_CANCELLED' });
    },
  );

  test.each([
    ...both({ orderId: '7', state: 'completed' }, { orderId: '8', state: 'completed' }),
    ...both({ orderId: '7', state: 'completed' }, { orderId: '8', state: 'open' }),
    ...both({ orderId: '7', state: 'open' }, { orderId: '8', state: 'open', amount: '5' }),
  ])('two that did not fail are told to a person (%#)', (...orders) => {
    const { move, state } = after(...LOST, shown(...orders));
    expect(move).toEqual({ do: 'park', reason: 'ORDERS_DOUBLED', recheckAfterMs: 900_000 });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
    expect(cancelProblem(state)).toMatch(/order may exist/);
    const again = decide(state, resolved('retry'));
    expect(again.move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(decide(again.state, absent).move).toMatchObject({ do: 'park', reason: 'ORDERS_DOUBLED' });
  });

  test('the order known before counts beside one that is new, and one that is recalled ends it', () => {
    const doubled = after(passed(), answered({ state: 'open' }), shown({ orderId: '8', state: 'open' }));
    expect(doubled.move).toMatchObject({ do: 'park', reason: 'ORDERS_DOUBLED' });
    const again = decide(doubled.state, resolved('retry'));
    const settled = decide(again.state, shown({ orderId: '7' }, { orderId: '8', state: 'failed' }));
    expect(settled.move).toMatchObject({ do: 'finish', outcome: 'completed', order: { orderId: '7' } });
  });
});

describe('every reference begins the same way', () => {
  const duplicates = passed({ repeatedRef: 'duplicates', orderLookup: 'by-listing' });
  const APPROVAL = { approvers: 1, from: '50', expiresAfterMs: 1_000 };

  test('a fresh one is checked and, if a repeat would pay, looked for before it is sent', () => {
    const failed = after(duplicates, absent, answered({ state: 'failed' }));
    expect(failed.move).toEqual({ do: 'check', afterMs: 0 });
    const checked = decide(failed.state, duplicates);
    expect(checked.move).toEqual({ do: 'look-up', ref: 'dep-1~2', afterMs: 0 });
    expect(decide(checked.state, absent).move).toEqual({ do: 'submit', ref: 'dep-1~2', afterMs: 0 });
    expect(decide(checked.state, found({ ref: 'dep-1~2' })).move).toMatchObject({ do: 'finish', adopted: true });
  });

  test('it needs an approval that still holds, as the first one did', () => {
    const needs: FundingEvent = { saw: 'check-passed', semantics: SEMANTICS, approval: APPROVAL };
    const asked = after(needs);
    expect(asked.move).toEqual({ do: 'approve', requirement: APPROVAL, of: {} });
    const first = decide(asked.state, { saw: 'approved', waited: false });
    expect(first.move).toMatchObject({ do: 'submit', ref: 'dep-1' });
    const failed = decide(first.state, answered({ state: 'failed' }));
    expect(decide(failed.state, passed()).move).toEqual({ do: 'approve', requirement: APPROVAL, of: {} });
  });

  test('what was checked before people thought about it is checked anew', () => {
    const needs: FundingEvent = { saw: 'check-passed', semantics: SEMANTICS, approval: APPROVAL };
    const approved = after(needs, { saw: 'approved', waited: true });
    expect(approved.move).toEqual({ do: 'check', afterMs: 0 });
    expect(decide(approved.state, needs).move).toEqual({ do: 'approve', requirement: APPROVAL, of: {} });
  });

  test('what the first check read of the policy holds, whatever later ones read', () => {
    const { move } = after(passed(), submitFailed('UNREACHABLE'), {
      saw: 'check-passed',
      semantics: SEMANTICS,
      approval: APPROVAL,
    });
    expect(move).toMatchObject({ do: 'submit', ref: 'dep-1' });
  });
});

describe('an unknown outcome is looked up before anything else', () => {
  const UNKNOWN = ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'unknown');
  test.each(UNKNOWN)('%s', (code) => {
    const { move, state } = after(passed(), submitFailed(code));
    expect(move).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
    expect(cancelProblem(state)).toBeDefined();
  });

  test('a pause that the provider asked for is kept before the look-up', () => {
    expect(after(passed(), submitFailed('RATE_LIMITED', { retryAfterMs: 3_000 })).move).toMatchObject({
      do: 'look-up',
      afterMs: 3_000,
    });
  });

  test('found completed: adopted', () => {
    expect(after(...LOST, found()).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
  });

  test('found failed: a fresh ref', () => {
    const { move, state } = after(...LOST, found({ state: 'failed' }));
    expect(move).toEqual({ do: 'check', afterMs: 0 });
    expect(state.current).toMatchObject({ ref: 'dep-1~2', state: 'unsent' });
  });

  test('absent: looked up for the whole window with growing waits, then the same ref again', () => {
    const waits: unknown[] = [];
    let turn = after(...LOST);
    while (turn.move.do === 'look-up') {
      waits.push(turn.move.afterMs);
      turn = decide(turn.state, absent);
    }
    expect(waits).toEqual([0, 250, 500, 250]);
    expect(turn.move).toMatchObject({ do: 'submit', ref: 'dep-1' });
    expect(turn.state.current.sent).toBe(2);
  });

  test('absent if a repeat would pay again: a person is asked, and it is never sent again', () => {
    const duplicates = passed({ repeatedRef: 'duplicates' });
    const { move, state } = after(duplicates, absent, submitFailed('OUTCOME_UNKNOWN'), ...WINDOW);
    expect(move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE', recheckAfterMs: 900_000 });
    const again = [recheck, ...WINDOW].reduce((turn, event) => decide(turn.state, event), { state, move });
    expect(again.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(again.state.current.sent).toBe(1);
  });

  test(`absent after ${MAX_SENDS_PER_REF} sends: a person is asked; a retry gives it another round`, () => {
    let turn = after(passed());
    while (turn.move.do !== 'park') {
      turn = decide(turn.state, turn.move.do === 'submit' ? submitFailed('DUPLICATE_REF') : absent);
    }
    expect(turn.move).toMatchObject({ reason: 'ORDER_UNFINDABLE' });
    expect(turn.state.current).toMatchObject({ ref: 'dep-1', sent: MAX_SENDS_PER_REF });
    const retried = [resolved('retry'), ...WINDOW].reduce(({ state }, event) => decide(state, event), turn);
    // At once: the look-ups have waited out the settle window already, and nobody is asked meanwhile.
    expect(retried.move).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
  });

  test('a provider without look-up gets the same ref again', () => {
    const replays = passed({ repeatedRef: 'replays', orderLookup: 'by-resending' });
    expect(after(replays, submitFailed('OUTCOME_UNKNOWN')).move).toMatchObject({
      do: 'submit',
      ref: 'dep-1',
      afterMs: 500,
    });
  });

  test('a refusal of the second send does not answer for the first: it may be the first one that took the money', () => {
    const second = [...LOST, ...WINDOW, submitFailed('INSUFFICIENT_FUNDS')];
    expect(after(...second).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(after(...second, found()).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
    const { move, state } = after(...second, ...WINDOW);
    expect(move).toMatchObject({ do: 'park', reason: 'INSUFFICIENT_FUNDS' });
    expect(cancelProblem(state)).toBeDefined();
    expect(decide(state, resolved('retry')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
  });

  test('a look-up that fails asks a person, and nothing is sent meanwhile', () => {
    const { move, state } = after(...LOST, { saw: 'lookup-failed', failure: failed('CONTRACT_DRIFT') });
    expect(move).toMatchObject({ do: 'park', reason: 'CONTRACT_DRIFT', recheckAfterMs: 60_000 });
    expect(decide(state, recheck).move).toMatchObject({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
  });
});

describe('a refusal before any order exists', () => {
  const REFUSALS = ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'not-applied');
  test.each(REFUSALS)('%s', (code) => {
    const { move, state } = after(passed(), submitFailed(code));
    expect(state.current).toMatchObject({ ref: 'dep-1', state: 'not-applied' });
    expect(cancelProblem(state)).toBeUndefined();
    const isRetried = code === 'UNREACHABLE' || code === 'BOOK_UNAVAILABLE';
    if (isRetried) expect(move).toEqual({ do: 'check', afterMs: 500 });
    else expect(move).toMatchObject({ do: 'park', reason: code });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
  });

  test('unreachable for long: a person is told, and it is tried on', () => {
    let turn = after(passed());
    const waits: unknown[] = [];
    while (turn.move.do !== 'park') {
      if (turn.move.do === 'check') waits.push(turn.move.afterMs);
      turn = decide(turn.state, turn.move.do === 'check' ? passed() : submitFailed('UNREACHABLE'));
    }
    expect(turn.move).toMatchObject({ reason: 'UNREACHABLE', recheckAfterMs: 60_000 });
    expect(waits).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000]);
  });

  test('a key that must be fixed is waited for: AUTH parks and looks again by itself', () => {
    expect(after(passed(), submitFailed('AUTH')).move).toMatchObject({
      do: 'park',
      reason: 'AUTH',
      recheckAfterMs: 60_000,
    });
  });
});

describe('somebody else has the ref', () => {
  const KNOWN = [passed(), submitFailed('DUPLICATE_REF')];
  const EARLIER = '2025-12-31T23:59:59.999Z';
  test.each([{ kind: 'withdrawal' }, { partnerClientId: 'client-2' }, { asset: 'BHD' }] as const)(
    '%j: it is parked, and only a person frees a fresh one',
    (over) => {
      const { move, state } = after(...KNOWN, found({ ...over, createdAt: EARLIER }));
      expect(move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
      expect(state.current).toMatchObject({ state: 'not-ours', orderId: '7' });
      expect(state.order).toBeUndefined();
      expect(resolveProblem(state, 'useFreshRef')).toBeUndefined();
      const fresh = decide(state, resolved('useFreshRef'));
      expect(fresh.move).toEqual({ do: 'check', afterMs: 0 });
      expect(fresh.state.current).toMatchObject({ ref: 'dep-1~2', state: 'unsent' });
      expect(decide(state, resolved('retry')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
      expect(cancelProblem(state)).toBeUndefined();
    },
  );

  const NET = { amount: '99.50' };
  test.each([
    ['the answer to a send was lost', [...LOST, found(NET)]],
    ['it was lost before the ref was refused', [...LOST, ...WINDOW, submitFailed('DUPLICATE_REF'), found(NET)]],
    ['it was lost, whenever the order was made', [...LOST, found({ ...NET, createdAt: EARLIER })]],
    ['the order is not older than the intent', [...KNOWN, found({ ...NET, createdAt: BEGUN_AT })]],
    ['the order is older, as of a run that is forgotten', [...KNOWN, found({ ...NET, createdAt: EARLIER })]],
    ['when the order was made is not shown', [...KNOWN, found(NET)]],
  ])('if all but the amount agrees and %s it may be our own: no fresh ref and no cancel', (_why, events) => {
    const { move, state } = after(...events);
    expect(move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/may be its own.*another fundingId/);
    expect(cancelProblem(state)).toMatch(/may have moved money/);
    expect(decide(state, resolved('useFreshRef')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(decide(state, found()).move).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
  });

  test.each([{ kind: 'withdrawal' }, { partnerClientId: 'client-2' }, { asset: 'BHD' }] as const)(
    'another %j is another intent, also after a lost answer',
    (over) => {
      const { state } = after(...LOST, found(over));
      expect(resolveProblem(state, 'useFreshRef')).toBeUndefined();
      expect(cancelProblem(state)).toBeUndefined();
    },
  );

  test('what has gone again leaves nothing in doubt: the ref is begun as any other', () => {
    const { move } = after(...KNOWN, found({ partnerClientId: 'client-2' }), resolved('retry'), ...WINDOW);
    expect(move).toEqual({ do: 'check', afterMs: 0 });
  });
});

describe('fresh refs are bounded', () => {
  const failing = [
    passed(),
    answered({ state: 'failed' }),
    passed(),
    answered({ ref: 'dep-1~2', state: 'failed' }),
    passed(),
  ];
  test('as many originals failed as allowed: a person is asked, who may allow one more', () => {
    const { move, state } = after(...failing, answered({ ref: 'dep-1~3', state: 'failed' }));
    expect(move).toEqual({ do: 'park', reason: 'REFS_EXHAUSTED' });
    expect(refChain(state).map(({ ref }) => ref)).toEqual(['dep-1', 'dep-1~2', 'dep-1~3']);
    expect(decide(state, resolved('useFreshRef')).state.current).toMatchObject({ ref: 'dep-1~4', state: 'unsent' });
    expect(cancelProblem(state)).toBeUndefined();
  });

  test('a ref longer than the provider takes is refused to the person, and not sent', () => {
    const short = [passed({ maxRefLength: 'dep-1~3'.length - 1 }), answered({ state: 'failed' })];
    const { state } = [
      answered({ ref: 'dep-1~2', state: 'failed' }),
      answered({ ref: 'dep-1~3', state: 'failed' }),
    ].reduce((turn, event) => decide(turn.state, event), after(...short));
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/longer than the provider accepts/);
    expect(decide(state, resolved('useFreshRef')).move.do).not.toBe('submit');
  });
});

describe('a person ends it', () => {
  const parked = after(...LOST, { saw: 'lookup-failed', failure: failed('UNREACHABLE') });
  test('markCompleted and abandon are recorded as what they are', () => {
    expect(decide(parked.state, resolved('markCompleted')).move).toEqual({
      do: 'finish',
      outcome: 'marked-completed',
      adopted: false,
    });
    expect(decide(parked.state, resolved('abandon')).move).toEqual({
      do: 'finish',
      outcome: 'abandoned',
      adopted: false,
    });
  });

  test('the order that was last read goes along', () => {
    const overdue = after(passed(), answered({ state: 'open' }));
    expect(decide(overdue.state, resolved('abandon')).move).toMatchObject({
      outcome: 'abandoned',
      order: { orderId: '7' },
    });
  });

  test('useFreshRef that is refused only looks again', () => {
    expect(decide(parked.state, resolved('useFreshRef')).move).toMatchObject({ do: 'look-up', ref: 'dep-1' });
  });

  test('cancelled ends it', () => {
    const { state } = beginFunding(INTENT, LIMITS);
    expect(decide(state, { saw: 'cancelled' }).move).toEqual({ do: 'finish', outcome: 'cancelled', adopted: false });
  });
});

describe('the edges of the rule', () => {
  const cancel = (state: FundingState): string | undefined => cancelProblem(state);

  test('an approval that nobody gave in time is asked for by a person', () => {
    expect(after({ saw: 'approval-expired' }).move).toStrictEqual({ do: 'park', reason: 'APPROVAL_EXPIRED' });
  });

  test('what is not there is not told', () => {
    expect(after(resolved('abandon')).move).toStrictEqual({ do: 'finish', outcome: 'abandoned', adopted: false });
  });

  test('before the provider was read nothing is known of it, and every event is answered all the same', () => {
    expect(after(absent).move).toEqual({ do: 'check', afterMs: 0 });
    expect(after(found({ amount: '5' })).move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
  });

  test('a fresh reference may be as long as the provider takes', () => {
    const events = [passed({ maxRefLength: 'dep-1~2'.length }), answered({ state: 'failed' })];
    const failed = after(...events, answered({ ref: 'dep-1~2', state: 'failed' }));
    expect(
      resolveProblem({ ...failed.state, current: { ...failed.state.current, state: 'failed' } }, 'useFreshRef'),
    ).toBe(undefined);
  });

  test('a fresh reference that is refused is refused in words', () => {
    expect(resolveProblem(after(passed()).state, 'useFreshRef')).toBe(
      'useFreshRef is refused: the last read of the provider does not show the order under dep-1 failed, rejected, ' +
        'cancelled or not ours, so a fresh reference could pay twice',
    );
  });

  test('what is on its way, and what has completed, is not cancelled', () => {
    expect(cancel(after(passed()).state)).toMatch(/order may exist under dep-1/);
    expect(cancel(after(passed(), answered()).state)).toMatch(/order may exist under dep-1/);
    expect(cancel(after().state)).toBeUndefined();
  });

  test('a fresh reference begins with nothing in doubt and nothing answered', () => {
    const { state } = after(...LOST, found({ state: 'open' }), found({ state: 'failed' }));
    expect(state).toMatchObject({ current: { ref: 'dep-1~2' }, inDoubt: false, answered: false });
    expect(after(passed(), answered({ state: 'failed' })).state).toMatchObject({ inDoubt: false, answered: false });
  });

  test('an answer about another ref leaves ours in doubt', () => {
    expect(after(passed(), answered({ ref: 'dep-9' })).state.inDoubt).toBe(true);
  });

  test('an answer about another ref is looked up if that can be, and sent again if only that can show it', () => {
    const replays = passed({ repeatedRef: 'replays' });
    expect(after(replays, answered({ ref: 'dep-9' })).move).toMatchObject({ do: 'look-up' });
    const resent = passed({ repeatedRef: 'rejects', orderLookup: 'by-resending' });
    expect(after(resent, answered({ ref: 'dep-9' })).move).toMatchObject({ do: 'submit', ref: 'dep-1' });
    const both = passed({ repeatedRef: 'replays', orderLookup: 'by-resending' });
    expect(after(both, answered({ ref: 'dep-9' })).move).toMatchObject({ do: 'submit', ref: 'dep-1' });
  });

  test('that the provider has the reference is not forgotten by the next lost answer', () => {
    const known = after(passed(), submitFailed('DUPLICATE_REF'), ...WINDOW, submitFailed('OUTCOME_UNKNOWN'));
    expect(known.state.refKnown).toBe(true);
    expect(after(...LOST).state.refKnown).toBe(false);
  });

  test('an order that a look-up shows under another ref says nothing of ours', () => {
    expect(after(...LOST, found({ ref: 'dep-9' })).move).toEqual(after(...LOST, absent).move);
  });

  test('an order that was seen failed does not vanish: it is never sent again', () => {
    const failing = [answered({ state: 'failed' }), answered({ ref: 'dep-1~2', state: 'failed' })];
    const exhausted = after(passed(), ...failing, answered({ ref: 'dep-1~3', state: 'failed' }), resolved('retry'));
    expect(exhausted.move).toMatchObject({ do: 'look-up', ref: 'dep-1~3' });
    expect(decide(exhausted.state, absent).move).toEqual({ do: 'park', reason: 'REFS_EXHAUSTED' });
  });

  test('an order that is open for exactly as long as allowed is asked about', () => {
    const begun = beginFunding(INTENT, { ...LIMITS, settlementDeadlineMs: 1_000 });
    const open = [passed(), answered({ state: 'open' }), found({ state: 'open' })];
    const { move } = open.reduce(({ state }, event) => decide(state, event), begun);
    expect(move).toMatchObject({ do: 'park', reason: 'SETTLEMENT_OVERDUE' });
  });

  test('a retry after a refusal checks before it sends', () => {
    expect(after(passed(), submitFailed('INVALID_REQUEST'), resolved('retry')).move).toEqual({
      do: 'check',
      afterMs: 0,
    });
  });
});
