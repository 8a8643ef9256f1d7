import fc from 'fast-check';
import type { ApprovalRequirement } from '../../contract/approval';
import { foldedPerson } from '../../contract/fold';
import {
  answerProblem,
  approvalProgress,
  approved,
  approveProblem,
  askForApproval,
  isApproved,
  type ApprovalRound,
  type Requester,
} from '../../workflows/funding/approvals';
import { approvalQuestion } from '../../workflows/shared/questions';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const HOUR = 3_600_000;
const requirement: ApprovalRequirement = { approvers: 2, from: '10000', expiresAfterMs: HOUR };

function proven(name: string): Requester {
  return { name, proven: true };
}

function approvedBy(round: ApprovalRound, ...people: readonly string[]): ApprovalRound {
  return people.reduce((so, by) => {
    expect(approveProblem(so, by, NOW)).toBeUndefined();
    return approved(so, { by, reason: 'checked' }, NOW);
  }, round);
}

test('two people other than the requester approve it; the requester and a second word of one are refused', () => {
  const asked = askForApproval(requirement, proven('ops-1'), NOW, {});
  expect(isApproved(asked, NOW)).toBe(false);
  expect(approveProblem(asked, 'ops-1', NOW)).toContain('ops-1 asked for this movement');
  const once = approvedBy(asked, 'ops-2');
  expect(isApproved(once, NOW)).toBe(false);
  expect(approveProblem(once, 'ops-2', NOW)).toContain('ops-2 has approved it already');
  const twice = approvedBy(once, 'ops-3');
  expect(isApproved(twice, NOW)).toBe(true);
  expect(approvalProgress(twice).approvals).toEqual([
    { by: 'ops-2', reason: 'checked', at: '2026-11-21T10:00:00.000Z' },
    { by: 'ops-3', reason: 'checked', at: '2026-11-21T10:00:00.000Z' },
  ]);
});

test.each([
  ['ops-1', 'OPS-1'],
  ['OPS-1', 'ops-1'],
  ['Ops-1', 'oPS-1'],
])('who asked as %s may not approve as %s, and nobody counts twice by another spelling', (requester, spelled) => {
  expect(approveProblem(askForApproval(requirement, proven(requester), NOW, {}), spelled, NOW)).toContain(
    'asked for this movement',
  );
  const once = approvedBy(askForApproval(requirement, proven('ops-9'), NOW, {}), requester);
  expect(approveProblem(once, spelled, NOW)).toContain('has approved it already');
});

test.each([undefined, { name: 'ops-9', proven: false }])(
  'if it is not proven who asked for it, one more must approve (%j)',
  (requester) => {
    const asked = askForApproval(requirement, requester, NOW, {});
    expect(isApproved(approvedBy(asked, 'ops-1', 'ops-2'), NOW)).toBe(false);
    expect(isApproved(approvedBy(asked, 'ops-1', 'ops-2', 'ops-3'), NOW)).toBe(true);
  },
);

test('whoever is named without proof may not approve either', () => {
  const asked = askForApproval(requirement, { name: 'ops-1', proven: false }, NOW, {});
  expect(approveProblem(asked, 'OPS-1', NOW)).toContain('asked for this movement');
});

test('time ends the asking, and what was approved in time is worth nothing after it', () => {
  const all = approvedBy(askForApproval(requirement, proven('ops-1'), NOW, {}), 'ops-2', 'ops-3');
  expect(isApproved(all, NOW + HOUR - 1)).toBe(true);
  expect(isApproved(all, NOW + HOUR)).toBe(false);
  expect(approveProblem(all, 'ops-4', NOW + HOUR)).toBe('the time to approve it is over');
  expect(answerProblem(all, NOW + HOUR)).toBe('the time to approve it is over');
  expect(isApproved(undefined, NOW)).toBe(false);
  expect(answerProblem(undefined, NOW)).toBe('nothing waits for approval');
});

test('whoever answers in whatever order: as many others as policy asks for have approved, whoever asked for it', () => {
  const people = ['ops-1', 'OPS-1', 'ops-2', 'Ops-2', 'ops-3', 'ops-4', 'ops-5'];
  const person = fc.constantFrom(...people);
  fc.assert(
    fc.property(
      fc.option(fc.record({ name: person, proven: fc.boolean() }), { nil: undefined }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(person),
      (named, approvers, answers) => {
        let round = askForApproval({ ...requirement, approvers }, named, NOW, {});
        for (const by of answers) {
          if (approveProblem(round, by, NOW) === undefined) round = approved(round, { by, reason: 'x' }, NOW);
        }
        const approvals = new Set(round.approvals.map(({ by }) => foldedPerson(by)));
        expect(approvals.size).toBe(round.approvals.length);
        if (!isApproved(round, NOW)) return;
        // Without proof it may have been anybody, whoever is named.
        for (const requester of named?.proven === true ? [named.name] : people) {
          const others = [...approvals].filter((by) => by !== foldedPerson(requester));
          expect(others.length).toBeGreaterThanOrEqual(approvers);
        }
      },
    ),
  );
});

test('the question says how many are missing, until when, and who may not', () => {
  const round = approvedBy(askForApproval(requirement, proven('ops-1'), NOW, {}), 'ops-2');
  expect(approvalQuestion(approvalProgress(round), 'USD')).toEqual({
    reason: 'APPROVAL_REQUIRED',
    because:
      'A movement of 10000 USD or more needs approval by 2 (ops-1, who asked for it, may not). Approved by ops-2.',
    todo: '1 more must approve it until 2026-11-21 11:00:00 UTC, or one rejects it.',
    accepts: ['approve', 'reject'],
  });
});

test('the question says so if nobody has approved yet, or who asked for it is not known', () => {
  const asked = approvalProgress(askForApproval(requirement, undefined, NOW, {}));
  expect(asked).not.toHaveProperty('requestedBy');
  expect(askForApproval(requirement, undefined, NOW, {})).not.toHaveProperty('requestedBy');
  expect(approvalQuestion(asked, 'USD').because).toBe(
    'A movement of 10000 USD or more needs approval by 3 (who asked for it is not known, so one more than policy asks ' +
      'for). Nobody has approved it yet.',
  );
  const named = askForApproval(requirement, { name: 'ops-1', proven: false }, NOW, {});
  expect(approvalProgress(named)).toMatchObject({ requestedBy: 'ops-1' });
  expect(approvalProgress(named)).not.toHaveProperty('requesterProven');
  expect(approvalQuestion(approvalProgress(named), 'USD').because).toContain(
    '(nothing proves that ops-1 asked for it, so one more than policy asks for, and not ops-1)',
  );
  const twice = approvedBy(askForApproval(requirement, undefined, NOW, {}), 'ops-1', 'ops-2');
  expect(approvalQuestion(approvalProgress(twice), 'USD').because).toMatch(/ Approved by ops-1, ops-2\.$/);
});
