import { ERROR_CODES, ERROR_RULES, type ErrorCode, type FailureDetails } from '../../contract/errors';
import type { Intent, Order } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import {
  beginFunding,
  cancelProblem,
  decide,
  type FundingAction,
  type FundingEvent,
  type FundingState,
  MAX_SENDS_PER_REF,
  refChain,
  resolveProblem,
} from '../../workflows/steps/funding-rule';

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

const LIMITS = { maxRefs: 3, settlementDeadlineMs: 10_000 };

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
function after(...events: readonly FundingEvent[]): { state: FundingState; action: FundingAction } {
  return events.reduce(({ state }, event) => decide(state, event), beginFunding(INTENT, LIMITS));
}

/** Look-ups that find nothing, for the whole settle window. */
const WINDOW: readonly FundingEvent[] = [absent, absent, absent, absent];
const LOST: readonly FundingEvent[] = [passed(), submitFailed('OUTCOME_UNKNOWN')];

describe('the check comes before anything moves', () => {
  test('an intent begins with the check, and is sent under its fundingId once it passes', () => {
    expect(beginFunding(INTENT, LIMITS).action).toEqual({ do: 'check', afterMs: 0 });
    expect(after(passed()).action).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
  });

  test.each(['INVALID_REQUEST', 'CAPABILITY_MISSING'] as const)('%s ends the intent', (code) => {
    expect(after({ saw: 'check-failed', failure: failed(code) }).action).toEqual({
      do: 'refuse',
      failure: failed(code),
    });
  });

  test.each(ERROR_CODES.filter((code) => code !== 'INVALID_REQUEST' && code !== 'CAPABILITY_MISSING'))(
    '%s at the check asks a person, and looks again by itself where that can help',
    (code) => {
      const { action, state } = after({ saw: 'check-failed', failure: failed(code) });
      expect(action).toMatchObject({ do: 'park', reason: code });
      expect('recheckAfterMs' in action).toBe(ERROR_RULES[code].retryable);
      expect(decide(state, recheck).action).toEqual({ do: 'check', afterMs: 0 });
      expect(decide(state, resolved('retry')).action).toEqual({ do: 'check', afterMs: 0 });
      expect(cancelProblem(state)).toBeUndefined();
    },
  );

  test('once something was sent, a refused check is a question, not the end', () => {
    const { action } = after(passed(), submitFailed('UNREACHABLE'), {
      saw: 'check-failed',
      failure: failed('INVALID_REQUEST'),
    });
    expect(action).toMatchObject({ do: 'park', reason: 'INVALID_REQUEST' });
  });

  test('what the provider said of itself first stays', () => {
    const { state } = after(passed(), submitFailed('UNREACHABLE'), passed({ repeatedRef: 'duplicates' }));
    expect(state.semantics?.repeatedRef).toBe('rejects');
  });

  test('a provider that would pay again is asked for the order before the first send', () => {
    const duplicates = passed({ repeatedRef: 'duplicates', orderLookup: 'by-listing' });
    expect(after(duplicates).action).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
    expect(after(duplicates, absent).action).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
    expect(after(duplicates, found()).action).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
  });
});

describe('the answer to a submit', () => {
  test('completed and ours: done, not adopted', () => {
    const { action, state } = after(passed(), answered());
    expect(action).toEqual({ do: 'finish', outcome: 'completed', order: order(), adopted: false });
    expect(refChain(state)).toEqual([{ ref: 'dep-1', attempt: 1, sent: 1, state: 'completed', orderId: '7' }]);
  });

  test('failed: a fresh ref, at once, and the chain keeps the failed one', () => {
    const { action, state } = after(passed(), answered({ state: 'failed' }));
    expect(action).toEqual({ do: 'submit', ref: 'dep-1~2', afterMs: 0 });
    expect(refChain(state)).toMatchObject([
      { ref: 'dep-1', state: 'failed' },
      { ref: 'dep-1~2', state: 'unknown', sent: 1 },
    ]);
  });

  test('a status never seen: wait and read again, at growing distance, never a fresh ref', () => {
    const first = after(passed(), answered({ state: 'open' }));
    expect(first.action).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 1_000 });
    expect(decide(first.state, found({ state: 'open' })).action).toEqual({
      do: 'look-up',
      ref: 'dep-1',
      afterMs: 2_000,
    });
    expect(decide(first.state, found()).action).toMatchObject({ do: 'finish', outcome: 'completed', adopted: false });
    expect(cancelProblem(first.state)).toMatch(/order may exist under dep-1/);
  });

  test('an order seen once that a look-up misses is waited for, not sent again', () => {
    const { action } = after(passed(), answered({ state: 'open' }), absent);
    expect(action).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 2_000 });
  });

  test('open for longer than allowed: a person is asked while it is read on', () => {
    const events = [answered({ state: 'open' }), ...Array.from({ length: 4 }, () => found({ state: 'open' }))];
    const { action, state } = after(passed(), ...events);
    expect(action).toMatchObject({ do: 'park', reason: 'SETTLEMENT_OVERDUE', recheckAfterMs: 900_000 });
    expect(decide(state, recheck).action).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(decide(decide(state, recheck).state, found()).action).toMatchObject({ do: 'finish', outcome: 'completed' });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
  });

  test('an answer about another order is no answer: the ref is looked up', () => {
    expect(after(passed(), answered({ amount: '100.01' })).action).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
  });
});

describe('an order is ours where ref, kind, client, asset and the exact amount are', () => {
  const { state } = after(passed());
  test.each([{ amount: '100' }, { amount: '1E2' }, { amount: '100.00000000' }])('same amount, spelled %j', (over) => {
    expect(isOurs(state, order(over))).toBe(true);
  });
  test.each([
    { ref: 'dep-1~2' },
    { kind: 'withdrawal' as const },
    { kind: 'other' as const },
    { partnerClientId: 'client-2' },
    { asset: 'BHD' },
    { amount: '100.00000001' },
  ])('not ours: %j', (over) => {
    expect(isOurs(state, order(over))).toBe(false);
  });
});

describe('an unknown outcome is looked up before anything else', () => {
  const UNKNOWN = ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'unknown');
  test.each(UNKNOWN)('%s', (code) => {
    const { action, state } = after(passed(), submitFailed(code));
    expect(action).toEqual({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
    expect(cancelProblem(state)).toBeDefined();
  });

  test('a pause that the provider asked for is kept before the look-up', () => {
    expect(after(passed(), submitFailed('RATE_LIMITED', { retryAfterMs: 3_000 })).action).toMatchObject({
      do: 'look-up',
      afterMs: 3_000,
    });
  });

  test('found completed: adopted', () => {
    expect(after(...LOST, found()).action).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
  });

  test('found failed: a fresh ref', () => {
    expect(after(...LOST, found({ state: 'failed' })).action).toMatchObject({ do: 'submit', ref: 'dep-1~2' });
  });

  test('absent: looked up for the whole window with growing waits, then the same ref again', () => {
    const waits: unknown[] = [];
    let step = after(...LOST);
    while (step.action.do === 'look-up') {
      waits.push(step.action.afterMs);
      step = decide(step.state, absent);
    }
    expect(waits).toEqual([0, 250, 500, 250]);
    expect(step.action).toMatchObject({ do: 'submit', ref: 'dep-1' });
    expect(step.state.current.sent).toBe(2);
  });

  test('absent where a repeat would pay again: a person is asked, and it is never sent again', () => {
    const duplicates = passed({ repeatedRef: 'duplicates' });
    const { action, state } = after(duplicates, absent, submitFailed('OUTCOME_UNKNOWN'), ...WINDOW);
    expect(action).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE', recheckAfterMs: 900_000 });
    const again = [recheck, ...WINDOW].reduce((step, event) => decide(step.state, event), { state, action });
    expect(again.action).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(again.state.current.sent).toBe(1);
  });

  test(`absent after ${MAX_SENDS_PER_REF} sends: a person is asked; a retry gives it another round`, () => {
    let step = after(passed());
    while (step.action.do !== 'park') {
      step = decide(step.state, step.action.do === 'submit' ? submitFailed('DUPLICATE_REF') : absent);
    }
    expect(step.action).toMatchObject({ reason: 'ORDER_UNFINDABLE' });
    expect(step.state.current).toMatchObject({ ref: 'dep-1', sent: MAX_SENDS_PER_REF });
    const retried = [resolved('retry'), ...WINDOW].reduce(({ state }, event) => decide(state, event), step);
    // At once: the look-ups have waited out the settle window already, and nobody is asked meanwhile.
    expect(retried.action).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
  });

  test('a provider without look-up gets the same ref again', () => {
    const replays = passed({ repeatedRef: 'replays', orderLookup: 'by-resending' });
    expect(after(replays, submitFailed('OUTCOME_UNKNOWN')).action).toMatchObject({
      do: 'submit',
      ref: 'dep-1',
      afterMs: 500,
    });
  });

  test('a refusal of the second send does not answer for the first: it may be the first one that took the money', () => {
    const second = [...LOST, ...WINDOW, submitFailed('INSUFFICIENT_FUNDS')];
    expect(after(...second).action).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(after(...second, found()).action).toMatchObject({ do: 'finish', outcome: 'completed', adopted: true });
    const { action, state } = after(...second, ...WINDOW);
    expect(action).toMatchObject({ do: 'park', reason: 'INSUFFICIENT_FUNDS' });
    expect(cancelProblem(state)).toBeDefined();
    expect(decide(state, resolved('retry')).action).toMatchObject({ do: 'look-up', ref: 'dep-1' });
  });

  test('a look-up that fails asks a person, and nothing is sent meanwhile', () => {
    const { action, state } = after(...LOST, { saw: 'lookup-failed', failure: failed('CONTRACT_DRIFT') });
    expect(action).toMatchObject({ do: 'park', reason: 'CONTRACT_DRIFT', recheckAfterMs: 60_000 });
    expect(decide(state, recheck).action).toMatchObject({ do: 'look-up', ref: 'dep-1', afterMs: 0 });
  });
});

describe('a refusal before any order exists', () => {
  const REFUSALS = ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'not-applied');
  test.each(REFUSALS)('%s', (code) => {
    const { action, state } = after(passed(), submitFailed(code));
    expect(state.current).toMatchObject({ ref: 'dep-1', state: 'not-applied' });
    expect(cancelProblem(state)).toBeUndefined();
    if (code === 'UNREACHABLE') expect(action).toEqual({ do: 'check', afterMs: 500 });
    else expect(action).toMatchObject({ do: 'park', reason: code });
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/could pay twice/);
  });

  test('unreachable for long: a person is told, and it is tried on', () => {
    let step = after(passed());
    const waits: unknown[] = [];
    while (step.action.do !== 'park') {
      if (step.action.do === 'check') waits.push(step.action.afterMs);
      step = decide(step.state, step.action.do === 'check' ? passed() : submitFailed('UNREACHABLE'));
    }
    expect(step.action).toMatchObject({ reason: 'UNREACHABLE', recheckAfterMs: 60_000 });
    expect(waits).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000]);
  });

  test('a key that must be fixed is waited for: AUTH parks and looks again by itself', () => {
    expect(after(passed(), submitFailed('AUTH')).action).toMatchObject({
      do: 'park',
      reason: 'AUTH',
      recheckAfterMs: 60_000,
    });
  });
});

describe('somebody else has the ref', () => {
  const taken = [...LOST, found({ amount: '5' })];
  test('it is parked, and only a person frees a fresh one', () => {
    const { action, state } = after(...taken);
    expect(action).toEqual({ do: 'park', reason: 'REF_TAKEN' });
    expect(state.current).toMatchObject({ state: 'not-ours', orderId: '7' });
    expect(state.order).toBeUndefined();
    expect(resolveProblem(state, 'useFreshRef')).toBeUndefined();
    expect(decide(state, resolved('useFreshRef')).action).toMatchObject({ do: 'submit', ref: 'dep-1~2' });
    expect(decide(state, resolved('retry')).action).toMatchObject({ do: 'look-up', ref: 'dep-1' });
    expect(cancelProblem(state)).toBeUndefined();
  });
});

describe('fresh refs are bounded', () => {
  const failing = [passed(), answered({ state: 'failed' }), answered({ ref: 'dep-1~2', state: 'failed' })];
  test('as many originals failed as allowed: a person is asked, who may allow one more', () => {
    const { action, state } = after(...failing, answered({ ref: 'dep-1~3', state: 'failed' }));
    expect(action).toEqual({ do: 'park', reason: 'REFS_EXHAUSTED' });
    expect(refChain(state).map(({ ref }) => ref)).toEqual(['dep-1', 'dep-1~2', 'dep-1~3']);
    expect(decide(state, resolved('useFreshRef')).action).toMatchObject({ do: 'submit', ref: 'dep-1~4' });
    expect(cancelProblem(state)).toBeUndefined();
  });

  test('a ref longer than the provider takes is refused to the person, and not sent', () => {
    const short = [passed({ maxRefLength: 'dep-1~3'.length - 1 }), answered({ state: 'failed' })];
    const { state } = [
      answered({ ref: 'dep-1~2', state: 'failed' }),
      answered({ ref: 'dep-1~3', state: 'failed' }),
    ].reduce((step, event) => decide(step.state, event), after(...short));
    expect(resolveProblem(state, 'useFreshRef')).toMatch(/longer than the provider accepts/);
    expect(decide(state, resolved('useFreshRef')).action.do).not.toBe('submit');
  });
});

describe('a person ends it', () => {
  const parked = after(...LOST, { saw: 'lookup-failed', failure: failed('UNREACHABLE') });
  test('markCompleted and abandon are recorded as what they are', () => {
    expect(decide(parked.state, resolved('markCompleted')).action).toEqual({
      do: 'finish',
      outcome: 'marked-completed',
      adopted: false,
    });
    expect(decide(parked.state, resolved('abandon')).action).toEqual({
      do: 'finish',
      outcome: 'abandoned',
      adopted: false,
    });
  });

  test('the order that was last read goes along', () => {
    const overdue = after(passed(), answered({ state: 'open' }));
    expect(decide(overdue.state, resolved('abandon')).action).toMatchObject({
      outcome: 'abandoned',
      order: { orderId: '7' },
    });
  });

  test('useFreshRef that is refused only looks again', () => {
    expect(decide(parked.state, resolved('useFreshRef')).action).toMatchObject({ do: 'look-up', ref: 'dep-1' });
  });

  test('cancelled ends it', () => {
    const { state } = beginFunding(INTENT, LIMITS);
    expect(decide(state, { saw: 'cancelled' }).action).toEqual({ do: 'finish', outcome: 'cancelled', adopted: false });
  });
});

describe('the edges of the rule', () => {
  const cancel = (state: FundingState): string | undefined => cancelProblem(state);

  test('an approval that nobody gave in time is asked for by a person', () => {
    expect(after({ saw: 'approval-expired' }).action).toStrictEqual({ do: 'park', reason: 'APPROVAL_EXPIRED' });
  });

  test('what is not there is not told', () => {
    expect(after(resolved('abandon')).action).toStrictEqual({ do: 'finish', outcome: 'abandoned', adopted: false });
  });

  test('before the provider was read nothing is known of it, and every event is answered all the same', () => {
    expect(after(absent).action).toEqual({ do: 'submit', ref: 'dep-1', afterMs: 0 });
    expect(after(found({ amount: '5' })).action).toEqual({ do: 'park', reason: 'REF_TAKEN' });
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
      'useFreshRef is refused: the last read of the provider does not show the order under dep-1 failed, rejected or ' +
        'not ours, so a fresh reference could pay twice',
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

  test('an answer that is not about our order leaves ours in doubt', () => {
    expect(after(passed(), answered({ amount: '5' })).state.inDoubt).toBe(true);
  });

  test('an answer about another order is looked up where that can be, also where repeats are replayed', () => {
    const replays = passed({ repeatedRef: 'replays' });
    expect(after(replays, answered({ amount: '5' })).action).toMatchObject({ do: 'look-up' });
    const resent = passed({ repeatedRef: 'rejects', orderLookup: 'by-resending' });
    expect(after(resent, answered({ amount: '5' })).action).toMatchObject({ do: 'submit', ref: 'dep-1' });
    const both = passed({ repeatedRef: 'replays', orderLookup: 'by-resending' });
    expect(after(both, answered({ ref: 'dep-9' })).action).toMatchObject({ do: 'submit', ref: 'dep-1' });
  });

  test('that the provider has the reference is not forgotten by the next lost answer', () => {
    const known = after(passed(), submitFailed('DUPLICATE_REF'), ...WINDOW, submitFailed('OUTCOME_UNKNOWN'));
    expect(known.state.refKnown).toBe(true);
    expect(after(...LOST).state.refKnown).toBe(false);
  });

  test('an order that a look-up by the reference shows under another one is a stranger', () => {
    expect(after(...LOST, found({ ref: 'dep-9' })).action).toEqual({ do: 'park', reason: 'REF_TAKEN' });
  });

  test('an order that was seen failed does not vanish: it is never sent again', () => {
    const failing = [answered({ state: 'failed' }), answered({ ref: 'dep-1~2', state: 'failed' })];
    const exhausted = after(passed(), ...failing, answered({ ref: 'dep-1~3', state: 'failed' }), resolved('retry'));
    expect(exhausted.action).toMatchObject({ do: 'look-up', ref: 'dep-1~3' });
    expect(decide(exhausted.state, absent).action).toEqual({ do: 'park', reason: 'REFS_EXHAUSTED' });
  });

  test('an order that is open for exactly as long as allowed is asked about', () => {
    const begun = beginFunding(INTENT, { ...LIMITS, settlementDeadlineMs: 1_000 });
    const open = [passed(), answered({ state: 'open' }), found({ state: 'open' })];
    const { action } = open.reduce(({ state }, event) => decide(state, event), begun);
    expect(action).toMatchObject({ do: 'park', reason: 'SETTLEMENT_OVERDUE' });
  });

  test('a retry after a refusal checks before it sends', () => {
    expect(after(passed(), submitFailed('INVALID_REQUEST'), resolved('retry')).action).toEqual({
      do: 'check',
      afterMs: 0,
    });
  });
});
