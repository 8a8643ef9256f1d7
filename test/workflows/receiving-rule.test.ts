import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { ProviderSemantics } from '../../contract/provider';
import type { ExpectedDeposit, ReceivedDeposit, ReceivingAccount } from '../../contract/receiving';
import { isReceivingAnswer, receivingQuestion } from '../../workflows/receiving/questions';
import {
  beginReceiving,
  cancelProblem,
  changesNothing,
  decide,
  type ReceivingMove,
  type ReceivingEvent,
  type ReceivingTurn,
} from '../../workflows/receiving/rule';
import { OVERDUE_RECHECK_MS, PARKED_RECHECK_MS } from '../../workflows/shared/waits';

const DEADLINE_AT = 100_000;
const WINDOW_MS = 2_000;
const EXPECTED: ExpectedDeposit = {
  provider: 'model',
  fundingId: 'in-1',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '100.00',
};
const SEMANTICS: ProviderSemantics = {
  provider: 'model',
  capabilities: ['receive-deposit'],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'later',
  settleWindowMs: WINDOW_MS,
  maxRefLength: 64,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};
const READY: ReceivingAccount = { accountId: 'a1', state: 'ready', status: 'open' };
const PENDING: ReceivingAccount = { accountId: 'a1', state: 'pending', status: 'pending' };
const CHECKED: ReceivingEvent = { saw: 'checked', semantics: SEMANTICS };
const OPEN: readonly ReceivingEvent[] = [CHECKED, account(READY)];

function failure(code: ErrorCode): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome };
}

function account(shown: ReceivingAccount | undefined, at = 0): ReceivingEvent {
  return { saw: 'account', at, ...(shown === undefined ? {} : { account: shown }) };
}

function money(depositId: string, amount = '100.00', state: ReceivedDeposit['state'] = 'completed'): ReceivedDeposit {
  return { depositId, asset: 'USD', amount, state, status: state };
}

function shows(...deposits: readonly ReceivedDeposit[]): ReceivingEvent {
  return { saw: 'deposits', deposits, at: 0 };
}

function after(...events: readonly ReceivingEvent[]): ReceivingTurn {
  return events.reduce(({ state }, event) => decide(state, event), beginReceiving(EXPECTED, DEADLINE_AT));
}

function moveAfter(...events: readonly ReceivingEvent[]): ReceivingMove {
  return after(...events).move;
}

const retried: ReceivingEvent = { saw: 'resolved', action: 'retry' };
const recheck: ReceivingEvent = { saw: 'recheck-due' };

describe('the check', () => {
  test('comes first, and is made again if it may pass later', () => {
    const failed: ReceivingEvent = { saw: 'check-failed', failure: failure('UNREACHABLE') };
    expect(moveAfter()).toEqual({ do: 'check', afterMs: 0 });
    expect(moveAfter(failed)).toEqual({
      do: 'park',
      reason: 'UNREACHABLE',
      failure: failure('UNREACHABLE'),
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(moveAfter(failed, recheck)).toEqual({ do: 'check', afterMs: 0 });
    expect(moveAfter(CHECKED)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(after(CHECKED).state.semantics).toBe(SEMANTICS);
  });

  test('refuses what is wrong', () => {
    expect(moveAfter({ saw: 'check-failed', failure: failure('INVALID_REQUEST') })).toEqual({
      do: 'refuse',
      failure: failure('INVALID_REQUEST'),
    });
  });
});

describe('the account', () => {
  test('that is ready is where the money is looked for', () => {
    expect(moveAfter(...OPEN)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(moveAfter(...OPEN, { saw: 'read-failed', failure: failure('UNREACHABLE') }, recheck)).toEqual({
      do: 'look-money',
      afterMs: 0,
    });
  });

  test('is applied for if there is none, once, and then waited for', () => {
    const applied: readonly ReceivingEvent[] = [CHECKED, account(undefined), { saw: 'applied' }];
    expect(moveAfter(CHECKED, account(undefined))).toEqual({ do: 'apply', afterMs: 0 });
    expect(moveAfter(...applied)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(moveAfter(...applied, account(undefined))).toEqual({ do: 'look-account', afterMs: 1_000 });
    expect(moveAfter(...applied, account(PENDING))).toEqual({ do: 'look-account', afterMs: 1_000 });
    expect(moveAfter(...applied, account(PENDING), account(PENDING))).toEqual({ do: 'look-account', afterMs: 2_000 });
    expect(after(...applied, account(PENDING)).state.account).toEqual(PENDING);
    expect(after(...applied, account(PENDING), account(undefined)).state.account).toEqual(PENDING);
    // The wait for the money begins anew.
    expect(moveAfter(...applied, account(PENDING), account(READY), shows())).toEqual({
      do: 'look-money',
      afterMs: 1_000,
    });
  });

  test('is applied for again after a look, and under its number if that may have arrived', () => {
    const lost: ReceivingEvent = { saw: 'apply-failed', failure: failure('OUTCOME_UNKNOWN') };
    expect(moveAfter(CHECKED, account(undefined), lost)).toEqual({ do: 'look-account', afterMs: 0 });
    const again = after(CHECKED, account(undefined), lost, account(undefined));
    expect(again.move).toEqual({ do: 'apply', afterMs: 500 });
    expect(again.state.application.attempt).toBe(1);
  });

  test('whose application was refused is asked about', () => {
    const refused: ReceivingEvent = { saw: 'apply-failed', failure: failure('INVALID_REQUEST') };
    expect(moveAfter(CHECKED, account(undefined), refused, account(undefined))).toEqual({
      do: 'park',
      reason: 'INVALID_REQUEST',
      failure: failure('INVALID_REQUEST'),
    });
    const { state } = after(CHECKED, account(undefined), refused, account(undefined), retried, account(undefined));
    expect(state.application.attempt).toBe(2);
  });

  test('that was refused, or that lacks information, is asked about', () => {
    const needs: ReceivingAccount = { ...PENDING, needs: 'information' };
    const park = { do: 'park', recheckAfterMs: OVERDUE_RECHECK_MS };
    expect(moveAfter(CHECKED, account({ ...PENDING, state: 'refused' }))).toEqual({
      ...park,
      reason: 'ACCOUNT_REFUSED',
    });
    expect(moveAfter(CHECKED, account(needs))).toEqual({ ...park, reason: 'INFORMATION_REQUIRED' });
    // What was given may not show for the settle window.
    const given: ReceivingEvent = { saw: 'information-given', at: 1_000 };
    expect(moveAfter(CHECKED, account(needs), given)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(moveAfter(CHECKED, account(needs), given, account(needs, 2_999))).toMatchObject({ do: 'look-account' });
    expect(moveAfter(CHECKED, account(needs), given, account(needs, 3_000))).toMatchObject({
      reason: 'INFORMATION_REQUIRED',
    });
    expect(moveAfter(CHECKED, account(needs), { saw: 'information-failed' })).toEqual({
      do: 'look-account',
      afterMs: 0,
    });
  });

  test('that takes too long is asked about, and looked at on', () => {
    expect(moveAfter(CHECKED, account(PENDING, DEADLINE_AT - 300))).toEqual({ do: 'look-account', afterMs: 300 });
    expect(moveAfter(CHECKED, account(PENDING, DEADLINE_AT))).toEqual({
      do: 'park',
      reason: 'DEPOSIT_OVERDUE',
      recheckAfterMs: OVERDUE_RECHECK_MS,
    });
    expect(moveAfter(CHECKED, account(PENDING, DEADLINE_AT), recheck)).toEqual({ do: 'look-account', afterMs: 0 });
  });
});

describe('the money', () => {
  test('that fits and has arrived is claimed, and completes it', () => {
    const seen = [...OPEN, shows(money('m0', '7.00'), money('m1'))];
    expect(moveAfter(...seen)).toEqual({ do: 'claim', deposit: money('m1') });
    const turn = after(...seen, { saw: 'claimed', deposit: money('m1') });
    expect(turn.move).toEqual({ do: 'finish', outcome: 'completed' });
    expect(turn.state.deposit).toEqual(money('m1'));
  });

  test('that is on its way, or of another amount, is waited for', () => {
    const none = shows(money('m0', '7.00'), money('m1', '100.00', 'open'));
    expect(moveAfter(...OPEN, none)).toEqual({ do: 'look-money', afterMs: 1_000 });
    expect(moveAfter(...OPEN, none, none)).toEqual({ do: 'look-money', afterMs: 2_000 });
  });

  test('that was claimed before is ours if an earlier run took it, and otherwise the next one is', () => {
    const seen: readonly ReceivingEvent[] = [
      ...OPEN,
      shows(money('m1'), money('m2')),
      { saw: 'claimed-before', deposit: money('m1') },
    ];
    expect(moveAfter(...seen)).toEqual({ do: 'read-claim', deposit: money('m1') });
    const ours = after(...seen, { saw: 'claim', deposit: money('m1'), fundingId: 'in-1' });
    expect(ours.move).toEqual({ do: 'finish', outcome: 'completed' });
    expect(ours.state.deposit).toEqual(money('m1'));
    const anothers: ReceivingEvent = { saw: 'claim', deposit: money('m1'), fundingId: 'in-2' };
    expect(moveAfter(...seen, anothers)).toEqual({ do: 'claim', deposit: money('m2') });
    // It is not asked for again.
    expect(moveAfter(...OPEN, shows(money('m1')), anothers, shows(money('m1')))).toMatchObject({ do: 'look-money' });
    expect(after(...seen, anothers, { ...anothers, deposit: money('m2') }).state.taken).toEqual(['m1', 'm2']);
  });

  test('that takes too long is asked about with what arrived, and looked for on', () => {
    const late: ReceivingEvent = { saw: 'deposits', deposits: [money('m0', '7.00')], at: DEADLINE_AT };
    const turn = after(...OPEN, late);
    expect(turn.move).toEqual({ do: 'park', reason: 'DEPOSIT_OVERDUE', recheckAfterMs: OVERDUE_RECHECK_MS });
    expect(receivingQuestion(turn.state, { reason: 'DEPOSIT_OVERDUE' })).toMatchObject({
      accepts: ['retry', 'markCompleted', 'abandon'],
      evidence: ['Deposit m0 of 7.00 USD is completed.'],
    });
    expect(receivingQuestion(turn.state, { reason: 'UNREACHABLE' })).not.toHaveProperty('evidence');
    expect(receivingQuestion(turn.state, { reason: 'UNREACHABLE', failure: failure('UNREACHABLE') }).because).toContain(
      'could not be reached',
    );
    expect(receivingQuestion(turn.state, { reason: 'INFORMATION_REQUIRED' })).toMatchObject({
      accepts: ['retry', 'markCompleted', 'abandon', 'supplyInformation'],
    });
    expect(moveAfter(...OPEN, late, recheck)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(moveAfter(...OPEN, late, retried)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(moveAfter(...OPEN, { ...late, at: DEADLINE_AT - 1 })).toEqual({ do: 'look-money', afterMs: 1 });
  });

  test('that cannot be read is asked about, and read again if that can help', () => {
    expect(moveAfter(...OPEN, { saw: 'read-failed', failure: failure('UNREACHABLE') })).toMatchObject({
      reason: 'UNREACHABLE',
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(moveAfter(...OPEN, { saw: 'read-failed', failure: failure('CLIENT_UNKNOWN') })).toEqual({
      do: 'park',
      reason: 'CLIENT_UNKNOWN',
      failure: failure('CLIENT_UNKNOWN'),
    });
  });
});

describe('people', () => {
  test('end it', () => {
    expect(moveAfter(...OPEN, { saw: 'resolved', action: 'markCompleted' })).toEqual({
      do: 'finish',
      outcome: 'marked-completed',
    });
    expect(moveAfter(...OPEN, { saw: 'resolved', action: 'abandon' })).toEqual({
      do: 'finish',
      outcome: 'abandoned',
    });
    expect(moveAfter(...OPEN, { saw: 'cancelled' })).toEqual({ do: 'finish', outcome: 'cancelled' });
  });

  test('may not cancel what has arrived', () => {
    const seen: readonly ReceivingEvent[] = [...OPEN, shows(money('m1'))];
    const refused = 'cancel is refused: the money has arrived';
    expect(cancelProblem(after(...OPEN))).toBeUndefined();
    expect(cancelProblem(after(...seen))).toBe(refused);
    expect(cancelProblem(after(...seen, { saw: 'claimed', deposit: money('m1') }))).toBe(refused);
  });

  test('may not be cancelled while it may have claimed money itself, also where that cannot be read', () => {
    const before: ReceivingEvent = { saw: 'claimed-before', deposit: money('m1') };
    const failed: ReceivingEvent = { saw: 'read-failed', failure: failure('UNREACHABLE') };
    const seen: readonly ReceivingEvent[] = [...OPEN, shows(money('m1'), money('m2')), before];
    const refused =
      'cancel is refused: deposit m1 was claimed before, maybe by this intent, and for whom is yet to be read; ' +
      'wait until it was, or resolve what is parked';
    expect(cancelProblem(after(...seen))).toBe(refused);
    expect(moveAfter(...seen, failed)).toMatchObject({ do: 'park', reason: 'UNREACHABLE' });
    expect(cancelProblem(after(...seen, failed))).toBe(refused);
    // Whatever ends the question, the claim is read again first.
    for (const next of [{ saw: 'recheck-due' }, { saw: 'resolved', action: 'retry' }] as const) {
      expect(moveAfter(...seen, failed, next)).toEqual({ do: 'read-claim', deposit: money('m1') });
    }
    const again: ReceivingEvent = { saw: 'recheck-due' };
    const anothers: ReceivingEvent = { saw: 'claim', deposit: money('m1'), fundingId: 'in-2' };
    expect(cancelProblem(after(...seen, failed, again, anothers))).toBe('cancel is refused: the money has arrived');
    expect(cancelProblem(after(...OPEN, shows(money('m1')), before, failed, again, anothers))).toBeUndefined();
  });

  test('may take the place of a look by a cancel, and of nothing else', () => {
    expect([CHECKED, account(READY), shows()].map(changesNothing)).toEqual([true, true, true]);
    expect(changesNothing({ saw: 'applied' })).toBe(false);
    expect(changesNothing({ saw: 'claimed', deposit: money('m1') })).toBe(false);
  });

  test('may not ask for a fresh reference: none is sent', () => {
    expect(['retry', 'markCompleted', 'abandon', 'useFreshRef'].map(isReceivingAnswer)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

test('every event is answered before anything was done', () => {
  const events: readonly ReceivingEvent[] = [
    account(undefined),
    account({ ...PENDING, needs: 'information' }, WINDOW_MS / 2),
    { saw: 'applied' },
    shows(),
    { saw: 'claimed', deposit: money('m1') },
    { saw: 'claim', deposit: money('m1'), fundingId: 'in-2' },
    { saw: 'information-given', at: 0 },
    retried,
    recheck,
  ];
  expect(events.map((event) => moveAfter(event).do)).toEqual([
    'apply',
    'park',
    'look-account',
    'look-money',
    'finish',
    'look-money',
    'check',
    'check',
    'check',
  ]);
  expect(after().state).toMatchObject({ shown: [], taken: [] });
});
