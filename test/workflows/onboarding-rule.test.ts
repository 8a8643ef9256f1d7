import type { ErrorCode, FailureDetails } from '../../contract/errors';
import { ERROR_RULES } from '../../contract/errors';
import type { Applicant, ClientState, FiledDocument, InspectedDocument } from '../../contract/onboarding';
import type { ProviderSemantics } from '../../contract/provider';
import { MAX_FAILED } from '../../workflows/onboarding/filing';
import { onboardingQuestion } from '../../workflows/onboarding/questions';
import {
  beginOnboarding,
  cancelProblem,
  changesNothing,
  decide,
  MAX_REACTIVATIONS,
  MAX_SENDS,
  type OnboardingEvent,
  type OnboardingTurn,
} from '../../workflows/onboarding/rule';
import { type FilingSeen, onFile } from '../../workflows/onboarding/state';
import { OVERDUE_RECHECK_MS, PARKED_RECHECK_MS } from '../../workflows/shared/waits';

const WINDOW_MS = 1_000;
const DEADLINE_MS = 5_000;
const APPLICANT: Applicant = {
  name: 'A Person',
  email: 'a@example.test',
  phone: '+97300000000',
  residency: 'bh',
  address: { street: 'Road 1', city: 'Manama', postalCode: '1' },
};
const SEMANTICS: ProviderSemantics = {
  provider: 'model',
  capabilities: ['activate-client'],
  repeatedRef: 'rejects',
  orderLookup: 'by-ref',
  settlement: 'in-call',
  settleWindowMs: WINDOW_MS,
  maxRefLength: 64,
  maxAmountDecimals: 8,
  immutableAfterCreate: [],
};
const DECIDES: ProviderSemantics = { ...SEMANTICS, capabilities: ['submit-for-verification'] };
const REPLAYS: ProviderSemantics = { ...SEMANTICS, repeatedUpload: 'replays' };
const PASSPORT = inspected('passport', 'p1');
const BILL = inspected('bill', 'b1', 'back');
const READY: ClientState = { providerClientId: 'c1', status: 'verified', verified: true, active: true };
const WAITING: ClientState = { ...READY, status: 'waiting', verified: false };
const INACTIVE: ClientState = { ...READY, active: false };

function inspected(type: string, sha256: string, back?: string): InspectedDocument {
  const file = { uri: `file:///${type}`, mime: 'image/png', bytes: 1 };
  return { type, front: { ...file, sha256 }, ...(back === undefined ? {} : { back: { ...file, sha256: back } }) };
}

function failure(code: ErrorCode, more: Partial<FailureDetails> = {}): FailureDetails {
  return { code, outcome: ERROR_RULES[code].outcome, ...more };
}

function checked(documents = [PASSPORT, BILL], semantics = SEMANTICS): OnboardingEvent {
  return { saw: 'checked', semantics, documents, problems: [] };
}

function filed(document: InspectedDocument, id: string, how: FiledDocument['how'] = 'uploaded'): FilingSeen {
  const { type, front } = document;
  return { document, saw: 'filed', filed: { type, providerDocumentId: id, sha256: front.sha256, how } };
}

const created: OnboardingEvent = { saw: 'created', client: READY };
const absent: OnboardingEvent = { saw: 'client-absent' };
const retried: OnboardingEvent = { saw: 'resolved', action: 'retry' };
const recheck: OnboardingEvent = { saw: 'recheck-due' };

function createFailed(code: ErrorCode, more: Partial<FailureDetails> = {}): OnboardingEvent {
  return { saw: 'create-failed', failure: failure(code, more) };
}

function read(client: ClientState, ids?: readonly string[]): OnboardingEvent {
  return { saw: 'client-read', client, ...(ids === undefined ? {} : { onFile: ids }) };
}

function seen(...filings: readonly FilingSeen[]): OnboardingEvent {
  return { saw: 'filings', seen: filings };
}

function filingFailed(document: InspectedDocument, code: ErrorCode, more: Partial<FailureDetails> = {}): FilingSeen {
  return { document, saw: 'failed', failure: failure(code, more) };
}

function filingAbsent(document: InspectedDocument): FilingSeen {
  return { document, saw: 'absent' };
}

function after(...events: readonly OnboardingEvent[]): OnboardingTurn {
  const data = {
    applicant: APPLICANT,
    documents: [
      { type: 'passport', front: { uri: 'file:///passport' } },
      { type: 'bill', front: { uri: 'file:///bill' } },
    ],
  };
  const begun = beginOnboarding(data, { verificationDeadlineMs: DEADLINE_MS, reactivates: true });
  return events.reduce(({ state }, event) => decide(state, event), begun);
}

function moveAfter(...events: readonly OnboardingEvent[]): OnboardingTurn['move'] {
  return after(...events).move;
}

const filedBoth = [checked(), created, seen(filed(PASSPORT, 'f1'), filed(BILL, 'f2'))];

describe('the check', () => {
  test('comes before anything is written', () => {
    expect(moveAfter()).toEqual({ do: 'check', afterMs: 0 });
    expect(moveAfter(checked())).toEqual({ do: 'create', afterMs: 0 });
  });

  test('names every problem, and asks', () => {
    const problems = [{ field: 'applicant.name', problem: 'is missing' }];
    expect(moveAfter({ saw: 'checked', semantics: SEMANTICS, documents: [], problems })).toEqual({
      do: 'park',
      reason: 'APPLICATION_REFUSED',
      failure: { code: 'INVALID_REQUEST', outcome: 'not-applied', fields: problems },
    });
  });

  test('that would fail again refuses the request, if nothing was written', () => {
    const refused = failure('INVALID_REQUEST');
    expect(moveAfter({ saw: 'read-failed', failure: refused })).toEqual({ do: 'refuse', failure: refused });
    expect(moveAfter(checked(), createFailed('AUTH'), retried, { saw: 'read-failed', failure: refused })).toEqual({
      do: 'park',
      reason: 'INVALID_REQUEST',
      failure: refused,
      recheckAfterMs: PARKED_RECHECK_MS,
    });
  });

  test('that may pass later is made again', () => {
    const lost = failure('UNREACHABLE');
    expect(moveAfter({ saw: 'read-failed', failure: lost })).toEqual({
      do: 'park',
      reason: 'UNREACHABLE',
      failure: lost,
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(moveAfter({ saw: 'read-failed', failure: lost }, recheck)).toEqual({ do: 'check', afterMs: 0 });
  });

  test('alone changes nothing, so that a cancel may take its place', () => {
    expect(changesNothing(checked())).toBe(true);
    expect(changesNothing(created)).toBe(false);
    expect(changesNothing(absent)).toBe(false);
  });
});

describe('the creation', () => {
  test('is looked for if its answer was lost, until it must show', () => {
    const lost = [checked(), createFailed('OUTCOME_UNKNOWN')];
    expect(moveAfter(...lost)).toEqual({ do: 'find-client', afterMs: 0 });
    expect(moveAfter(...lost, absent)).toEqual({ do: 'find-client', afterMs: 250 });
    expect(moveAfter(...lost, absent, absent)).toEqual({ do: 'find-client', afterMs: 500 });
    expect(moveAfter(...lost, absent, absent, absent)).toEqual({ do: 'find-client', afterMs: 250 });
    expect(moveAfter(...lost, absent, absent, absent, absent)).toEqual({ do: 'create', afterMs: 500 });
  });

  test('is adopted if it is found', () => {
    const found: OnboardingEvent = { saw: 'client-found', client: WAITING };
    const turn = after(checked(), createFailed('DUPLICATE_CLIENT'), found);
    expect(turn.state.existing).toEqual({ client: WAITING, how: 'adopted' });
    // A client that was there may have documents.
    expect(turn.move).toMatchObject({ do: 'file', calls: [{ next: 'look' }, { next: 'look' }] });
  });

  test('is doubted by every later failure once it was', () => {
    const window = [absent, absent, absent, absent];
    const events = [checked(), createFailed('OUTCOME_UNKNOWN'), ...window, createFailed('AUTH')];
    expect(moveAfter(...events)).toEqual({ do: 'find-client', afterMs: 0 });
    expect(moveAfter(...events, ...window)).toMatchObject({ do: 'park', reason: 'AUTH' });
    expect(moveAfter(...events, ...window, recheck, checked())).toEqual({ do: 'find-client', afterMs: 0 });
    expect(moveAfter(...events, ...window, recheck, checked(), ...window)).toEqual({ do: 'create', afterMs: 0 });
  });

  test('that is a duplicate of a person is looked for, and asked about', () => {
    const events = [checked(), createFailed('DUPLICATE_PERSON')];
    expect(moveAfter(...events)).toEqual({ do: 'find-client', afterMs: 0 });
    const turn = after(...events, absent, absent, absent, absent);
    expect(turn.move).toMatchObject({ do: 'park', reason: 'DUPLICATE_PERSON' });
    expect(turn.move).not.toHaveProperty('recheckAfterMs');
    expect(moveAfter(...events, absent, absent, absent, absent, retried, checked())).toEqual({
      do: 'create',
      afterMs: 0,
    });
  });

  test('of an id that is taken and never shows is asked about', () => {
    const events = [checked(), createFailed('DUPLICATE_CLIENT'), absent, absent, absent, absent];
    expect(moveAfter(...events)).toMatchObject({ do: 'park', reason: 'CLIENT_UNFINDABLE' });
  });

  test('of an id that is taken by another is asked about, and looked at again', () => {
    const fields = [{ field: 'applicant.email', problem: 'differs' }];
    const events: OnboardingEvent[] = [checked(), createFailed('DUPLICATE_PERSON'), { saw: 'client-differs', fields }];
    expect(moveAfter(...events)).toEqual({
      do: 'park',
      reason: 'CLIENT_TAKEN',
      failure: { code: 'INVALID_REQUEST', outcome: 'not-applied', fields },
    });
    expect(moveAfter(...events, retried, checked())).toEqual({ do: 'find-client', afterMs: 0 });
  });

  test('that did not arrive is sent again after a wait, and then a person is asked', () => {
    let events: OnboardingEvent[] = [checked()];
    const waits: unknown[] = [];
    for (let sent = 1; sent < MAX_SENDS; sent += 1) {
      events = [...events, createFailed('UNREACHABLE')];
      waits.push(moveAfter(...events));
    }
    expect(waits).toEqual([500, 1_000, 2_000, 5_000].map((afterMs) => ({ do: 'create', afterMs })));
    events = [...events, createFailed('UNREACHABLE')];
    expect(moveAfter(...events)).toMatchObject({ reason: 'UNREACHABLE', recheckAfterMs: PARKED_RECHECK_MS });
    expect(moveAfter(...events, recheck, checked(), createFailed('UNREACHABLE'))).toEqual({
      do: 'create',
      afterMs: 500,
    });
  });

  test('waits as long as the provider asks', () => {
    expect(moveAfter(checked(), createFailed('UNREACHABLE', { retryAfterMs: 9_000 }))).toEqual({
      do: 'create',
      afterMs: 9_000,
    });
  });

  test('that is refused is asked about at once', () => {
    expect(moveAfter(checked(), createFailed('AUTH'))).toMatchObject({ do: 'park', reason: 'AUTH' });
    expect(moveAfter(checked(), createFailed('INVALID_REQUEST'))).toMatchObject({ reason: 'INVALID_REQUEST' });
  });
});

describe('documents', () => {
  const begun = [checked(), created];

  test('of a client that was just created are uploaded without a look, all at once', () => {
    expect(moveAfter(...begun)).toEqual({
      do: 'file',
      calls: [
        { document: PASSPORT, next: 'upload', others: [] },
        { document: BILL, next: 'upload', others: [] },
      ],
      afterMs: 0,
    });
    expect(moveAfter(...filedBoth)).toEqual({ do: 'read-client', afterMs: 0 });
  });

  test('that may have arrived are looked for during the whole window before they are sent again', () => {
    const lost = [...begun, seen(filed(PASSPORT, 'f1'), filingFailed(BILL, 'OUTCOME_UNKNOWN'))];
    const none = seen(filingAbsent(BILL));
    const calls = (next: string) => [{ document: BILL, next, others: [] }];
    expect(moveAfter(...lost)).toEqual({ do: 'file', calls: calls('look'), afterMs: 500 });
    expect(moveAfter(...lost, none)).toEqual({ do: 'file', calls: calls('look'), afterMs: 250 });
    expect(moveAfter(...lost, none, none, none)).toEqual({ do: 'file', calls: calls('look'), afterMs: 250 });
    expect(moveAfter(...lost, none, none, none, none)).toEqual({
      do: 'file',
      calls: [{ document: BILL, next: 'upload', others: [], lookedFor: true }],
      afterMs: 0,
    });
    expect(moveAfter(...lost, seen(filed(BILL, 'f2', 'found')))).toEqual({ do: 'read-client', afterMs: 0 });
    // A failure after the window is in doubt as before: the looks begin anew.
    const again = [...lost, none, none, none, none, seen(filingFailed(BILL, 'UNREACHABLE'))];
    expect(moveAfter(...again)).toEqual({ do: 'file', calls: calls('look'), afterMs: 1_000 });
    expect(moveAfter(...again, none)).toEqual({ do: 'file', calls: calls('look'), afterMs: 250 });
  });

  test('that certainly did not arrive are sent again without a look', () => {
    expect(moveAfter(...begun, seen(filingFailed(PASSPORT, 'UNREACHABLE'), filed(BILL, 'f2')))).toEqual({
      do: 'file',
      calls: [{ document: PASSPORT, next: 'upload', others: [] }],
      afterMs: 500,
    });
  });

  test('are sent again without a look if a repeat is answered with the first', () => {
    const events = [checked([PASSPORT], REPLAYS), created, seen(filingFailed(PASSPORT, 'OUTCOME_UNKNOWN'))];
    expect(moveAfter(...events)).toMatchObject({ calls: [{ next: 'upload' }], afterMs: 500 });
    const adopted: OnboardingEvent = { saw: 'client-found', client: WAITING };
    expect(moveAfter(checked([PASSPORT], REPLAYS), createFailed('DUPLICATE_CLIENT'), adopted)).toMatchObject({
      calls: [{ next: 'upload' }],
    });
  });

  test('wait for the longest of their waits, and as long as the provider asks', () => {
    const failed = seen(
      filingFailed(PASSPORT, 'UNREACHABLE', { retryAfterMs: 7_000 }),
      filingFailed(BILL, 'UNREACHABLE', { retryAfterMs: 3_000 }),
    );
    expect(moveAfter(...begun, failed)).toMatchObject({ do: 'file', afterMs: 7_000 });
  });

  test('that fail too often, or are refused, are asked about together', () => {
    const fields = [{ field: 'documents[1].front', problem: 'is blurred' }];
    const refused = [...begun, seen(filingFailed(PASSPORT, 'AUTH'), filingFailed(BILL, 'INVALID_REQUEST', { fields }))];
    expect(moveAfter(...refused)).toEqual({
      do: 'park',
      reason: 'AUTH',
      failure: { ...failure('AUTH'), fields },
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    const unreachable = seen(filingFailed(PASSPORT, 'UNREACHABLE'));
    const often = Array.from({ length: MAX_FAILED - 1 }, () => unreachable);
    expect(moveAfter(...begun, seen(filed(BILL, 'f2')), ...often)).toMatchObject({ do: 'file', afterMs: 5_000 });
    expect(moveAfter(...begun, seen(filed(BILL, 'f2')), ...often, unreachable)).toMatchObject({
      do: 'park',
      reason: 'UNREACHABLE',
    });
  });

  test('that are on their way hold up the question about others', () => {
    const events = [...begun, seen(filingFailed(PASSPORT, 'INVALID_REQUEST'), filingFailed(BILL, 'UNREACHABLE'))];
    expect(moveAfter(...events)).toMatchObject({ do: 'file', calls: [{ document: BILL }] });
    expect(moveAfter(...events, seen(filed(BILL, 'f2')))).toMatchObject({ do: 'park', reason: 'INVALID_REQUEST' });
  });

  test('are looked for first after a question, and what is on file is left alone', () => {
    const events = [...begun, seen(filed(PASSPORT, 'f1'), filingFailed(BILL, 'INVALID_REQUEST')), retried, checked()];
    expect(moveAfter(...events)).toEqual({
      do: 'file',
      calls: [{ document: BILL, next: 'look', others: [] }],
      afterMs: 0,
    });
    // Nothing was in doubt: one look is enough.
    expect(moveAfter(...events, seen(filingAbsent(BILL)))).toMatchObject({ calls: [{ next: 'upload' }], afterMs: 0 });
  });

  test('that were replaced are not taken for the new ones', () => {
    const second = inspected('passport', 'p2');
    const third = inspected('passport', 'p3');
    const replaced = [...filedBoth, recheck, checked([second, BILL])];
    expect(moveAfter(...replaced)).toMatchObject({ calls: [{ document: second, others: ['f1'] }] });
    const again = [...replaced, seen(filed(second, 'f3')), recheck, checked([third, BILL])];
    expect(moveAfter(...again)).toMatchObject({ calls: [{ document: third, others: ['f1', 'f3'] }] });
    // Another back is another document.
    expect(moveAfter(...filedBoth, recheck, checked([PASSPORT, inspected('bill', 'b1', 'other back')]))).toMatchObject({
      calls: [{ others: ['f2'] }],
    });
    expect(moveAfter(...filedBoth, recheck, checked([PASSPORT, inspected('bill', 'b1')]))).toMatchObject({
      do: 'file',
    });
  });

  test('are told in the order of the application', () => {
    const { state } = after(checked(), created, seen(filed(BILL, 'f2'), filed(PASSPORT, 'f1')));
    expect(onFile(state).map(({ type }) => type)).toEqual(['passport', 'bill']);
  });
});

describe('verification', () => {
  test('ends the onboarding once the client is verified and active, with what was read last', () => {
    const turn = after(...filedBoth, read({ ...READY, status: 'approved' }, ['f1', 'f2']));
    expect(turn.move).toEqual({ do: 'finish', outcome: 'ready' });
    expect(turn.state.existing).toEqual({ client: { ...READY, status: 'approved' }, how: 'created' });
  });

  test('is read again at growing waits, until the deadline, and every quarter of an hour after it', () => {
    const waits = [1_000, 2_000, 2_000].map((afterMs) => ({ do: 'read-client', afterMs }));
    const wait = read(WAITING);
    expect(moveAfter(...filedBoth, wait)).toEqual(waits[0]);
    expect(moveAfter(...filedBoth, wait, wait)).toEqual(waits[1]);
    expect(moveAfter(...filedBoth, wait, wait, wait)).toEqual(waits[2]);
    const overdue = [...filedBoth, wait, wait, wait, wait];
    expect(moveAfter(...overdue)).toEqual({
      do: 'park',
      reason: 'VERIFICATION_OVERDUE',
      recheckAfterMs: OVERDUE_RECHECK_MS,
    });
    expect(moveAfter(...overdue, recheck, checked())).toEqual({ do: 'read-client', afterMs: 0 });
    expect(moveAfter(...overdue, recheck, checked(), wait)).toMatchObject({ reason: 'VERIFICATION_OVERDUE' });
  });

  test('has its time anew for what a person amended', () => {
    const wait = read(WAITING);
    const amendedNow: OnboardingEvent = { saw: 'amended', patch: { applicant: { name: 'B Person' } } };
    const events = [...filedBoth, wait, wait, wait, wait, amendedNow];
    expect(after(...events).state.data.applicant.name).toBe('B Person');
    expect(moveAfter(...events)).toEqual({ do: 'check', afterMs: 0 });
    expect(moveAfter(...events, checked(), wait)).toEqual({ do: 'read-client', afterMs: 1_000 });
  });

  test('of a client or document that does not show is asked about after the window', () => {
    const missing: OnboardingEvent = { saw: 'client-missing' };
    expect(moveAfter(...filedBoth, missing)).toEqual({ do: 'read-client', afterMs: 1_000 });
    expect(moveAfter(...filedBoth, missing, missing)).toMatchObject({ reason: 'CLIENT_UNFINDABLE' });
    expect(moveAfter(...filedBoth, read(READY, ['f1']))).toEqual({ do: 'read-client', afterMs: 1_000 });
    expect(moveAfter(...filedBoth, read(READY, ['f1']), read(READY, ['f1']))).toMatchObject({
      reason: 'DOCUMENT_MISSING',
      recheckAfterMs: OVERDUE_RECHECK_MS,
    });
  });

  test('that was refused is asked about at once', () => {
    expect(moveAfter(...filedBoth, read({ ...WAITING, rejected: true }, []))).toMatchObject({
      reason: 'CLIENT_REJECTED',
    });
  });
});

describe('a deactivated client', () => {
  const off = read(INACTIVE);
  const on: OnboardingEvent = { saw: 'reactivated' };

  test('is reactivated, read after a wait, and asked about if that does not help', () => {
    let events: OnboardingEvent[] = [...filedBoth, off];
    for (const afterMs of [1_000, 2_000, 5_000].slice(0, MAX_REACTIVATIONS)) {
      expect(moveAfter(...events)).toEqual({ do: 'reactivate', afterMs: 0 });
      expect(moveAfter(...events, on)).toEqual({ do: 'read-client', afterMs });
      events = [...events, on, off];
    }
    expect(moveAfter(...events)).toEqual({
      do: 'park',
      reason: 'CLIENT_INACTIVE',
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    expect(moveAfter(...events, retried, checked(), off)).toEqual({ do: 'reactivate', afterMs: 0 });
  });

  test('is asked about if reactivating fails, is not allowed or is not offered', () => {
    const refused: OnboardingEvent = { saw: 'reactivate-failed', failure: failure('INVALID_REQUEST') };
    expect(moveAfter(...filedBoth, off, refused)).toEqual({
      do: 'park',
      reason: 'CLIENT_INACTIVE',
      failure: failure('INVALID_REQUEST'),
      recheckAfterMs: PARKED_RECHECK_MS,
    });
    const { state } = after(...filedBoth);
    expect(decide({ ...state, reactivates: false }, off).move).toMatchObject({ reason: 'CLIENT_INACTIVE' });
    expect(moveAfter(checked([], DECIDES), created, off)).toMatchObject({ reason: 'CLIENT_INACTIVE' });
  });
});

describe('a submission', () => {
  const begun = [checked([], DECIDES), created];
  const needs = (what: 'submission' | 'information'): OnboardingEvent => read({ ...WAITING, needs: what });
  const submitted: OnboardingEvent = { saw: 'submitted' };

  test('is sent if the provider wants one, and read at once', () => {
    expect(moveAfter(...begun, needs('submission'))).toEqual({ do: 'submit', attempt: 1, afterMs: 0 });
    expect(moveAfter(...begun, needs('submission'), submitted)).toEqual({ do: 'read-client', afterMs: 0 });
  });

  test('that may not show yet is waited for, and then a person is asked for more', () => {
    const events = [...begun, needs('submission'), submitted, needs('information')];
    expect(moveAfter(...events)).toEqual({ do: 'read-client', afterMs: 1_000 });
    expect(moveAfter(...events, needs('information'))).toEqual({
      do: 'park',
      reason: 'INFORMATION_REQUIRED',
      recheckAfterMs: OVERDUE_RECHECK_MS,
    });
  });

  test('that failed is sent again after a look, or asked about', () => {
    const lost: OnboardingEvent = { saw: 'submit-failed', failure: failure('OUTCOME_UNKNOWN') };
    const refused: OnboardingEvent = { saw: 'submit-failed', failure: failure('INVALID_REQUEST') };
    expect(moveAfter(...begun, needs('submission'), lost)).toEqual({ do: 'read-client', afterMs: 0 });
    expect(moveAfter(...begun, needs('submission'), lost, needs('submission'))).toEqual({
      do: 'submit',
      attempt: 1,
      afterMs: 500,
    });
    expect(moveAfter(...begun, needs('submission'), refused, needs('submission'))).toMatchObject({
      do: 'park',
      reason: 'INVALID_REQUEST',
      failure: failure('INVALID_REQUEST'),
    });
  });

  test('gives the verification its time anew', () => {
    const wait = read(WAITING);
    const late = [...begun, wait, wait, wait, wait];
    expect(moveAfter(...late)).toMatchObject({ reason: 'VERIFICATION_OVERDUE' });
    expect(moveAfter(...late, recheck, checked([], DECIDES), needs('submission'), submitted, wait)).toEqual({
      do: 'read-client',
      afterMs: 1_000,
    });
  });

  test('that is new is what a person amended', () => {
    const amendedNow: OnboardingEvent = { saw: 'amended', patch: {} };
    const events = [...begun, needs('submission'), submitted, needs('information'), amendedNow, checked([], DECIDES)];
    expect(moveAfter(...events, needs('information'))).toEqual({ do: 'submit', attempt: 2, afterMs: 0 });
  });
});

describe('people', () => {
  test('end it, or have it looked at from the start', () => {
    const parked = [checked(), createFailed('AUTH')];
    expect(moveAfter(...parked, { saw: 'resolved', action: 'abandon' })).toEqual({
      do: 'finish',
      outcome: 'abandoned',
    });
    expect(moveAfter(...parked, { saw: 'cancelled' })).toEqual({ do: 'finish', outcome: 'cancelled' });
    expect(moveAfter(...parked, retried)).toEqual({ do: 'check', afterMs: 0 });
    expect(moveAfter(...parked, recheck)).toEqual({ do: 'check', afterMs: 0 });
  });

  test('may cancel before a client may exist, and at a question', () => {
    expect(cancelProblem(after())).toBeUndefined();
    expect(cancelProblem(after(checked()))).toContain('cancel is refused');
    expect(cancelProblem(after(...filedBoth))).toContain('cancel is refused');
    expect(cancelProblem(after(checked(), createFailed('AUTH')))).toBeUndefined();
  });

  test('may answer all but new data to a provider that has decided', () => {
    expect(onboardingQuestion({ do: 'park', reason: 'CLIENT_REJECTED' })).toMatchObject({
      reason: 'CLIENT_REJECTED',
      accepts: ['retry', 'abandon'],
    });
    expect(onboardingQuestion({ do: 'park', reason: 'AUTH', failure: failure('AUTH') })).toMatchObject({
      accepts: ['retry', 'amend', 'abandon'],
    });
  });
});

test('every event is answered before anything was done', () => {
  const events: readonly OnboardingEvent[] = [
    checked(),
    created,
    createFailed('OUTCOME_UNKNOWN'),
    { saw: 'client-found', client: READY },
    { saw: 'client-differs', fields: [] },
    absent,
    seen(filingAbsent(PASSPORT)),
    read(WAITING),
    read(INACTIVE),
    { saw: 'client-missing' },
    { saw: 'submitted' },
    { saw: 'submit-failed', failure: failure('AUTH') },
    { saw: 'reactivated' },
    { saw: 'reactivate-failed', failure: failure('AUTH') },
    { saw: 'read-failed', failure: failure('AUTH') },
    retried,
    { saw: 'amended', patch: {} },
    recheck,
    { saw: 'cancelled' },
  ];
  expect(events.map((event) => moveAfter(event).do)).toEqual([
    'create',
    'read-client',
    'find-client',
    'read-client',
    'park',
    'create',
    'create',
    'read-client',
    'park',
    'park',
    'read-client',
    'read-client',
    'read-client',
    'park',
    'park',
    'check',
    'check',
    'check',
    'finish',
  ]);
  expect(after().state).toMatchObject({ documents: [], filings: [], filed: [] });
  expect(after(read(WAITING)).state).not.toHaveProperty('existing');
});

test('two documents may have one content', () => {
  const bill = inspected('bill', 'p1');
  expect(moveAfter(checked([PASSPORT, bill]), created, seen(filed(PASSPORT, 'f1'), filed(bill, 'f2')))).toEqual({
    do: 'read-client',
    afterMs: 0,
  });
  expect(
    moveAfter(checked([PASSPORT, bill]), created, seen(filed(PASSPORT, 'f1'), filingFailed(bill, 'UNREACHABLE'))),
  ).toMatchObject({ calls: [{ document: bill }] });
  expect(
    moveAfter(checked([PASSPORT]), created, seen(filed(PASSPORT, 'f1')), recheck, checked([PASSPORT, bill])),
  ).toMatchObject({ do: 'file', calls: [{ document: bill, others: [] }] });
});

test('what a client needs is not submitted to a provider that takes no submissions', () => {
  expect(moveAfter(...filedBoth, read({ ...WAITING, needs: 'submission' }))).toEqual({
    do: 'read-client',
    afterMs: 1_000,
  });
});
