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
  type ReceivingAction,
  type ReceivingEvent,
  type ReceivingStep,
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

function after(...events: readonly ReceivingEvent[]): ReceivingStep {
  return events.reduce(({ state }, event) => decide(state, event), beginReceiving(EXPECTED, DEADLINE_AT));
}

function actionAfter(...events: readonly ReceivingEvent[]): ReceivingAction {
  return after(...events).action;
}

const retried: ReceivingEvent = { saw: 'resolved', action: 'retry' };
const recheck: ReceivingEvent = { saw: 'recheck-due' };

describe('the check', () => {
  test('comes first, and is made again where it may pass later', () => {
    const failed: ReceivingEvent = { saw: 'check-failed', failure: failure('UNREACHABLE') };
    expect(actionAfter()).toEqual({ do: 'check', afterMs: 0 });
    expect(actionAfter(failed)).toEqual({
      do: 'park',
      reason: 'UNREACHABLE',
      failure: failure('UNREACHABLE'),
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(actionAfter(failed, recheck)).toEqual({ do: 'check', afterMs: 0 });
    expect(actionAfter(CHECKED)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(after(CHECKED).state.semantics).toBe(SEMANTICS);
  });

  test('refuses what is wrong', () => {
    expect(actionAfter({ saw: 'check-failed', failure: failure('INVALID_REQUEST') })).toEqual({
      do: 'refuse',
      failure: failure('INVALID_REQUEST'),
    });
  });
});

describe('the account', () => {
  test('that is ready is where the money is looked for', () => {
    expect(actionAfter(...OPEN)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(actionAfter(...OPEN, { saw: 'read-failed', failure: failure('UNREACHABLE') }, recheck)).toEqual({
      do: 'look-money',
      afterMs: 0,
    });
  });

  test('is applied for where there is none, once, and then waited for', () => {
    const applied: readonly ReceivingEvent[] = [CHECKED, account(undefined), { saw: 'applied' }];
    expect(actionAfter(CHECKED, account(undefined))).toEqual({ do: 'apply', afterMs: 0 });
    expect(actionAfter(...applied)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(actionAfter(...applied, account(undefined))).toEqual({ do: 'look-account', afterMs: 1_000 });
    expect(actionAfter(...applied, account(PENDING))).toEqual({ do: 'look-account', afterMs: 1_000 });
    expect(actionAfter(...applied, account(PENDING), account(PENDING))).toEqual({ do: 'look-account', afterMs: 2_000 });
    expect(after(...applied, account(PENDING)).state.account).toEqual(PENDING);
    expect(after(...applied, account(PENDING), account(undefined)).state.account).toEqual(PENDING);
    // The wait for the money begins anew.
    expect(actionAfter(...applied, account(PENDING), account(READY), shows())).toEqual({
      do: 'look-money',
      afterMs: 1_000,
    });
  });

  test('is applied for again after a look, and under its number where that may have arrived', () => {
    const lost: ReceivingEvent = { saw: 'apply-failed', failure: failure('OUTCOME_UNKNOWN') };
    expect(actionAfter(CHECKED, account(undefined), lost)).toEqual({ do: 'look-account', afterMs: 0 });
    const again = after(CHECKED, account(undefined), lost, account(undefined));
    expect(again.action).toEqual({ do: 'apply', afterMs: 500 });
    expect(again.state.application.attempt).toBe(1);
  });

  test('whose application was refused is asked about', () => {
    const refused: ReceivingEvent = { saw: 'apply-failed', failure: failure('INVALID_REQUEST') };
    expect(actionAfter(CHECKED, account(undefined), refused, account(undefined))).toEqual({
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
    expect(actionAfter(CHECKED, account({ ...PENDING, state: 'refused' }))).toEqual({
      ...park,
      reason: 'ACCOUNT_REFUSED',
    });
    expect(actionAfter(CHECKED, account(needs))).toEqual({ ...park, reason: 'INFORMATION_REQUIRED' });
    // What was given may not show for the settle window.
    const given: ReceivingEvent = { saw: 'information-given', at: 1_000 };
    expect(actionAfter(CHECKED, account(needs), given)).toEqual({ do: 'look-account', afterMs: 0 });
    expect(actionAfter(CHECKED, account(needs), given, account(needs, 2_999))).toMatchObject({ do: 'look-account' });
    expect(actionAfter(CHECKED, account(needs), given, account(needs, 3_000))).toMatchObject({
      reason: 'INFORMATION_REQUIRED',
    });
    expect(actionAfter(CHECKED, account(needs), { saw: 'information-failed' })).toEqual({
      do: 'look-account',
      afterMs: 0,
    });
  });

  test('that takes too long is asked about, and looked at on', () => {
    expect(actionAfter(CHECKED, account(PENDING, DEADLINE_AT - 300))).toEqual({ do: 'look-account', afterMs: 300 });
    expect(actionAfter(CHECKED, account(PENDING, DEADLINE_AT))).toEqual({
      do: 'park',
      reason: 'DEPOSIT_OVERDUE',
      recheckAfterMs: OVERDUE_RECHECK_MS,
    });
    expect(actionAfter(CHECKED, account(PENDING, DEADLINE_AT), recheck)).toEqual({ do: 'look-account', afterMs: 0 });
  });
});

describe('the money', () => {
  test('that fits and has arrived is claimed, and completes it', () => {
    const seen = [...OPEN, shows(money('m0', '7.00'), money('m1'))];
    expect(actionAfter(...seen)).toEqual({ do: 'claim', deposit: money('m1') });
    const step = after(...seen, { saw: 'claimed', deposit: money('m1') });
    expect(step.action).toEqual({ do: 'finish', outcome: 'completed' });
    expect(step.state.deposit).toEqual(money('m1'));
  });

  test('that is on its way, or of another amount, is waited for', () => {
    const none = shows(money('m0', '7.00'), money('m1', '100.00', 'open'));
    expect(actionAfter(...OPEN, none)).toEqual({ do: 'look-money', afterMs: 1_000 });
    expect(actionAfter(...OPEN, none, none)).toEqual({ do: 'look-money', afterMs: 2_000 });
  });

  test('that was claimed before is ours where an earlier run took it, and otherwise the next one is', () => {
    const seen: readonly ReceivingEvent[] = [
      ...OPEN,
      shows(money('m1'), money('m2')),
      { saw: 'claimed-before', deposit: money('m1') },
    ];
    expect(actionAfter(...seen)).toEqual({ do: 'read-claim', deposit: money('m1') });
    const ours = after(...seen, { saw: 'claim', deposit: money('m1'), fundingId: 'in-1' });
    expect(ours.action).toEqual({ do: 'finish', outcome: 'completed' });
    expect(ours.state.deposit).toEqual(money('m1'));
    const anothers: ReceivingEvent = { saw: 'claim', deposit: money('m1'), fundingId: 'in-2' };
    expect(actionAfter(...seen, anothers)).toEqual({ do: 'claim', deposit: money('m2') });
    // It is not asked for again.
    expect(actionAfter(...OPEN, shows(money('m1')), anothers, shows(money('m1')))).toMatchObject({ do: 'look-money' });
    expect(after(...seen, anothers, { ...anothers, deposit: money('m2') }).state.taken).toEqual(['m1', 'm2']);
  });

  test('that takes too long is asked about with what arrived, and looked for on', () => {
    const late: ReceivingEvent = { saw: 'deposits', deposits: [money('m0', '7.00')], at: DEADLINE_AT };
    const step = after(...OPEN, late);
    expect(step.action).toEqual({ do: 'park', reason: 'DEPOSIT_OVERDUE', recheckAfterMs: OVERDUE_RECHECK_MS });
    expect(receivingQuestion(step.state, { reason: 'DEPOSIT_OVERDUE' })).toMatchObject({
      accepts: ['retry', 'markCompleted', 'abandon'],
      evidence: ['Deposit m0 of 7.00 USD is completed.'],
    });
    expect(receivingQuestion(step.state, { reason: 'UNREACHABLE' })).not.toHaveProperty('evidence');
    expect(receivingQuestion(step.state, { reason: 'UNREACHABLE', failure: failure('UNREACHABLE') }).because).toContain(
      'could not be reached',
    );
    expect(receivingQuestion(step.state, { reason: 'INFORMATION_REQUIRED' })).toMatchObject({
      accepts: ['retry', 'markCompleted', 'abandon', 'supplyInformation'],
    });
    expect(actionAfter(...OPEN, late, recheck)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(actionAfter(...OPEN, late, retried)).toEqual({ do: 'look-money', afterMs: 0 });
    expect(actionAfter(...OPEN, { ...late, at: DEADLINE_AT - 1 })).toEqual({ do: 'look-money', afterMs: 1 });
  });

  test('that cannot be read is asked about, and read again where that can help', () => {
    expect(actionAfter(...OPEN, { saw: 'read-failed', failure: failure('UNREACHABLE') })).toMatchObject({
      reason: 'UNREACHABLE',
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(actionAfter(...OPEN, { saw: 'read-failed', failure: failure('CLIENT_UNKNOWN') })).toEqual({
      do: 'park',
      reason: 'CLIENT_UNKNOWN',
      failure: failure('CLIENT_UNKNOWN'),
    });
  });
});

describe('people', () => {
  test('end it', () => {
    expect(actionAfter(...OPEN, { saw: 'resolved', action: 'markCompleted' })).toEqual({
      do: 'finish',
      outcome: 'marked-completed',
    });
    expect(actionAfter(...OPEN, { saw: 'resolved', action: 'abandon' })).toEqual({
      do: 'finish',
      outcome: 'abandoned',
    });
    expect(actionAfter(...OPEN, { saw: 'cancelled' })).toEqual({ do: 'finish', outcome: 'cancelled' });
  });

  test('may not cancel what has arrived', () => {
    const seen: readonly ReceivingEvent[] = [...OPEN, shows(money('m1'))];
    const refused = 'cancel is refused: the money has arrived';
    expect(cancelProblem(after(...OPEN))).toBeUndefined();
    expect(cancelProblem(after(...seen))).toBe(refused);
    expect(cancelProblem(after(...seen, { saw: 'claimed-before', deposit: money('m1') }))).toBe(refused);
    expect(cancelProblem(after(...seen, { saw: 'claimed', deposit: money('m1') }))).toBe(refused);
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
  expect(events.map((event) => actionAfter(event).do)).toEqual([
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
