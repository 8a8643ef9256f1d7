import type { FailureDetails } from '../../contract/errors';
import {
  afterAccepted,
  afterAmended,
  afterRead,
  afterSubmitFailed,
  NOTHING_SUBMITTED,
  type Submission,
} from '../../workflows/shared/submission';

const LOST: FailureDetails = { code: 'OUTCOME_UNKNOWN', outcome: 'unknown' };
const REFUSED: FailureDetails = { code: 'INVALID_REQUEST', outcome: 'not-applied' };
const WINDOW_MS = 10_000;

function read(submission: Submission, needs?: 'submission' | 'information') {
  return afterRead(submission, needs === undefined ? {} : { needs }, WINDOW_MS);
}

test('a client that needs nothing is left alone, and what was not submitted may be yet', () => {
  expect(read(NOTHING_SUBMITTED)).toEqual({ submission: NOTHING_SUBMITTED, move: { do: 'go-on' } });
});

test.each(['submission', 'information'] as const)('a client that needs %s gets what is there first', (needs) => {
  expect(read(NOTHING_SUBMITTED, needs).move).toEqual({ do: 'submit', attempt: 1, afterMs: 0 });
});

test('a lost answer is followed by a look, then by the same attempt', () => {
  const lost = afterSubmitFailed(NOTHING_SUBMITTED, LOST);
  expect(read(lost, 'submission').move).toEqual({ do: 'submit', attempt: 1, afterMs: 500 });
  // It had arrived: nothing is left to submit.
  const arrived = read(lost).submission;
  expect(arrived).toEqual({ attempt: 1, sends: 0, inDoubt: false, fresh: false });
  expect(read(arrived, 'information').move).toEqual({ do: 'park' });
});

test('a pause that the provider asked for is kept', () => {
  const limited = afterSubmitFailed(NOTHING_SUBMITTED, {
    code: 'RATE_LIMITED',
    outcome: 'unknown',
    retryAfterMs: 90_000,
  });
  expect(read(limited, 'submission').move).toEqual({ do: 'submit', attempt: 1, afterMs: 90_000 });
});

test('a person is asked once it was lost as often as allowed; then the same attempt is sent again', () => {
  const often = Array.from({ length: 5 }).reduce<Submission>((one) => afterSubmitFailed(one, LOST), NOTHING_SUBMITTED);
  const { submission, move } = read(often, 'submission');
  expect(move).toEqual({ do: 'park', failure: LOST });
  expect(read(submission, 'submission').move).toEqual({ do: 'submit', attempt: 1, afterMs: 0 });
  // The last of them had arrived after all.
  expect(read(often).move).toEqual({ do: 'go-on' });
});

test('a refusal is asked about after a look, and whatever is sent next has the next attempt', () => {
  const refused = afterSubmitFailed(NOTHING_SUBMITTED, REFUSED);
  const { submission, move } = read(refused, 'submission');
  expect(move).toEqual({ do: 'park', failure: REFUSED });
  expect(read(afterAmended(submission), 'submission').move).toEqual({ do: 'submit', attempt: 2, afterMs: 0 });
  expect(read(submission, 'submission').move).toEqual({ do: 'submit', attempt: 2, afterMs: 0 });
  expect(read(refused).move).toEqual({ do: 'go-on' });
});

test('credentials are asked about at once, and the attempt stays', () => {
  const refused = afterSubmitFailed(NOTHING_SUBMITTED, { code: 'AUTH', outcome: 'not-applied' });
  const { submission, move } = read(refused, 'submission');
  expect(move).toMatchObject({ do: 'park', failure: { code: 'AUTH' } });
  expect(read(submission, 'submission').move).toMatchObject({ do: 'submit', attempt: 1 });
});

test('an attempt that an earlier onboarding used is passed over, a few of them and no more', () => {
  const taken: FailureDetails = { code: 'DUPLICATE_REF', outcome: 'unknown' };
  const passed = afterSubmitFailed(NOTHING_SUBMITTED, taken);
  expect(read(passed, 'information').move).toMatchObject({ do: 'submit', attempt: 2 });
  const often = Array.from({ length: 4 }).reduce<Submission>((one) => afterSubmitFailed(one, taken), passed);
  expect(read(often, 'information').move).toEqual({ do: 'park', failure: taken });
});

test('what was accepted is given the settle window to show, then a person is asked for more', () => {
  const waits: number[] = [];
  let submission = afterAccepted(NOTHING_SUBMITTED);
  for (;;) {
    const turn = read(submission, 'information');
    submission = turn.submission;
    if (turn.move.do !== 'wait') {
      expect(turn.move).toEqual({ do: 'park' });
      break;
    }
    waits.push(turn.move.ms);
  }
  expect(waits).toEqual(Array.from({ length: 10 }, () => 1_000));
});

test('a need that shows after the submission had shown is asked about at once', () => {
  const shown = read(afterAccepted(NOTHING_SUBMITTED)).submission;
  expect(read(shown, 'information').move).toEqual({ do: 'park' });
});

test('what was accepted is not submitted twice, however long it does not show', () => {
  expect(read(afterAccepted(NOTHING_SUBMITTED), 'submission').move).toEqual({ do: 'go-on' });
});

test('new data are the next attempt if the last was sent, and the same if it was not', () => {
  expect(afterAmended(NOTHING_SUBMITTED).attempt).toBe(1);
  expect(afterAmended(afterAccepted(NOTHING_SUBMITTED))).toEqual({ attempt: 2, sends: 0, inDoubt: false, fresh: true });
  expect(afterAmended(afterSubmitFailed(NOTHING_SUBMITTED, LOST)).attempt).toBe(2);
});

test('the last wait ends with the settle window', () => {
  const accepted = afterAccepted(NOTHING_SUBMITTED);
  expect(afterRead(accepted, { needs: 'information' }, 400).move).toEqual({ do: 'wait', ms: 400 });
  const waited = { ...accepted, unseenForMs: 9_700 };
  expect(read(waited, 'information').move).toEqual({ do: 'wait', ms: 300 });
});

test('a send that certainly did not arrive leaves nothing in doubt', () => {
  const missed = afterSubmitFailed(NOTHING_SUBMITTED, { code: 'UNREACHABLE', outcome: 'not-applied' });
  expect(missed.inDoubt).toBe(false);
  expect(afterAmended(missed).attempt).toBe(1);
});
