import type { Approval, ApprovalProgress, ApprovalRequest, ApprovalRequirement } from '../../contract/approval';
import { samePerson } from '../../contract/fold';

/**
 * The approval rule: pure, so that every order of answers can be tried. Approvers differ from each other and from the
 * requester, however their ids are spelled. Where nobody is named as the requester, one approver more is needed: then as many as policy asks for are
 * other people, whoever it was. What was approved must be used before it expires, or it is asked for anew.
 */

/** One asking for approval, and the answers to it. Times in milliseconds since 1970. */
export interface ApprovalRound {
  readonly requirement: ApprovalRequirement;
  readonly requestedBy?: string;
  readonly askedAt: number;
  readonly approvals: readonly Approval[];
}

/** Asks for approval. */
export function askForApproval(
  requirement: ApprovalRequirement,
  requestedBy: string | undefined,
  now: number,
): ApprovalRound {
  return {
    requirement,
    ...(requestedBy === undefined || requestedBy === '' ? {} : { requestedBy }),
    askedAt: now,
    approvals: [],
  };
}

/** How many approvals it takes. */
export function approvalsNeeded({ requirement, requestedBy }: ApprovalRound): number {
  return requirement.approvers + (requestedBy === undefined ? 1 : 0);
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

/** Why `by` may not approve; undefined where they may. */
export function approveProblem(round: ApprovalRound | undefined, by: string, now: number): string | undefined {
  const problem = answerProblem(round, now);
  if (problem !== undefined || round === undefined) return problem;
  if (round.requestedBy !== undefined && samePerson(by, round.requestedBy)) {
    return `${by} asked for this movement, and may not approve it: another person must`;
  }
  if (round.approvals.some((approval) => samePerson(by, approval.by))) {
    return `${by} has approved it already: another person must`;
  }
  return undefined;
}

/** Why nobody may reject it now. Whoever asked for it may, too: nothing moves. */
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
  const { requirement, requestedBy, approvals, askedAt } = round;
  return {
    needed: approvalsNeeded(round),
    from: requirement.from,
    ...(requestedBy === undefined ? {} : { requestedBy }),
    approvals,
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(expiresAt(round)).toISOString(),
  };
}
