import { condition, setHandler } from '@temporalio/workflow';
import type {
  ApprovalProgress,
  ApprovalRequest,
  ApprovalRequirement,
  ApprovedTerms,
  FrozenPolicy,
} from '../../contract/approval';
import type { Intent, Terms } from '../../contract/funding';
import { approve, reject } from '../../contract/messages';
import type { ParkReason, ParkedState, PersonsDecision } from '../../contract/progress';
import { decisionProblem, refuse } from '../shared/desk';
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

/** How an asking for approval ended. */
export type ApprovalOutcome = 'approved' | 'rejected' | 'expired' | 'cancelled';

/** What the approvals need of the workflow around them. */
export interface ApprovalDesk {
  /** Shows the question, anew after each answer. */
  show(question: Omit<ParkedState<ParkReason>, 'since'>): void;
  record(decision: Omit<PersonsDecision, 'at'>): void;
  /** Whether the workflow was asked to end, and may. */
  isCancelling(): boolean;
}

/**
 * Takes `approve` and `reject`, holds them to the rule (approvals.ts), and waits for as many as are needed. While
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
   * @param requestedBy whom the request names, proven or not; '' where it names nobody
   * @param kept what was kept when the history was renewed
   */
  constructor(
    private readonly intent: Pick<Intent, 'asset'>,
    private readonly requestedBy: string,
    private readonly desk: ApprovalDesk,
    kept: ApprovalRecord | undefined,
  ) {
    this.frozen = kept;
    this.round = kept?.round;
    const example = '{"by": "ops-2", "reason": "..."}';
    const validator = (request: ApprovalRequest): void => {
      const problem = decisionProblem(request, []);
      if (problem !== undefined) throw refuse(problem);
    };
    setHandler(approve, (request) => this.takeApproval(request), {
      validator,
      description: `Approves a movement that waits for it: ${example}. Not for who asked for it, nor twice.`,
    });
    setHandler(reject, (request) => this.takeRejection(request), {
      validator,
      description: `Rejects a movement that waits for approval: it ends, and nothing moves: ${example}`,
    });
  }

  get record(): ApprovalRecord | undefined {
    return this.frozen === undefined
      ? undefined
      : { ...this.frozen, ...(this.round === undefined ? {} : { round: this.round }) };
  }

  /** The policy that holds; undefined before the first check has passed, and where the worker had none then. */
  get policy(): FrozenPolicy | undefined {
    return this.frozen?.policy;
  }

  /**
   * What the policy asks of this intent. The first call freezes it, an absent policy included; later ones change nothing.
   */
  freeze(policy: FrozenPolicy | undefined): ApprovalRequirement | undefined {
    this.frozen ??= policy === undefined ? {} : { policy };
    return this.frozen.policy?.asks;
  }

  get progress(): ApprovalProgress | undefined {
    return this.round === undefined ? undefined : approvalProgress(this.round);
  }

  /** Why a question of approval is answered with neither `retry` nor another of these; undefined where none is open. */
  get resolveProblem(): string | undefined {
    return this.asking ? 'it waits for approval: approve, reject or cancel it' : undefined;
  }

  /** Whether enough have approved it, what they approved has not expired, and these terms are no worse. */
  allow(terms: Terms | undefined, tolerance: string): boolean {
    return isApproved(this.round, Date.now()) && holdsFor(this.round, terms, tolerance);
  }

  /** Asks, and waits until enough have approved, one has rejected, time is over or the workflow is to end. */
  async ask(requirement: ApprovalRequirement, of: ApprovedTerms): Promise<ApprovalOutcome> {
    const proven = this.policy?.requesterProven === true;
    const requester = this.requestedBy === '' ? undefined : { name: this.requestedBy, proven };
    this.round = askForApproval(requirement, requester, Date.now(), of);
    this.asking = true;
    this.showQuestion(this.round);
    const end = expiresAt(this.round);
    const settled = (): boolean => this.rejected || isApproved(this.round, Date.now()) || this.desk.isCancelling();
    await condition(settled, end - Date.now());
    this.asking = false;
    if (this.rejected) return 'rejected';
    if (this.desk.isCancelling()) return 'cancelled';
    return isApproved(this.round, Date.now()) ? 'approved' : 'expired';
  }

  private takeApproval(request: ApprovalRequest): string {
    const round = this.asking && !this.rejected ? this.round : undefined;
    const now = Date.now();
    const problem = isApproved(round, now) ? 'enough have approved it already' : approveProblem(round, request.by, now);
    if (problem !== undefined || round === undefined) throw refuse(problem ?? 'nothing waits for approval');
    this.round = approved(round, request, now);
    this.desk.record({ action: 'approve', by: request.by, reason: request.reason });
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
    this.desk.record({ action: 'reject', by: request.by, reason: request.reason });
    return 'accepted: the movement ends, and nothing moves';
  }

  private showQuestion(round: ApprovalRound): void {
    this.desk.show(approvalQuestion(approvalProgress(round), this.intent.asset));
  }
}
