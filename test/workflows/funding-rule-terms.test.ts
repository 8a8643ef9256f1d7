import { ERROR_CODES, ERROR_RULES, type ErrorCode } from '../../contract/errors';
import type { Intent, Order, Terms } from '../../contract/funding';
import type { ProviderSemantics } from '../../contract/provider';
import {
  beginFunding,
  cancelProblem,
  decide,
  type FundingMove,
  type FundingEvent,
  type FundingState,
  MAX_SENDS_PER_REF,
  MAX_CHANGES_PER_ORDER,
} from '../../workflows/funding/rule';
import { areOfIntent, areWorse, describeTerms } from '../../workflows/funding/terms';

/** The funding rule at providers that quote, draft before they move, tell of an order by news only, or pay again. */

const INTENT: Intent = {
  provider: 'p',
  fundingId: 'out-1',
  kind: 'withdrawal',
  partnerClientId: 'client-1',
  asset: 'USD',
  amount: '100.00',
};

const BASE = {
  provider: 'p',
  settleWindowMs: 0,
  maxRefLength: 255,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
  settlement: 'later',
} as const;

/** Quotes, drafts, replays; has no call that cancels. */
const QUOTED: ProviderSemantics = {
  ...BASE,
  capabilities: ['withdrawal', 'quote', 'confirm-order', 'supply-information'],
  repeatedRef: 'replays',
  orderLookup: 'by-resending',
  quotes: ['withdrawal'],
  confirms: ['withdrawal'],
};

/** Drafts and cancels; pays again if it is asked again. */
const LISTED: ProviderSemantics = {
  ...BASE,
  capabilities: ['withdrawal', 'confirm-order', 'cancel-order'],
  repeatedRef: 'duplicates',
  orderLookup: 'by-listing',
  confirms: ['withdrawal'],
};

const CALLED_BACK: ProviderSemantics = {
  ...BASE,
  capabilities: ['withdrawal', 'callbacks'],
  repeatedRef: 'rejects',
  orderLookup: 'by-callback',
};

const TERMS: Terms = {
  quoteId: 'q-1',
  number: 1,
  gives: { asset: 'USD', amount: '100.00' },
  receives: { asset: 'EUR', amount: '90.00' },
};

function terms(number: number, over: Partial<Terms> = {}): Terms {
  return { ...TERMS, quoteId: `q-${number}`, number, ...over };
}

function order(over: Partial<Order> = {}): Order {
  const { kind, partnerClientId, asset, amount } = INTENT;
  return { orderId: '7', ref: 'out-1', kind, partnerClientId, asset, amount, state: 'open', status: 'x', ...over };
}

const passed = (semantics: ProviderSemantics): FundingEvent => ({ saw: 'check-passed', semantics });
const quoted = (number: number, over: Partial<Terms> = {}): FundingEvent => ({
  saw: 'quoted',
  terms: terms(number, over),
});
const answered = (over: Partial<Order> = {}): FundingEvent => ({ saw: 'answered', order: order(over) });
const found = (over: Partial<Order> = {}): FundingEvent => ({ saw: 'found', orders: [order(over)] });
const draft = { awaits: 'confirmation' } as const;
const absent: FundingEvent = { saw: 'absent' };
const recheck: FundingEvent = { saw: 'recheck-due' };
const changeAnswered: FundingEvent = { saw: 'change-answered' };
const cancelled: FundingEvent = { saw: 'cancelled' };
const resolved = (action: 'retry' | 'useFreshRef' | 'markCompleted' | 'abandon'): FundingEvent => ({
  saw: 'resolved',
  action,
});
const failing =
  (saw: 'quote-failed' | 'submit-failed' | 'change-failed' | 'information-failed') =>
  (code: ErrorCode): FundingEvent => ({ saw, failure: { code, outcome: ERROR_RULES[code].outcome } });
const quoteFailed = failing('quote-failed');
const submitFailed = failing('submit-failed');
const changeFailed = failing('change-failed');

interface Turn {
  readonly state: FundingState;
  readonly move: FundingMove;
}

/** Lets the events happen one after the other. */
function after(...events: readonly FundingEvent[]): Turn {
  return then(
    beginFunding(INTENT, { begunAt: '2026-01-01T00:00:00.000Z', maxRefs: 3, settlementDeadlineMs: 10_000 }),
    ...events,
  );
}

function then(turn: Turn, ...events: readonly FundingEvent[]): Turn {
  return events.reduce(({ state }, event) => decide(state, event), turn);
}

/** Look-ups that show nothing, for as long as the order may not show. */
function windowPassed(turn: Turn): Turn {
  let seen = turn;
  while (seen.move.do === 'look-up') seen = then(seen, absent);
  return seen;
}

const BEGUN = [passed(QUOTED), absent] as const;
const SENT = [...BEGUN, quoted(1)] as const;
const DRAFTED = [...SENT, answered(draft)] as const;
const CONFIRM = { do: 'confirm', ref: 'out-1', orderId: '7', attempt: 1, afterMs: 0 };

describe('new terms are held against those agreed first', () => {
  const fee = (amount: string, asset = 'USD') => ({ fee: { asset, amount } });
  test.each<[string, Partial<Terms>, Partial<Terms>, string, boolean]>([
    ['the same', {}, {}, '0', false],
    ['spelled another way', {}, { receives: { asset: 'EUR', amount: '90' } }, '0', false],
    ['better', {}, { receives: { asset: 'EUR', amount: '90.01' } }, '0', false],
    ['less received', {}, { receives: { asset: 'EUR', amount: '89.99999999' } }, '0', true],
    ['less received, at the tolerance', {}, { receives: { asset: 'EUR', amount: '89.55' } }, '0.005', false],
    ['less received, past the tolerance', {}, { receives: { asset: 'EUR', amount: '89.549' } }, '0.005', true],
    ['more given', {}, { gives: { asset: 'USD', amount: '100.01' } }, '0', true],
    ['another asset received', {}, { receives: { asset: 'GBP', amount: '900' } }, '1', true],
    ['a fee where there was none', {}, fee('0.01'), '0', true],
    ['a fee where there was none, small beside what is given', {}, fee('0.50'), '0.005', false],
    ['a lower fee', fee('1.00'), fee('0.99'), '0', false],
    ['no fee any more', fee('1.00'), {}, '0', false],
    ['a higher fee, small beside what is given', fee('1.00'), fee('1.50'), '0.005', false],
    ['a higher fee, past the tolerance', fee('1.00'), fee('1.51'), '0.005', true],
    ['a fee in another asset', fee('1.00'), fee('1.00', 'EUR'), '1', true],
    ['a higher fee in an asset that is not given', fee('1.00', 'EUR'), fee('1.01', 'EUR'), '0.005', true],
  ])('%s', (_, agreed, offered, tolerance, worse) => {
    expect(areWorse(terms(2, offered), terms(1, agreed), tolerance)).toBe(worse);
  });

  test('and are those of the intent: asset and amount, to the last decimal', () => {
    expect(areOfIntent(TERMS, INTENT)).toBe(true);
    expect(areOfIntent(terms(1, { gives: { asset: 'USD', amount: '100' } }), INTENT)).toBe(true);
    expect(areOfIntent(terms(1, { gives: { asset: 'USD', amount: '100.000001' } }), INTENT)).toBe(false);
    expect(areOfIntent(terms(1, { gives: { asset: 'EUR', amount: '100.00' } }), INTENT)).toBe(false);
  });

  test('told to people in one line', () => {
    expect(describeTerms(terms(1, fee('0.50')))).toBe('gives 100.00 USD, receives 90.00 EUR, fee 0.50 USD');
    expect(describeTerms(TERMS)).toBe('gives 100.00 USD, receives 90.00 EUR');
  });
});

describe('terms are quoted before the first submit', () => {
  test('the book is asked first: an order under another quote is another order', () => {
    expect(after(passed(QUOTED)).move).toEqual({ do: 'look-up', ref: 'out-1', afterMs: 0 });
    expect(after(passed(QUOTED), found({ state: 'completed' })).move).toMatchObject({ do: 'finish', adopted: true });
  });

  test('then quoted under number 1, and sent with what was quoted', () => {
    expect(after(...BEGUN).move).toEqual({ do: 'quote', ref: 'out-1', number: 1, afterMs: 0 });
    const { move, state } = after(...SENT);
    expect(move).toEqual({ do: 'submit', ref: 'out-1', afterMs: 0 });
    expect(state).toMatchObject({ terms: TERMS, agreed: TERMS });
  });

  test('a quote that was lost is asked for under the same number, a bounded number of times', () => {
    let turn = after(...BEGUN);
    const asked: unknown[] = [];
    while (turn.move.do === 'quote') {
      asked.push([turn.move.number, turn.move.afterMs]);
      turn = then(turn, quoteFailed('OUTCOME_UNKNOWN'));
    }
    expect(asked).toEqual([0, 500, 1_000, 2_000, 5_000, 10_000, 30_000].map((wait) => [1, wait]));
    expect(turn.move).toMatchObject({ do: 'park', reason: 'OUTCOME_UNKNOWN', recheckAfterMs: 60_000 });
    expect(cancelProblem(turn.state)).toBeUndefined();
  });

  test.each(ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'not-applied' && !ERROR_RULES[code].retryable))(
    'a quote that is refused with %s parks; a retry asks under the next number',
    (code) => {
      const parked = after(...BEGUN, quoteFailed(code));
      expect(parked.move).toMatchObject({ do: 'park', reason: code, failure: expect.anything() });
      const again = then(parked, resolved('retry'), passed(QUOTED), absent);
      expect(again.move).toMatchObject({ do: 'quote', number: 2 });
    },
  );

  test('terms that are not those of the intent are not used', () => {
    const { move } = after(...BEGUN, quoted(1, { gives: { asset: 'USD', amount: '1000.00' } }));
    expect(move).toMatchObject({ do: 'park', reason: 'CONTRACT_DRIFT' });
  });
});

describe('a quote that expires', () => {
  test('is asked for anew under the next number; terms that are not worse are sent under the same ref', () => {
    const refused = after(...SENT, submitFailed('QUOTE_EXPIRED'));
    // A run that was reset may have sent it before: the list is asked first.
    expect(refused.move).toMatchObject({ do: 'look-up', ref: 'out-1' });
    const expired = windowPassed(refused);
    expect(expired.move).toEqual({ do: 'quote', ref: 'out-1', number: 2, afterMs: 0 });
    const again = then(expired, quoted(2));
    expect(again.move).toEqual({ do: 'submit', ref: 'out-1', afterMs: 0 });
    expect(again.state.terms).toEqual(terms(2));
    expect(again.state.agreed).toEqual(TERMS);
  });

  const WORSE = { receives: { asset: 'EUR', amount: '89.00' } };
  const worse = after(...SENT, submitFailed('QUOTE_EXPIRED'), absent, quoted(2, WORSE));

  test('worse terms ask a person, and time alone accepts nothing', () => {
    expect(worse.move).toEqual({ do: 'park', reason: 'TERMS_CHANGED' });
    expect(worse.state).toMatchObject({ agreed: TERMS, offered: terms(2, WORSE) });
    expect(then(worse, recheck).move).toEqual({ do: 'park', reason: 'TERMS_CHANGED' });
    expect(cancelProblem(worse.state)).toBeUndefined();
    expect(then(worse, resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
  });

  test('a retry accepts them: from then on they are what is agreed', () => {
    const accepted = then(worse, resolved('retry'), passed(QUOTED));
    expect(accepted.move).toMatchObject({ do: 'submit', ref: 'out-1' });
    expect(accepted.state).toMatchObject({ terms: terms(2, WORSE), agreed: terms(2, WORSE) });
    expect(accepted.state.offered).toBeUndefined();
    const next = then(accepted, submitFailed('QUOTE_EXPIRED'), absent, quoted(3, WORSE));
    expect(next.move.do).toBe('submit');
  });

  test('a fresh ref is quoted anew and held against the terms agreed first', () => {
    const failed = after(...DRAFTED, changeAnswered, found({ state: 'failed' }));
    expect(failed.move).toEqual({ do: 'check', afterMs: 0 });
    expect(then(failed, passed(QUOTED)).move).toEqual({ do: 'look-up', ref: 'out-1~2', afterMs: 0 });
    const fresh = then(failed, passed(QUOTED), absent);
    expect(fresh.move).toEqual({ do: 'quote', ref: 'out-1~2', number: 1, afterMs: 0 });
    expect(then(fresh, quoted(1, WORSE)).move).toEqual({ do: 'park', reason: 'TERMS_CHANGED' });
  });

  test('a draft that can never be confirmed any more counts for nothing beside the next one', () => {
    const dead = after(...DRAFTED, changeFailed('QUOTE_EXPIRED'), found(draft));
    expect(dead.move).toMatchObject({ do: 'quote', number: 2 });
    const next = then(dead, quoted(2), answered({ ...draft, orderId: '8' }));
    expect(next.move).toMatchObject({ do: 'confirm', orderId: '8' });
    const shown: FundingEvent = { saw: 'found', orders: [order(draft), order({ orderId: '8', state: 'completed' })] };
    expect(then(next, changeAnswered, shown).move).toMatchObject({ do: 'finish', order: { orderId: '8' } });
    const both = [order({ state: 'completed' }), order({ orderId: '8', state: 'completed' })];
    expect(then(next, changeAnswered, { saw: 'found', orders: both }).move).toMatchObject({ reason: 'ORDERS_DOUBLED' });
  });

  test('an approval is asked for the terms, and for worse ones that a person accepted again', () => {
    const approval = { approvers: 1, from: '50', expiresAfterMs: 1_000 };
    const needs: FundingEvent = { saw: 'check-passed', semantics: QUOTED, approval };
    const asked = after(needs, absent, quoted(1));
    expect(asked.move).toEqual({ do: 'approve', requirement: approval, of: { terms: TERMS } });
    const waited = then(asked, { saw: 'approved', waited: true });
    expect(waited.move).toEqual({ do: 'check', afterMs: 0 });
    // Their quote has expired meanwhile, so they are quoted anew, and what was approved is held against them.
    const quotedAnew = then(waited, needs, absent, quoted(2));
    expect(quotedAnew.move).toEqual({ do: 'approve', requirement: approval, of: { terms: terms(2) } });
    expect(then(quotedAnew, { saw: 'approved', waited: false }).move).toMatchObject({ do: 'submit' });
    const accepted = then(waited, needs, absent, quoted(2, WORSE), resolved('retry'), needs, absent);
    expect(accepted.move).toEqual({ do: 'approve', requirement: approval, of: { terms: terms(2, WORSE) } });
  });

  test(`expired ${MAX_SENDS_PER_REF} times in a row: a person is asked`, () => {
    let turn = after(...SENT);
    for (let number = 2; turn.move.do === 'submit'; number += 1) {
      turn = windowPassed(then(turn, submitFailed('QUOTE_EXPIRED')));
      if (turn.move.do === 'quote') turn = then(turn, quoted(number));
    }
    expect(turn.move).toMatchObject({ do: 'park', reason: 'QUOTE_EXPIRED' });
    expect(turn.state.current.sent).toBe(MAX_SENDS_PER_REF);
    expect(then(turn, resolved('retry'), passed(QUOTED)).move).toMatchObject({ do: 'quote' });
  });

  test('settles the doubt of sends before it if a repeat is replayed, once no list showed them for the whole window', () => {
    const slow = { ...QUOTED, settleWindowMs: 1_000 };
    const sent = after(passed(slow), absent, quoted(1));
    const refused = then(sent, submitFailed('OUTCOME_UNKNOWN'), submitFailed('QUOTE_EXPIRED'));
    expect(refused.move).toMatchObject({ do: 'look-up', ref: 'out-1' });
    expect(cancelProblem(refused.state)).toBeDefined();
    expect(then(refused, absent).move).toMatchObject({ do: 'look-up' });
    expect(windowPassed(refused).move).toMatchObject({ do: 'quote', number: 2 });
    expect(then(refused, absent, found({ ...draft, orderId: '9' })).move).toMatchObject({
      do: 'confirm',
      orderId: '9',
    });
    expect(then(refused, found({ state: 'completed' })).move).toMatchObject({ do: 'finish', adopted: true });
  });

  test('settles nothing if it would be paid again', () => {
    const semantics: ProviderSemantics = { ...LISTED, quotes: ['withdrawal'] };
    const doubt = after(passed(semantics), absent, quoted(1), submitFailed('OUTCOME_UNKNOWN'));
    expect(then(doubt, submitFailed('QUOTE_EXPIRED')).move).toMatchObject({ do: 'look-up' });
  });
});

describe('while a send is in doubt the same terms are sent again', () => {
  test.each(ERROR_CODES.filter((code) => ERROR_RULES[code].outcome === 'unknown'))('%s', (code) => {
    const { move, state } = after(...SENT, submitFailed(code));
    expect(move).toMatchObject({ do: 'submit', ref: 'out-1', afterMs: 500 });
    expect(state.terms).toEqual(TERMS);
    expect(cancelProblem(state)).toBeDefined();
  });

  test('even if the network is away, and a person who retries changes nothing of it', () => {
    let turn = after(...SENT, submitFailed('OUTCOME_UNKNOWN'));
    while (turn.move.do === 'submit') turn = then(turn, submitFailed('UNREACHABLE'));
    expect(turn.move).toMatchObject({ do: 'park', reason: 'UNREACHABLE', recheckAfterMs: 60_000 });
    const retried = then(turn, resolved('retry'));
    expect(retried.move).toEqual({ do: 'submit', ref: 'out-1', afterMs: 0 });
    expect(retried.state.terms).toEqual(TERMS);
  });

  test('a refusal of the resend answers for the first if the order moves nothing before it is confirmed', () => {
    const refused = windowPassed(after(...SENT, submitFailed('OUTCOME_UNKNOWN'), submitFailed('INSUFFICIENT_FUNDS')));
    expect(refused.move).toMatchObject({ do: 'park', reason: 'INSUFFICIENT_FUNDS' });
    expect(cancelProblem(refused.state)).toBeUndefined();
    expect(then(refused, resolved('retry'), passed(QUOTED)).move).toMatchObject({ do: 'quote', number: 2 });
  });

  test('and answers for nothing if it would move money at once', () => {
    const { confirms: _confirms, ...moves } = QUOTED;
    const doubt = after(passed(moves), absent, quoted(1), submitFailed('OUTCOME_UNKNOWN'));
    const refused = windowPassed(then(doubt, submitFailed('INSUFFICIENT_FUNDS')));
    expect(refused.move).toMatchObject({ do: 'park', reason: 'INSUFFICIENT_FUNDS' });
    expect(cancelProblem(refused.state)).toBeDefined();
    const retried = then(refused, resolved('retry'));
    expect(retried.move).toMatchObject({ do: 'submit' });
    expect(retried.state.terms).toEqual(TERMS);
  });

  test('a repeat that is answered with the first order is ours', () => {
    const { move } = after(...SENT, submitFailed('OUTCOME_UNKNOWN'), answered(draft));
    expect(move).toEqual(CONFIRM);
  });

  test('what our send was answered with is ours, even if it differs, and is read from then on', () => {
    const differs = after(...SENT, answered({ amount: '5' }));
    expect(differs.move).toMatchObject({ do: 'park', reason: 'ORDER_DIFFERS' });
    expect(then(differs, resolved('retry')).move).toMatchObject({ do: 'look-up' });
  });

  test('a ref that was taken before anything was quoted is never sent without terms', () => {
    const taken = after(passed(QUOTED), found({ amount: '5' }), resolved('retry'));
    expect(taken.move).toMatchObject({ do: 'look-up' });
    expect(then(taken, absent).move).toMatchObject({ do: 'quote', number: 1 });
  });
});

describe('an order that awaits confirmation', () => {
  test('is confirmed by the id that was read, then read again', () => {
    const drafted = after(...DRAFTED);
    expect(drafted.move).toEqual(CONFIRM);
    expect(drafted.state.current).toMatchObject({ state: 'open', orderId: '7' });
    expect(then(drafted, changeAnswered).move).toEqual({ do: 'look-up', ref: 'out-1', afterMs: 0 });
    expect(then(drafted, changeAnswered, found()).move).toEqual({ do: 'look-up', ref: 'out-1', afterMs: 1_000 });
    expect(then(drafted, changeAnswered, found({ state: 'completed' })).move).toMatchObject({
      do: 'finish',
      outcome: 'completed',
      adopted: false,
    });
  });

  test('if the answer to the confirm was lost it is read before anything else', () => {
    const lost = after(...DRAFTED, changeFailed('OUTCOME_UNKNOWN'));
    expect(lost.move).toMatchObject({ do: 'look-up', afterMs: 0 });
    expect(then(lost, found()).move).toMatchObject({ do: 'look-up', afterMs: 1_000 });
    expect(then(lost, found(draft)).move).toEqual({ ...CONFIRM, afterMs: 500 });
  });

  test(`still awaiting after ${MAX_CHANGES_PER_ORDER} confirms: a person is asked, while it is read on`, () => {
    let turn = after(...DRAFTED);
    const waits: unknown[] = [];
    while (turn.move.do === 'confirm') {
      waits.push(turn.move.afterMs);
      turn = then(turn, changeAnswered, found(draft));
    }
    expect(waits).toEqual([0, 500, 1_000, 2_000, 5_000]);
    expect(turn.move).toEqual({ do: 'park', reason: 'NOT_CONFIRMED', recheckAfterMs: 900_000 });
    expect(then(turn, recheck, found(draft)).move).toEqual(CONFIRM);
  });

  test.each(['INSUFFICIENT_FUNDS', 'NOT_APPROVED', 'TRAVEL_RULE_REQUIRED', 'REFUSED'] as const)(
    'refused with %s and still awaiting: parked with it; a retry confirms under another key',
    (code) => {
      const parked = after(...DRAFTED, changeFailed(code), found(draft));
      expect(parked.move).toMatchObject({ do: 'park', reason: code });
      expect(then(parked, resolved('retry'), found(draft)).move).toEqual({ ...CONFIRM, attempt: 2 });
    },
  );

  test('refused for the state that it is in, and seen to have moved on: nothing to ask', () => {
    const { move } = after(...DRAFTED, changeFailed('STATE_INVALID'), found());
    expect(move).toMatchObject({ do: 'look-up', afterMs: 1_000 });
    expect(after(...DRAFTED, changeFailed('STATE_INVALID'), found(draft)).move).toMatchObject({
      do: 'confirm',
      attempt: 2,
      afterMs: 500,
    });
  });

  test('refused because its terms expired: quoted anew, and drafted under the next number', () => {
    const { move, state } = after(...DRAFTED, changeFailed('QUOTE_EXPIRED'), found(draft));
    expect(move).toEqual({ do: 'quote', ref: 'out-1', number: 2, afterMs: 0 });
    expect(state.order).toBeUndefined();
    expect(cancelProblem(state)).toBeUndefined();
  });

  test('a look-up that misses it is no reason to confirm it again', () => {
    expect(after(...DRAFTED, changeAnswered, absent).move).toMatchObject({ do: 'look-up', afterMs: 1_000 });
  });

  test('of a kind that needs no confirm it is waited for', () => {
    expect(after(passed(CALLED_BACK), answered(draft)).move).toMatchObject({ do: 'look-up', afterMs: 1_000 });
  });

  test('one that is not ours is never confirmed', () => {
    const doubt = after(passed(LISTED), absent, submitFailed('OUTCOME_UNKNOWN'));
    expect(then(doubt, found({ ...draft, amount: '5' })).move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
    const named = then(doubt, found({ ...draft, idOnly: true }));
    expect(named.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
  });
});

describe('an intent that is given up while its order awaits confirmation', () => {
  const drafted = after(passed(LISTED), absent, answered(draft));
  const CANCEL = { do: 'cancel-order', ref: 'out-1', orderId: '7', afterMs: 0 };
  const parked = then(drafted, changeFailed('REFUSED'), found(draft));

  test.each([
    ['cancelled', cancelled, 'cancelled'],
    ['abandoned', resolved('abandon'), 'abandoned'],
    ['marked completed', resolved('markCompleted'), 'marked-completed'],
  ] as const)('%s: cancelled at the provider first, then read', (_, wish, outcome) => {
    const ending = then(parked, wish);
    expect(ending.move).toEqual(CANCEL);
    expect(then(ending, changeAnswered).move).toMatchObject({ do: 'look-up' });
    expect(then(ending, changeAnswered, found({ state: 'failed' })).move).toMatchObject({ do: 'finish', outcome });
    expect(then(ending, changeAnswered, found({ state: 'completed' })).move).toMatchObject({
      do: 'finish',
      outcome: 'completed',
    });
    expect(then(ending, changeAnswered, found()).move).toMatchObject({ do: 'look-up', afterMs: 1_000 });
  });

  test('may be, because nothing has moved; once is enough', () => {
    expect(cancelProblem(drafted.state)).toBeUndefined();
    expect(cancelProblem(then(drafted, cancelled).state)).toMatch(/being cancelled already/);
    expect(cancelProblem(then(drafted, changeAnswered, found()).state)).toMatch(/may exist/);
  });

  test('a cancel that fails is not a withdrawal that failed', () => {
    const failed = then(parked, resolved('abandon'), changeFailed('OUTCOME_UNKNOWN'));
    expect(failed.move).toMatchObject({ do: 'look-up' });
    expect(then(failed, found(draft)).move).toEqual({ ...CANCEL, afterMs: 500 });
    const refused = then(parked, resolved('abandon'), changeFailed('REFUSED'), found(draft));
    expect(refused.move).toMatchObject({ do: 'park', reason: 'NOT_CANCELLED', recheckAfterMs: 900_000 });
    expect(then(refused, resolved('retry'), found(draft)).move).toEqual(CANCEL);
    expect(then(refused, resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
  });

  test('an order that was lost is looked for once more, and cancelled if it is found unconfirmed', () => {
    const lost = after(passed(LISTED), absent, submitFailed('OUTCOME_UNKNOWN'), absent);
    expect(lost.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    const ending = then(lost, resolved('abandon'));
    expect(ending.move).toMatchObject({ do: 'look-up' });
    expect(then(ending, found(draft)).move).toEqual(CANCEL);
    expect(then(ending, absent).move).toEqual({ do: 'finish', outcome: 'abandoned', adopted: false });
  });

  test('if no call cancels it ends at once: what is not confirmed moves nothing', () => {
    const refused = after(...DRAFTED, changeFailed('REFUSED'), found(draft));
    expect(then(refused, resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
    expect(cancelProblem(refused.state)).toBeDefined();
  });
});

describe('an order that awaits information', () => {
  const parked = after(...DRAFTED, changeAnswered, found({ awaits: 'information' }));
  test('is parked, and read from time to time', () => {
    expect(parked.move).toEqual({ do: 'park', reason: 'INFORMATION_REQUIRED', recheckAfterMs: 900_000 });
  });

  test('goes on once the provider took what a person gave, and asks again if it did not', () => {
    expect(then(parked, { saw: 'information-taken' }).move).toMatchObject({ do: 'look-up', afterMs: 0 });
    expect(then(parked, failing('information-failed')('OUTCOME_UNKNOWN')).move).toMatchObject({ do: 'look-up' });
    expect(then(parked, failing('information-failed')('INVALID_REQUEST')).move).toMatchObject({
      do: 'park',
      reason: 'INFORMATION_REQUIRED',
      failure: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('an order whose id only news can tell', () => {
  const semantics: ProviderSemantics = { ...CALLED_BACK, settleWindowMs: 250 };
  const lost = after(passed(semantics), submitFailed('OUTCOME_UNKNOWN'));

  test('is waited for through the window, then sent again: a repeat is refused', () => {
    expect(lost.move).toEqual({ do: 'look-up', ref: 'out-1', afterMs: 0 });
    expect(then(lost, absent).move).toMatchObject({ do: 'look-up', afterMs: 250 });
    expect(then(lost, absent, absent).move).toMatchObject({ do: 'submit', ref: 'out-1', afterMs: 500 });
  });

  test('once the provider says that it has the ref, it is not sent again: news are waited for', () => {
    const known = then(lost, absent, absent, submitFailed('DUPLICATE_REF'), absent, absent);
    expect(known.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE', recheckAfterMs: 900_000 });
    const again = then(known, resolved('retry'), absent, absent);
    expect(again.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(again.state.current.sent).toBe(2);
    expect(then(known, recheck, found({ state: 'completed' })).move).toMatchObject({ do: 'finish', adopted: true });
  });

  test('news that name an order of another ref say nothing of ours', () => {
    const named = then(lost, found({ ref: 'other-1', state: 'failed' }));
    expect(named.move).toMatchObject({ do: 'look-up', afterMs: 250 });
    expect(named.state.current.state).toBe('unknown');
  });

  test('an order under our ref that differs is taken by somebody', () => {
    expect(then(lost, found({ amount: '5' })).move).toEqual({ do: 'park', reason: 'REF_TAKEN' });
  });
});

describe('an order that shows no ref', () => {
  const doubt = after(passed({ ...LISTED, confirms: [] }), absent, submitFailed('OUTCOME_UNKNOWN'));
  test.each(['completed', 'failed', 'open'] as const)('named by news and %s: neither adopted nor left', (state) => {
    const named = then(doubt, found({ idOnly: true, state }));
    expect(named.move).toMatchObject({ do: 'park', reason: 'ORDER_UNFINDABLE' });
    expect(named.state.order).toBeUndefined();
  });

  test('is ours under the id that a submit was answered with', () => {
    const open = after(passed(LISTED), absent, answered());
    expect(then(open, found({ idOnly: true, state: 'completed' })).move).toMatchObject({
      do: 'finish',
      adopted: false,
    });
    expect(then(open, found({ idOnly: true, orderId: '8', state: 'completed' })).move.do).toBe('look-up');
  });
});

describe('the edges of the rule', () => {
  const CANCELS: ProviderSemantics = { ...QUOTED, capabilities: [...QUOTED.capabilities, 'cancel-order'] };

  test('an intent that has no order yet is cancelled at once, even if orders can be cancelled', () => {
    expect(after(passed(LISTED), cancelled).move).toEqual({ do: 'finish', outcome: 'cancelled', adopted: false });
    expect(after(passed(LISTED), resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
    const confirmed = after(passed(LISTED), absent, answered(draft), changeAnswered, found());
    expect(then(confirmed, resolved('abandon')).move).toMatchObject({ do: 'finish', outcome: 'abandoned' });
  });

  test('an intent that is given up is not sent again to see what became of it', () => {
    const lost = after(passed(CANCELS), absent, quoted(1), submitFailed('OUTCOME_UNKNOWN'));
    expect(then(lost, resolved('abandon')).move).toEqual({ do: 'finish', outcome: 'abandoned', adopted: false });
  });

  test('a check that refuses a fresh reference asks a person: something was sent', () => {
    const quoting = after(...DRAFTED, changeAnswered, found({ state: 'failed' }));
    const failure = { code: 'INVALID_REQUEST', outcome: 'not-applied' } as const;
    expect(then(quoting, { saw: 'check-failed', failure }).move).toMatchObject({ do: 'park', reason: failure.code });
  });

  test('terms that are not those of the intent are told as what they are', () => {
    expect(after(...BEGUN, quoted(1, { gives: { asset: 'USD', amount: '1' } })).move).toEqual({
      do: 'park',
      reason: 'CONTRACT_DRIFT',
      failure: { code: 'CONTRACT_DRIFT', outcome: 'not-applied', operation: 'quote' },
      recheckAfterMs: 60_000,
    });
  });

  test('a later quote that was lost is asked for under its own number again', () => {
    const expired = after(...SENT, submitFailed('QUOTE_EXPIRED'), absent, quoteFailed('OUTCOME_UNKNOWN'));
    expect(expired.move).toMatchObject({ do: 'quote', ref: 'out-1', number: 2 });
  });

  test('terms that expired settle the doubt even if an order moves money at once', () => {
    const { confirms: _confirms, ...moves } = QUOTED;
    const doubt = after(passed(moves), absent, quoted(1), submitFailed('OUTCOME_UNKNOWN'));
    const refused = windowPassed(then(doubt, submitFailed('QUOTE_EXPIRED')));
    expect(refused.move).toMatchObject({ do: 'quote', number: 2 });
  });

  test('a resend that does not arrive is made again at growing distance', () => {
    let turn = after(...SENT, submitFailed('OUTCOME_UNKNOWN'));
    const waits: number[] = [];
    while (turn.move.do === 'submit') {
      turn = then(turn, submitFailed('UNREACHABLE'));
      if (turn.move.do === 'submit') waits.push(turn.move.afterMs);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000]);
  });

  test('a confirm that is refused as expired is a question if a repeat would be paid again', () => {
    const expired = after(passed(LISTED), absent, answered(draft), changeFailed('QUOTE_EXPIRED'), found(draft));
    expect(expired.move).toMatchObject({ do: 'park', reason: 'QUOTE_EXPIRED' });
    expect(expired.state.order).toBeDefined();
  });

  test('of an order that can never be confirmed nothing stays', () => {
    const { state } = after(...DRAFTED, changeFailed('QUOTE_EXPIRED'), found(draft));
    expect(state).toMatchObject({ current: { state: 'not-applied' }, answered: false, inDoubt: false });
    expect(state.order).toBeUndefined();
  });

  test(`a confirm that is refused ${MAX_CHANGES_PER_ORDER} times for the state of the order is a question of its own`, () => {
    let turn = after(...DRAFTED);
    while (turn.move.do === 'confirm') turn = then(turn, changeFailed('STATE_INVALID'), found(draft));
    expect(turn.move).toMatchObject({ do: 'park', reason: 'NOT_CONFIRMED', failure: { code: 'STATE_INVALID' } });
  });

  test('a cancel that is refused is no confirm that was refused: the key of the next confirm stays', () => {
    const drafted = after(passed(LISTED), absent, answered(draft));
    expect(then(drafted, resolved('abandon'), changeFailed('REFUSED')).state.refusedConfirms).toBe(0);
    expect(then(drafted, changeFailed('REFUSED')).state.refusedConfirms).toBe(1);
  });
});
