import { condition } from '@temporalio/workflow';
import type {
  ApprovalProgress,
  ApprovalRequest,
  ApprovalRequirement,
  ApprovedTerms,
  FrozenPolicy,
} from '../../contract/approval';
import type { Intent, Terms } from '../../contract/funding';
import type { ParkReason, ParkedState, PersonsDecision } from '../../contract/progress';
import { decisionProblem, refuse, takeDecision } from '../shared/inbox';
import {
  answerProblem,
  approvalProgress,
  approvalsNeeded,
  approved,
  approveProblem,
  askForApproval,
  expiresAt,
  holdsFor,
  isApproved,
  type ApprovalRecord,
  type ApprovalRound,
} from './approvals';
import { approvalQuestion } from '../shared/questions';

/** How a round of approval ended. */
export type ApprovalOutcome = 'approved' | 'rejected' | 'expired' | 'cancelled';

/** What the approvals need of the workflow around them. */
export interface ApprovalSurroundings {
  /** Shows the question, anew after each answer. */
  show(question: Omit<ParkedState<ParkReason>, 'since'>): void;
  record(decision: Omit<PersonsDecision, 'at'>): void;
  /** Whether the workflow was asked to end, and may. */
  isCancelling(): boolean;
}

/**
 * Takes `approve` and `reject`, applies the rule (approvals.ts) to them, and waits for as many as are needed. While
 * nothing waits for approval, both are refused.
 */
export class Approvals {
  /** Whether an answer is taken now. */
  private asking = false;
  private rejected = false;
  /** What the policy was when it was first read; undefined until then. */
  private frozen: Pick<ApprovalRecord, 'policy'> | undefined;
  private round: ApprovalRound | undefined;

  /**
   * @param requestedBy whom the request names, proven or not; '' if it names nobody
   * @param kept what was kept when the history was renewed
   */
  constructor(
    private readonly intent: Pick<Intent, 'asset'>,
    private readonly requestedBy: string,
    private readonly around: ApprovalSurroundings,
    kept: ApprovalRecord | undefined,
  ) {
    this.frozen = kept;
    this.round = kept?.round;
    const shapeProblem = (request: unknown): string | undefined => decisionProblem(request, []);
    takeDecision('approve', (request) => this.takeApproval(request), shapeProblem);
    takeDecision('reject', (request) => this.takeRejection(request), shapeProblem);
  }

  get record(): ApprovalRecord | undefined {
    return this.frozen === undefined
      ? undefined
      : { ...this.frozen, ...(this.round === undefined ? {} : { round: this.round }) };
  }

  /** The policy that holds; undefined before the first check has passed, and if the worker had none then. */
  get policy(): FrozenPolicy | undefined {
    return this.frozen?.policy;
  }

  /** For later checks: whether the policy was read. */
  get read(): { readonly policyRead?: true } {
    return this.frozen === undefined ? {} : { policyRead: true };
  }

  /**
   * What the policy asks of this intent. The first call freezes it, even if there is no policy; later ones change
   * nothing.
   */
  freeze(policy: FrozenPolicy | undefined): ApprovalRequirement | undefined {
    this.frozen ??= policy === undefined ? {} : { policy };
    return this.frozen.policy?.asks;
  }

  get progress(): ApprovalProgress | undefined {
    return this.round === undefined ? undefined : approvalProgress(this.round);
  }

  /** Why a question of approval is answered with neither `retry` nor another of these; undefined if none is open. */
  get resolveProblem(): string | undefined {
    return this.asking ? 'it waits for approval: approve, reject or cancel it' : undefined;
  }

  /** Whether enough have approved it, what they approved has not expired, and these terms are no worse. */
  allow(terms: Terms | undefined, tolerance: string): boolean {
    return isApproved(this.round, Date.now()) && holdsFor(this.round, terms, tolerance);
  }

  /** Asks, and waits until enough have approved, somebody has rejected, the time is over or the workflow is to end. */
  async ask(requirement: ApprovalRequirement, of: ApprovedTerms): Promise<ApprovalOutcome> {
    const proven = this.policy?.requesterProven === true;
    const requester = this.requestedBy === '' ? undefined : { name: this.requestedBy, proven };
    this.round = askForApproval(requirement, requester, Date.now(), of);
    this.asking = true;
    this.showQuestion(this.round);
    const end = expiresAt(this.round);
    const settled = (): boolean => this.rejected || isApproved(this.round, Date.now()) || this.around.isCancelling();
    await condition(settled, end - Date.now());
    this.asking = false;
    if (this.rejected) return 'rejected';
    if (this.around.isCancelling()) return 'cancelled';
    return isApproved(this.round, Date.now()) ? 'approved' : 'expired';
  }

  private takeApproval(request: ApprovalRequest): string {
    const round = this.asking && !this.rejected ? this.round : undefined;
    const now = Date.now();
    const problem = isApproved(round, now) ? 'enough have approved it already' : approveProblem(round, request.by, now);
    if (problem !== undefined || round === undefined) throw refuse(problem ?? 'nothing waits for approval');
    this.round = approved(round, request, now);
    this.around.record({ action: 'approve', by: request.by, reason: request.reason });
    const missing = approvalsNeeded(this.round) - this.round.approvals.length;
    if (missing <= 0) return 'accepted: the movement begins';
    this.showQuestion(this.round);
    return `accepted: ${missing} more must approve it`;
  }

  private takeRejection(request: ApprovalRequest): string {
    const round = this.asking && !this.rejected ? this.round : undefined;
    const now = Date.now();
    const problem = isApproved(round, now) ? 'enough have approved it already' : answerProblem(round, now);
    if (problem !== undefined) throw refuse(problem);
    this.rejected = true;
    this.around.record({ action: 'reject', by: request.by, reason: request.reason });
    return 'accepted: the movement ends, and nothing moves';
  }

  private showQuestion(round: ApprovalRound): void {
    this.around.show(approvalQuestion(approvalProgress(round), this.intent.asset));
  }
}
