import { ERROR_RULES, type ErrorCode, type FailureDetails } from '../../contract/errors';
import type { Intent, Order } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import { type AttemptRecord, ENDED_IN_THE_BOOK, type RecordedEnd, SENT_BY_ANOTHER_RUN } from '../../contract/send-log';
import {
  beginFunding,
  cancelProblem,
  decide,
  type FundingEvent,
  type FundingTurn,
  refChain,
  resolveProblem,
} from '../../workflows/funding/rule';
import { afterFence, perhapsUnsent } from '../../workflows/funding/recorded';
import { type FundingState, withFreshRef } from '../../workflows/funding/state';

/** What the funding rule makes of the book, at the provider where a repeat pays again. */

const INTENT: Intent = {
  provider: 'p',
  fundingId: 'out-1',
  kind: 'withdrawal',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '100.00',
};
const DUPLICATES: ProviderSemantics = {
  provider: 'p',
  capabilities: ['withdrawal'],
  repeatedRef: 'duplicates',
  orderLookup: 'by-listing',
  settlement: 'in-call',
  settleWindowMs: 1_000,
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};
const LIMITS = { begunAt: '2026-01-01T00:00:00.000Z', maxRefs: 3, settlementDeadlineMs: 10_000 };

function order(over: Partial<Order> = {}): Order {
  const { kind, partnerClientId, asset, amount } = INTENT;
  return { orderId: '7', ref: 'out-1', kind, partnerClientId, asset, amount, state: 'completed', status: 'x', ...over };
}

function attempt(over: Partial<AttemptRecord> = {}): AttemptRecord {
  return { ref: 'out-1', number: 1, state: 'sending', ...over };
}

function passed(attempts: readonly AttemptRecord[] = [], over: Partial<ProviderSemantics> = {}): FundingEvent {
  return { saw: 'check-passed', semantics: { ...DUPLICATES, ...over }, attempts };
}

function submitFailed(code: ErrorCode, over: Partial<FailureDetails> = {}): FundingEvent {
  return { saw: 'submit-failed', failure: { code, outcome: ERROR_RULES[code].outcome, ...over } };
}

const absent: FundingEvent = { saw: 'absent' };
const neverSent: FundingEvent = { saw: 'absent', fence: 'never-sent' };
const begun: FundingEvent = { saw: 'absent', fence: 'begun' };
const lost = submitFailed('OUTCOME_UNKNOWN');
const WINDOW = [absent, absent, absent, absent];

function after(...events: readonly FundingEvent[]): FundingTurn {
  return events.reduce(({ state }, event) => decide(state, event), beginFunding(INTENT, LIMITS));
}

describe('a send that may not have begun', () => {
  test('never left: it is made again, under the next number, and asks nobody', () => {
    const { state, move } = after(passed(), absent, lost, neverSent);
    expect(move).toEqual({ do: 'check', afterMs: 500 });
    expect(state.current).toMatchObject({ sent: 1, state: 'not-applied' });
    expect(cancelProblem(state)).toBeUndefined();
    expect(after(passed(), absent, lost, neverSent, passed())).toMatchObject({
      state: { current: { sent: 2 } },
      move: { do: 'submit', ref: 'out-1' },
    });
  });

  test('began: its order is looked for, and a person is asked', () => {
    const { state, move } = after(passed(), absent, lost, begun, absent, absent, absent);
    expect(move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(state.unfenced).toBeUndefined();
    expect(decide(state, neverSent).move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
  });

  test.each([
    ['a book that does not answer', absent],
    ['a book that was restored to an earlier moment', { saw: 'absent', fence: 'behind' }],
  ] as const)('%s proves nothing, and is asked again', (_, event) => {
    const { state } = after(passed(), absent, lost, event);
    expect(state).toMatchObject({ inDoubt: true, unfenced: {} });
    expect(decide(state, neverSent).move).toMatchObject({ do: 'check' });
    expect(after(passed(), absent, lost, event, ...WINDOW).move).toMatchObject({ reason: 'ORDER_UNFINDABLE' });
  });

  test('never left, though another order shows under its ref: whose that is decides', () => {
    const { state, move } = after(passed(), absent, lost, {
      saw: 'found',
      orders: [order({ partnerClientId: 'client-2' })],
      fence: 'never-sent',
    });
    expect(move).toMatchObject({ do: 'park', reason: 'REF_TAKEN' });
    expect(resolveProblem(state, 'useFreshRef')).toBeUndefined();
    const doubted = after(passed(), absent, lost, { saw: 'found', orders: [order({ partnerClientId: 'client-2' })] });
    expect(resolveProblem(doubted.state, 'useFreshRef')).toMatch(/could pay twice/);
    // Told later, it counts too.
    const told = decide(doubted.state, {
      saw: 'found',
      orders: [order({ partnerClientId: 'client-2' })],
      fence: 'never-sent',
    });
    expect(resolveProblem(told.state, 'useFreshRef')).toBeUndefined();
  });

  test('an order that was found is not in doubt because of an earlier fence', () => {
    const { state } = after(passed(), absent, lost, { saw: 'found', orders: [order({ state: 'open' })] });
    expect(state).toMatchObject({ inDoubt: true, order: { orderId: '7' } });
    expect(state.unfenced).toBeUndefined();
    expect(decide(state, neverSent).state).toMatchObject({ inDoubt: true });
  });

  test('never left, and was given up meanwhile: it ends, and is not made again', () => {
    const cancellable = passed([], { confirms: ['withdrawal'], capabilities: ['withdrawal', 'cancel-order'] });
    const abandon: FundingEvent = { saw: 'resolved', action: 'abandon' };
    const unread: FundingEvent = {
      saw: 'lookup-failed',
      failure: { code: 'UNREACHABLE', outcome: 'not-applied' },
    };
    const { move } = after(cancellable, absent, lost, unread, abandon, neverSent);
    expect(move).toEqual({ do: 'finish', outcome: 'abandoned', adopted: false });
  });

  test('never left, and was the last of many: in the end a person is told', () => {
    const round = [passed(), lost, neverSent];
    const { move } = after(
      passed(),
      absent,
      lost,
      neverSent,
      ...round,
      ...round,
      ...round,
      ...round,
      ...round,
      ...round,
    );
    expect(move).toMatchObject({ do: 'park', reason: 'UNREACHABLE', recheckAfterMs: 60_000 });
  });

  test('is not in question if an earlier send of the ref is, or if it was another run that sent', () => {
    const rejects = passed([], { repeatedRef: 'rejects', orderLookup: 'by-ref' });
    const resent = after(rejects, lost, begun, absent, absent, absent, lost);
    expect(resent.state).toMatchObject({ inDoubt: true, current: { sent: 2 } });
    expect(resent.state.unfenced).toBeUndefined();
    const elsewhere = submitFailed('OUTCOME_UNKNOWN', { operation: SENT_BY_ANOTHER_RUN });
    expect(after(passed(), absent, elsewhere).state.unfenced).toBeUndefined();
  });
});

describe('sends that the book has and the history does not', () => {
  test.each(['sending', 'unknown', 'applied'] as const)('%s: its order is looked for, and nothing is sent', (state) => {
    const { state: known, move } = after(passed([attempt({ state }), attempt({ ref: 'out-1~2', number: 5 })]));
    expect(move).toEqual({ do: 'look-up', ref: 'out-1', afterMs: 0 });
    expect(known).toMatchObject({ inDoubt: true, lostSend: true, current: { sent: 1, state: 'unknown' } });
    expect(cancelProblem(known)).toMatch(/may exist/);
    expect(after(passed([attempt({ state })]), ...WINDOW).move).toMatchObject({
      do: 'park',
      reason: 'ORDER_UNFINDABLE',
    });
  });

  test('a person is told when the first of them began, of this ref alone', () => {
    const [first, second] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
    const { state } = after(passed([attempt({ number: 2, begunAt: second }), attempt({ begunAt: first })]));
    expect(state.bookedSince).toBe(first);
    const again = decide(decide(state, submitFailed('OUTCOME_UNKNOWN')).state, passed([attempt({ number: 3 })]));
    expect(again.state.bookedSince).toBe(first);
    expect(withFreshRef(state).bookedSince).toBeUndefined();
    expect(after(passed([attempt()])).state.bookedSince).toBeUndefined();
  });

  test('one of several that may have been applied is enough to look for it', () => {
    const attempts = [attempt({ state: 'not-applied' }), attempt({ number: 2 })];
    expect(after(passed(attempts))).toMatchObject({ state: { inDoubt: true }, move: { do: 'look-up', ref: 'out-1' } });
  });

  test('of those that were answered, the orders alone are known as ours', () => {
    const { state } = after(passed([attempt(), attempt({ number: 2, state: 'applied', orderId: '7' })]));
    expect(state.ownOrderIds).toEqual(['7']);
    expect(state).not.toHaveProperty('bookedSince');
  });

  test('the order that one was answered with is known as ours', () => {
    const { state } = after(passed([attempt({ state: 'applied', orderId: '7' })]));
    expect(state.ownOrderIds).toEqual(['7']);
    const differs: FundingEvent = { saw: 'found', orders: [order({ amount: '99.00' })] };
    expect(decide(state, differs).move).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
  });

  test.each(['not-applied', 'fenced'] as const)('%s: the next one has a number of its own', (state) => {
    const attempts = [attempt({ state }), attempt({ number: 2, state })];
    const { state: known, move } = after(passed(attempts));
    expect(move).toEqual({ do: 'submit', ref: 'out-1', afterMs: 0 });
    expect(known.current.sent).toBe(3);
  });

  test('those that the history tells change nothing', () => {
    const { move } = after(passed(), absent, submitFailed('UNREACHABLE'), passed([attempt()]));
    expect(move).toMatchObject({ do: 'submit' });
  });

  test('where only a repeat shows an order, the send itself finds out', () => {
    const resends = passed([attempt()], { repeatedRef: 'replays', orderLookup: 'by-resending' });
    expect(after(resends)).toMatchObject({ state: { current: { sent: 1 }, inDoubt: false }, move: { do: 'submit' } });
  });
});

describe('what a fence tells of the last send', () => {
  const { state: doubted } = after(passed(), absent, lost);

  test('nothing, if there is none in question, or the book does not say', () => {
    const { unfenced: _unfenced, ...sure } = doubted;
    expect(afterFence(sure, 'never-sent')).toEqual({ state: sure, neverSent: false });
    for (const fence of [undefined, 'behind'] as const) {
      expect(afterFence(doubted, fence)).toEqual({ state: doubted, neverSent: false });
    }
  });

  test('that it began: it stays in doubt, and is in question no longer', () => {
    const { unfenced: _unfenced, ...began } = doubted;
    expect(afterFence(doubted, 'begun')).toEqual({ state: began, neverSent: false });
  });

  test('that it never left: all is as it was before it', () => {
    const { state, neverSent } = afterFence({ ...doubted, unfenced: { missed: 2, lostSend: true } }, 'never-sent');
    expect(neverSent).toBe(true);
    expect(state).toMatchObject({ inDoubt: false, missed: 2, lostSend: true, current: { state: 'not-applied' } });
    const taken: FundingState = { ...doubted, current: { ...doubted.current, state: 'not-ours' } };
    expect(afterFence(taken, 'never-sent').state.current.state).toBe('not-ours');
  });

  test('and what was lost before it is remembered while it is in question', () => {
    const before: FundingState = { ...doubted, inDoubt: false, missed: 1 };
    expect(perhapsUnsent({ ...before, lostSend: true }, doubted).unfenced).toStrictEqual({ missed: 1, lostSend: true });
    const { lostSend: _lostSend, ...nothingLost } = before;
    expect(perhapsUnsent(nothingLost, doubted).unfenced).toStrictEqual({ missed: 1 });
    expect(perhapsUnsent({ ...before, inDoubt: true }, doubted)).toBe(doubted);
  });
});

describe('an intent that ended before', () => {
  const ended = (end: RecordedEnd, attempts: readonly AttemptRecord[] = []): FundingTurn =>
    after({ saw: 'ended-before', semantics: DUPLICATES, attempts, end });

  test('ends so again, with its order and its chain of refs', () => {
    const orders = [order({ orderId: '6', state: 'failed' }), order({ ref: 'out-1~2' })];
    const attempts = [
      attempt({ ref: 'out-1~2', number: 2, state: 'applied', orderId: '7' }),
      attempt({ state: 'unknown' }),
      attempt({ ref: 'out-1~2', state: 'not-applied' }),
    ];
    const { state, move } = ended({ outcome: 'completed', orderId: '7', orders }, attempts);
    expect(move).toEqual({ do: 'finish', outcome: 'completed', order: orders[1], adopted: false });
    expect(refChain(state)).toEqual([
      { ref: 'out-1', attempt: 1, sent: 1, state: 'failed', orderId: '6' },
      { ref: 'out-1~2', attempt: 2, sent: 2, state: 'completed', orderId: '7' },
    ]);
    expect(state.semantics).toEqual(DUPLICATES);
  });

  test('an order that no send was answered with was adopted', () => {
    const end: RecordedEnd = { outcome: 'completed', orderId: '7', orders: [order()] };
    expect(ended(end, [attempt({ state: 'unknown' })]).move).toMatchObject({ adopted: true });
    expect(ended(end, [attempt({ state: 'applied', orderId: '6' })]).move).toMatchObject({ adopted: true });
  });

  test.each(['abandoned', 'cancelled', 'marked-completed'] as const)('%s, with nothing sent', (outcome) => {
    const { state, move } = ended({ outcome, orders: [] });
    expect(move).toEqual({ do: 'finish', outcome, adopted: false });
    expect(refChain(state)).toEqual([{ ref: 'out-1', attempt: 1, sent: 0, state: 'unsent' }]);
  });

  test.each([
    ['unknown', 'unknown'],
    ['sending', 'unknown'],
    ['applied', 'unknown'],
    ['not-applied', 'not-applied'],
    ['fenced', 'not-applied'],
  ] as const)('a send that was %s, of which no order is known, leaves its ref %s', (was, is) => {
    const { state } = ended({ outcome: 'abandoned', orders: [] }, [attempt({ state: was })]);
    expect(refChain(state)).toEqual([{ ref: 'out-1', attempt: 1, sent: 1, state: is }]);
  });
});

describe('an intent that is given up, and that the book knows to have been sent', () => {
  const elsewhere = (
    attempts: readonly AttemptRecord[],
    ending: 'cancelled' | 'abandoned' = 'cancelled',
  ): FundingEvent => ({ saw: 'sent-elsewhere', attempts, ending });
  const checked = after(passed());

  test('is checked first if nothing is known of the provider, and looked up then', () => {
    const told = after(elsewhere([attempt()]));
    expect(told.move).toEqual({ do: 'check', afterMs: 0 });
    expect(told.state).toMatchObject({ ending: 'cancelled', inDoubt: true, current: { sent: 1, state: 'unknown' } });
    expect(decide(told.state, passed([attempt()])).move).toMatchObject({ do: 'look-up', ref: 'out-1' });
    const parked = decide(told.state, {
      saw: 'check-failed',
      failure: { code: 'UNREACHABLE', outcome: 'not-applied' },
    });
    expect(decide(parked.state, { saw: 'recheck-due' }).move).toMatchObject({ do: 'check' });
  });

  test('is checked if the book has another end of it, which stands', () => {
    const told = decide(checked.state, { saw: 'ended-otherwise' });
    expect(told.move).toEqual({ do: 'check', afterMs: 0 });
    const end: RecordedEnd = { outcome: 'completed', orderId: '7', orders: [order()] };
    const before: FundingEvent = { saw: 'ended-before', semantics: DUPLICATES, attempts: [attempt()], end };
    expect(decide(told.state, before).move).toMatchObject({ do: 'finish', outcome: 'completed' });
  });

  test('completes by the order that shows', () => {
    const { state, move } = decide(checked.state, elsewhere([attempt({ state: 'applied', orderId: '7' })]));
    expect(move).toMatchObject({ do: 'look-up', ref: 'out-1' });
    expect(state.ownOrderIds).toEqual(['7']);
    expect(decide(state, { saw: 'found', orders: [order()] }).move).toMatchObject({
      do: 'finish',
      outcome: 'completed',
      adopted: true,
    });
    const failed = decide(state, { saw: 'found', orders: [order({ state: 'failed' })] });
    expect(failed.move).toMatchObject({ do: 'finish', outcome: 'cancelled' });
  });

  test('asks a person if nothing shows, and ends once that is said again', () => {
    let turn = decide(checked.state, elsewhere([attempt()]));
    for (let look = 0; turn.move.do === 'look-up' && look < 20; look += 1) turn = decide(turn.state, absent);
    expect(turn.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(cancelProblem(turn.state)).toContain('being cancelled already');
    expect(decide(turn.state, { saw: 'resolved', action: 'retry' }).move).toMatchObject({ do: 'look-up' });
    const ended = decide(turn.state, { saw: 'resolved', action: 'abandon' });
    expect(ended.move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
  });

  test('is looked for under the ref that was sent last', () => {
    const attempts = [
      attempt({ state: 'applied', orderId: '6' }),
      attempt({ ref: 'out-1~2', number: 1 }),
      attempt({ ref: 'out-1~2', number: 2, state: 'unknown' }),
    ];
    const { state, move } = decide(checked.state, elsewhere(attempts, 'abandoned'));
    expect(move).toMatchObject({ do: 'look-up', ref: 'out-1~2' });
    expect(refChain(state)).toMatchObject([
      { ref: 'out-1', sent: 1, state: 'unknown' },
      { ref: 'out-1~2', sent: 2, state: 'unknown' },
    ]);
    expect(state).toMatchObject({ ending: 'abandoned', inDoubt: true });
  });

  test('ends if its sends are of a ref that was left since', () => {
    const left: FundingState = withFreshRef({
      ...checked.state,
      current: { ...checked.state.current, state: 'not-ours' },
    });
    const { state, move } = decide(left, elsewhere([attempt({ state: 'unknown' })]));
    expect(move).toMatchObject({ do: 'finish', outcome: 'cancelled' });
    expect(refChain(state)).toMatchObject([
      { ref: 'out-1', sent: 1 },
      { ref: 'out-1~2', sent: 0 },
    ]);
  });

  test('what must not leave because the intent has ended is checked again', () => {
    const sent = { ...checked.state, current: { ...checked.state.current, sent: 1 } };
    const failure = { code: 'UNREACHABLE', outcome: 'not-applied', operation: ENDED_IN_THE_BOOK } as const;
    expect(decide(sent, { saw: 'submit-failed', failure }).move).toEqual({ do: 'check', afterMs: 0 });
  });
});
