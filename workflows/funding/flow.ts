import { CancellationScope, CancelledFailure, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  DEFAULT_MAX_REFS,
  DEFAULT_QUOTE_TOLERANCE,
  FUNDING_KINDS,
  type FundingRequest,
  type FundingResult,
  type FundingStage,
  type Intent,
  type Order,
  type ResolveRequest,
} from '../../contract/funding';
import { BEGINNING_OF_TIME } from '../../contract/provider';
import type { FetchedOrders } from '../../activities/arguments';
import type { JsonObject } from '../../contract/json';
import { fundingWorkflowId } from '../../contract/ids';
import { fundingProgress } from '../../contract/messages';
import { fundingTitle } from '../../contract/titles';
import { readAtOnce } from '../shared/activity-proxies';
import { Approvals } from './approval-round';
import { Board, type BoardRecord } from '../shared/board';
import { takenOver } from '../shared/continued';
import { Desk, type Answer } from '../shared/desk';
import { failureOf, refusal, requireObject, tellsPartnerOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { Information } from '../shared/information';
import { OrderCalls } from './calls';
import type { ApprovalRecord } from './approvals';
import {
  beginFunding,
  cancelProblem,
  decide,
  refChain,
  resolveProblem,
  type FundingAction,
  type FundingEvent,
  type FundingState,
  type FundingStep,
} from './rule';
import { fundingEvidence, fundingQuestion } from './questions';
import { describeTerms } from './terms';
import { isUnderRef } from './state';
import { textField } from '../shared/unchecked';

const DEFAULT_SETTLEMENT_DEADLINE_MS = 24 * 60 * 60_000;

/** What a long-running intent takes along when its history is renewed. */
interface CarriedFunding {
  readonly step: FundingStep;
  readonly board: BoardRecord<FundingStage>;
  readonly firstSent?: FirstSend;
  /** Where the provider's news say that the order is. */
  readonly newestOrderId?: string;
  readonly approval?: ApprovalRecord;
  readonly suspects?: readonly Order[];
  readonly suspectsUnread?: boolean;
}

/** When a ref was first sent. UTC ISO time. */
interface FirstSend {
  readonly ref: string;
  readonly at: string;
}

type Finish = Extract<FundingAction, { readonly do: 'finish' }>;

/**
 * Moves money once for an intent, whatever crashes, times out or answers twice: check, submit in one attempt, read the
 * outcome, and where it is unknown, fetch the order by its ref before anything else. What to do next is decided by the
 * funding rule (rule.ts); this file does it.
 *
 * Its id must be `funding/<provider>/<fundingId>`: the id is the lock of the intent.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING where the request is wrong; nothing was sent
 */
export async function fundAccount(request: FundingRequest, carried?: CarriedFunding): Promise<FundingResult> {
  const funding = new Funding(request, takenOver(carried));
  // A cancellation is looked at between the steps, never in the middle of one: it must not abort a money call.
  return await CancellationScope.nonCancellable(() => funding.run());
}

class Funding {
  private readonly intent: Intent;
  private readonly board: Board<FundingStage>;
  private readonly desk: Desk;
  private readonly orders: OrderCalls;
  private readonly approvals: Approvals;
  private readonly information: Information;
  private step: FundingStep;
  private firstSent: FirstSend | undefined;
  /** Orders that could be the one that does not show: for the person who is asked about it. */
  private suspects: readonly Order[];
  /** Whether those are of an earlier look-up, because they could not be read again. */
  private suspectsUnread: boolean;
  constructor(
    private readonly request: FundingRequest,
    carried: CarriedFunding | undefined,
  ) {
    this.intent = intentOf(request);
    this.orders = new OrderCalls(request);
    this.firstSent = carried?.firstSent;
    this.step =
      carried?.step ??
      beginFunding(this.intent, {
        begunAt: workflowInfo().startTime.toISOString(),
        maxRefs: request.policy?.maxRefs ?? DEFAULT_MAX_REFS,
        settlementDeadlineMs: request.policy?.settlementDeadlineMs ?? DEFAULT_SETTLEMENT_DEADLINE_MS,
        quoteTolerance: request.policy?.quoteTolerance ?? DEFAULT_QUOTE_TOLERANCE,
      });
    this.suspects = carried?.suspects ?? [];
    this.suspectsUnread = carried?.suspectsUnread ?? false;
    const { provider, partnerClientId, fundingId } = this.intent;
    this.board = new Board(
      { title: fundingTitle(this.intent), provider, partnerClientId, fundingId },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.desk = new Desk(
      {
        openQuestion: () => this.board.record.parked?.reason,
        resolveProblem: ({ action }) => this.approvals.resolveProblem ?? resolveProblem(this.state, action),
        cancelProblem: () => cancelProblem(this.state),
        cancelAnswer: () =>
          this.state.order?.state === 'open'
            ? 'accepted: the order is cancelled at the provider first; if it completes all the same, that stands'
            : undefined,
      },
      carried?.newestOrderId,
    );
    this.information = new Information(this.intent.provider, this.desk, () => this.board.record.parked?.reason);
    this.approvals = new Approvals(
      this.intent,
      textField(request, 'requestedBy'),
      {
        show: (question) => this.board.park('awaiting-approval', question),
        record: (decision) => this.board.decide(decision),
        isCancelling: () => this.isCancelling(),
      },
      carried?.approval,
    );
    setHandler(fundingProgress, () => ({
      ...this.board.record,
      intent: this.intent,
      refs: refChain(this.state),
      ...(this.approvals.progress === undefined ? {} : { approval: this.approvals.progress }),
      ...this.approvalPolicy,
      ...(this.state.order === undefined ? {} : { order: this.state.order }),
      ...termsOf(this.state),
    }));
  }

  private get state(): FundingState {
    return this.step.state;
  }

  private get approvalPolicy(): Pick<FundingResult, 'approvalPolicy'> {
    const { policy } = this.approvals;
    return policy === undefined ? {} : { approvalPolicy: policy };
  }

  async run(): Promise<FundingResult> {
    for (;;) {
      const { action } = this.step;
      if (action.do === 'finish') return await this.finish(action);
      if (action.do === 'refuse') throw refusal(action.failure);
      this.step = decide(this.state, await this.perform(action));
    }
  }

  private async perform(action: Exclude<FundingAction, { readonly do: 'finish' | 'refuse' }>): Promise<FundingEvent> {
    switch (action.do) {
      case 'check':
        return await this.check(action.afterMs);
      case 'quote':
        return await this.quote(action);
      case 'approve':
        return await this.approve(action);
      case 'submit':
        return await this.submit(action.ref, action.afterMs);
      case 'look-up':
        return await this.lookUp(action.ref, action.afterMs);
      case 'confirm':
        return await this.confirm(action);
      case 'cancel-order':
        return await this.cancelOrder(action);
      case 'park':
        return await this.park(action);
    }
  }

  /** Client known, verified and active; asset eligible; balance enough: before anything moves. */
  private async check(afterMs: number): Promise<FundingEvent> {
    await this.desk.pause(afterMs);
    if (this.isCancelling()) return { saw: 'cancelled' };
    try {
      const { semantics, destination, approvalPolicy, tellsPartner } = await readAtOnce((activities) =>
        activities.checkFunding({ input: this.request }),
      );
      requireLock(fundingWorkflowId(this.intent.provider, this.intent.fundingId), 'the lock of the intent');
      this.board.label();
      this.board.partner.begin(tellsPartner);
      if (this.isCancelling()) return { saw: 'cancelled' };
      const approval = this.approvals.freeze(approvalPolicy);
      return {
        saw: 'check-passed',
        semantics,
        ...(approval === undefined ? {} : { approval }),
        ...(destination === undefined ? {} : { destination }),
      };
    } catch (error) {
      this.board.partner.begin(tellsPartnerOf(error));
      return { saw: 'check-failed', failure: failureOf(error) };
    }
  }

  /** Other people look at the movement and its terms, unless what they approved holds for these still. */
  private async approve({
    requirement,
    of,
  }: Extract<FundingAction, { readonly do: 'approve' }>): Promise<FundingEvent> {
    if (this.isCancelling()) return { saw: 'cancelled' };
    if (this.approvals.allow(of.terms, this.state.quoteTolerance ?? DEFAULT_QUOTE_TOLERANCE))
      return { saw: 'approved', waited: false };
    const outcome = await this.approvals.ask(requirement, of);
    switch (outcome) {
      case 'approved':
        this.board.stay('started');
        return { saw: 'approved', waited: true };
      case 'rejected':
        return { saw: 'resolved', action: 'abandon' };
      case 'expired':
        return { saw: 'approval-expired' };
      case 'cancelled':
        return { saw: 'cancelled' };
    }
  }

  /** What the order would give and get; nothing is bound by it. */
  private async quote({
    ref,
    number,
    afterMs,
  }: Extract<FundingAction, { readonly do: 'quote' }>): Promise<FundingEvent> {
    await this.desk.pause(afterMs);
    if (this.isCancelling()) return { saw: 'cancelled' };
    this.enter('submitting');
    try {
      const terms = await this.orders.quote(ref, number);
      this.board.note(`The provider quotes: ${describeTerms(terms)}`, ref);
      return this.isCancelling() ? { saw: 'cancelled' } : { saw: 'quoted', terms };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The quote ended with ${failure.code}`, ref);
      return { saw: 'quote-failed', failure };
    }
  }

  /** One attempt. Whatever goes wrong here, the rule decides what it means. */
  private async submit(ref: string, afterMs: number): Promise<FundingEvent> {
    await this.desk.pause(afterMs);
    this.enter('submitting');
    if (this.firstSent?.ref !== ref) {
      this.firstSent = { ref, at: new Date().toISOString() };
      // What was there before it was sent is not it.
      this.suspects = [];
    }
    const { terms, current, begunAt, deadOrderIds } = this.state;
    try {
      const submitted = await this.orders.submit({ ref, terms }, { number: current.sent, begunAt, deadOrderIds });
      if (!submitted.sent) {
        // It was there before: later look-ups search from when the intent began.
        this.firstSent = { ref, at: begunAt };
        this.board.note('It was not sent: the provider has an order of it already', ref);
        return { saw: 'found', orders: submitted.orders };
      }
      const { order } = submitted;
      this.board.note(`The provider answered with order ${order.orderId}, ${order.status}`, ref);
      return { saw: 'answered', order };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The submit ended with ${failure.code}; its outcome is ${failure.outcome}`, ref);
      return { saw: 'submit-failed', failure };
    }
  }

  /** Passes through a stage, which an open question is over with. */
  private enter(stage: FundingStage): void {
    if (this.board.record.parked === undefined) this.board.enter(stage);
    else this.board.stay(stage);
  }

  private async lookUp(ref: string, afterMs: number): Promise<FundingEvent> {
    await this.renewHistoryWhereLong();
    if (this.board.record.parked === undefined)
      this.board.stay(this.state.order === undefined ? 'looking-up' : 'settling');
    await this.desk.pause(afterMs);
    if (this.isCancelling()) return { saw: 'cancelled' };
    try {
      const { orders, suspects = [], suspectsUnread = false } = await this.fetch(ref);
      this.suspectsUnread = suspectsUnread;
      // What was seen once is told also where it could not be read again.
      if (!suspectsUnread) this.suspects = suspects;
      // Before the first send, what was cancelled while it was looked for is not sent.
      if (orders.length === 0) return this.isCancelling() ? { saw: 'cancelled' } : { saw: 'absent' };
      if (!orders.some((order) => isUnderRef(this.state, order))) this.desk.dropOrderId();
      this.noteOrders(orders, ref);
      return { saw: 'found', orders };
    } catch (error) {
      return { saw: 'lookup-failed', failure: failureOf(error) };
    }
  }

  /** Tells of every order that is shown otherwise than it was last read. */
  private noteOrders(orders: readonly Order[], ref: string): void {
    const { order: known } = this.state;
    for (const { orderId, status } of orders) {
      if (orderId === known?.orderId && status === known.status) continue;
      this.board.note(`The provider shows order ${orderId}, ${status}`, ref);
    }
  }

  private async fetch(ref: string): Promise<FetchedOrders> {
    const { order, semantics, terms, current, refKnown } = this.state;
    if (semantics?.orderLookup === 'by-ref') return await this.orders.fetchByRef(ref);
    // Before it was sent, and where the provider says that it knows the ref, it is looked for without limit: an intent of
    // the same id may have been moved, and be forgotten.
    const since = this.firstSent?.ref === ref && refKnown !== true ? this.firstSent.at : BEGINNING_OF_TIME;
    // Before anything was sent, news are of something else.
    const orderId = order?.orderId ?? (current.sent > 0 ? this.desk.newestOrderId : undefined);
    return await this.orders.find({ ref, terms, orderId, answered: order !== undefined, firstSentAt: since });
  }

  /** Lets the order move money. By now its id is in the history. */
  private async confirm(action: Extract<FundingAction, { readonly do: 'confirm' }>): Promise<FundingEvent> {
    const { ref, orderId, attempt, afterMs } = action;
    await this.desk.pause(afterMs);
    if (this.isCancelling()) return { saw: 'cancelled' };
    this.enter('settling');
    return await this.stepOf(`Confirmed order ${orderId}`, 'The confirm', ref, () =>
      this.orders.confirm(orderId, { ref, terms: this.state.terms }, attempt),
    );
  }

  private async cancelOrder(action: Extract<FundingAction, { readonly do: 'cancel-order' }>): Promise<FundingEvent> {
    const { ref, orderId, afterMs } = action;
    await this.desk.pause(afterMs);
    this.enter('settling');
    return await this.stepOf(`Asked the provider to cancel order ${orderId}`, 'The cancel', ref, () =>
      this.orders.cancel(orderId, { ref, terms: this.state.terms }),
    );
  }

  private async stepOf(done: string, what: string, ref: string, take: () => Promise<void>): Promise<FundingEvent> {
    try {
      await take();
      this.board.note(done, ref);
      return { saw: 'step-answered' };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`${what} ended with ${failure.code}; its outcome is ${failure.outcome}`, ref);
      return { saw: 'step-failed', failure };
    }
  }

  private async park(action: Extract<FundingAction, { readonly do: 'park' }>): Promise<FundingEvent> {
    await this.renewHistoryWhereLong();
    const question = fundingQuestion(this.state, action.reason, action.failure);
    const evidence = fundingEvidence(this.state, action.reason, this.firstSent?.at, this.suspects, this.suspectsUnread);
    this.board.park('parked', { ...question, ...(evidence.length === 0 ? {} : { evidence }) });
    return await this.eventOf(await this.desk.ask(action.recheckAfterMs));
  }

  private async eventOf(answer: Answer): Promise<FundingEvent> {
    switch (answer.kind) {
      case 'resolved': {
        const information = this.information.givenWith(answer.request);
        if (information !== undefined) return await this.supply(answer.request, information);
        const { action, by, reason, evidence } = answer.request;
        this.board.decide({ action, by, reason, ...(evidence === undefined ? {} : { evidence }) });
        this.board.stay('looking-up');
        return { saw: 'resolved', action };
      }
      case 'cancelled':
        return { saw: 'cancelled' };
      case 'amended':
      case 'recheck':
        return { saw: 'recheck-due' };
    }
  }

  /** Gives the provider what a person supplied. */
  private async supply({ by, reason }: ResolveRequest, information: JsonObject): Promise<FundingEvent> {
    this.board.decide({ action: 'supplyInformation', by, reason });
    this.board.stay('settling');
    const { order, current, terms } = this.state;
    if (order === undefined) return { saw: 'recheck-due' };
    try {
      await this.orders.supplyInformation(order.orderId, { ref: current.ref, terms }, information);
      return { saw: 'information-taken' };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The information ended with ${failure.code}; its outcome is ${failure.outcome}`, current.ref);
      return { saw: 'information-failed', failure };
    }
  }

  private isCancelling(): boolean {
    return cancelProblem(this.state) === undefined && this.desk.cancelDue() !== undefined;
  }

  private async finish({ outcome, order, adopted }: Finish): Promise<FundingResult> {
    const cancelled = this.desk.cancelRequest;
    if (cancelled !== undefined) this.board.decide({ action: 'cancel', ...cancelled });
    const balanceAfter = outcome === 'completed' ? await this.readBalance() : {};
    this.board.stay(outcome === 'marked-completed' ? 'completed' : outcome);
    await this.desk.close('the intent has ended: there is no question to answer');
    await this.board.partner.begun();
    if (outcome === 'cancelled' && this.desk.cancelledByServer) {
      throw new CancelledFailure('Cancelled before any order of this intent took effect');
    }
    const { steps, decisions } = this.board.record;
    const { completedMeans } = this.state.semantics ?? {};
    return {
      outcome,
      intent: this.intent,
      ...(order === undefined ? {} : { order }),
      refs: refChain(this.state),
      adopted,
      ...(outcome === 'completed' && completedMeans !== undefined ? { completedMeans } : {}),
      ...termsOf(this.state),
      ...balanceAfter,
      decisions,
      steps,
      ...this.approvalPolicy,
    };
  }

  /** The balance after is told where it can be had; an intent that completed does not fail for want of it. */
  private async readBalance(): Promise<Pick<FundingResult, 'balanceAfter'>> {
    const { provider, partnerClientId, asset } = this.intent;
    const { providerClientId } = this.request;
    if (this.state.semantics?.capabilities.includes('balances') !== true) return {};
    const client = { partnerClientId, ...(providerClientId === undefined ? {} : { providerClientId }) };
    try {
      const balance = await readAtOnce((activities) => activities.readBalance({ provider, ...client, asset }));
      return { balanceAfter: balance };
    } catch (error) {
      this.board.note(`The balance could not be read: ${failureOf(error).code}`);
      return {};
    }
  }

  private async renewHistoryWhereLong(): Promise<void> {
    if (!this.desk.isRenewalDue) return;
    await this.desk.closeForRenewal();
    await continueAsNew<typeof fundAccount>(this.request, {
      step: this.step,
      board: this.board.record,
      ...(this.firstSent === undefined ? {} : { firstSent: this.firstSent }),
      ...(this.desk.newestOrderId === undefined ? {} : { newestOrderId: this.desk.newestOrderId }),
      ...(this.approvals.record === undefined ? {} : { approval: this.approvals.record }),
      ...(this.suspects.length === 0 ? {} : { suspects: this.suspects }),
      ...(this.suspectsUnread ? { suspectsUnread: true } : {}),
    });
  }
}

/** The intent of a request that is yet to be checked: what is missing or of another type is shown as empty. */
function intentOf(request: unknown): Intent {
  requireObject(request, 'request');
  return {
    provider: textField(request, 'provider'),
    fundingId: textField(request, 'fundingId'),
    kind: FUNDING_KINDS.find((kind) => kind === textField(request, 'kind')) ?? 'deposit',
    partnerClientId: textField(request, 'partnerClientId'),
    asset: textField(request, 'asset'),
    amount: textField(request, 'amount'),
  };
}

function termsOf({ terms }: FundingState): Pick<FundingResult, 'terms'> {
  return terms === undefined ? {} : { terms };
}
