import type {
  Approval,
  ApprovalProgress,
  ApprovalRequest,
  ApprovalRequirement,
  ApprovedTerms,
  FrozenPolicy,
} from '../../contract/approval';
import type { Terms } from '../../contract/funding';
import { areWorse } from './terms';
import { samePerson } from '../../contract/fold';

/**
 * The approval rule: pure, so that every order of answers can be tried. Approvers differ from each other and from the
 * requester, however their ids are spelled. If it is not proven who the requester is, one more approver is needed: then
 * as many as policy asks for are other people, whoever the requester was. A requester named without proof may not
 * approve either, so a name that anybody may have typed can only make approval harder. What was approved must be used
 * before it expires; otherwise approval is asked for anew.
 */

/** What a workflow keeps of its approvals when its history is renewed. Absent before the policy is frozen. */
export interface ApprovalRecord {
  /** Absent: the worker had no policy. */
  readonly policy?: FrozenPolicy;
  readonly round?: ApprovalRound;
}

/** Who asked for a movement. */
export interface Requester {
  readonly name: string;
  /** Whether an edge that had authenticated the caller says so, and not just the request. */
  readonly proven: boolean;
}

/** One round of approval and its answers. Times in milliseconds since 1970. */
export interface ApprovalRound extends ApprovedTerms {
  readonly requirement: ApprovalRequirement;
  readonly requester?: Requester;
  readonly askedAt: number;
  readonly approvals: readonly Approval[];
}

/** Asks for approval. */
export function askForApproval(
  requirement: ApprovalRequirement,
  requester: Requester | undefined,
  now: number,
  of: ApprovedTerms,
): ApprovalRound {
  return {
    requirement,
    ...(requester === undefined ? {} : { requester }),
    ...of,
    askedAt: now,
    approvals: [],
  };
}

/** How many approvals it takes. */
export function approvalsNeeded({ requirement, requester }: ApprovalRound): number {
  return requirement.approvers + (requester?.proven === true ? 0 : 1);
}

export function expiresAt({ askedAt, requirement }: ApprovalRound): number {
  return askedAt + requirement.expiresAfterMs;
}

export function hasExpired(round: ApprovalRound, now: number): boolean {
  return now >= expiresAt(round);
}

/** Whether enough people have approved, and what they approved still holds. */
export function isApproved(round: ApprovalRound | undefined, now: number): boolean {
  return round !== undefined && round.approvals.length >= approvalsNeeded(round) && !hasExpired(round, now);
}

/** Whether a round's approval covers these terms: they are not worse by more than `tolerance`, a decimal fraction. */
export function holdsFor(round: ApprovalRound | undefined, terms: Terms | undefined, tolerance: string): boolean {
  if (terms === undefined) return true;
  return round?.terms !== undefined && !areWorse(terms, round.terms, tolerance);
}

/** Why `by` may not approve; undefined if they may. */
export function approveProblem(round: ApprovalRound | undefined, by: string, now: number): string | undefined {
  const problem = answerProblem(round, now);
  if (problem !== undefined || round === undefined) return problem;
  if (round.requester !== undefined && samePerson(by, round.requester.name)) {
    return `${by} asked for this movement, and may not approve it: another person must`;
  }
  if (round.approvals.some((approval) => samePerson(by, approval.by))) {
    return `${by} has approved it already: another person must`;
  }
  return undefined;
}

/** Why nobody may reject it now. The requester may reject it too, because then nothing moves. */
export function answerProblem(round: ApprovalRound | undefined, now: number): string | undefined {
  if (round === undefined) return 'nothing waits for approval';
  if (hasExpired(round, now)) return 'the time to approve it is over';
  return undefined;
}

/** The round with one approval more. */
export function approved(round: ApprovalRound, { by, reason }: ApprovalRequest, now: number): ApprovalRound {
  return { ...round, approvals: [...round.approvals, { by, reason, at: new Date(now).toISOString() }] };
}

/** As people and programs see it. */
export function approvalProgress(round: ApprovalRound): ApprovalProgress {
  const { requirement, requester, terms, destination, approvals, askedAt } = round;
  return {
    needed: approvalsNeeded(round),
    ...(requirement.from === undefined ? {} : { from: requirement.from }),
    ...(requirement.limit === undefined ? {} : { limit: requirement.limit }),
    ...(requester === undefined ? {} : { requestedBy: requester.name }),
    ...(requester?.proven === true ? { requesterProven: true } : {}),
    ...(terms === undefined ? {} : { terms }),
    ...(destination === undefined ? {} : { destination }),
    approvals,
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(expiresAt(round)).toISOString(),
  };
}
