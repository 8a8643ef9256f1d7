import { CancellationScope, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  DEFAULT_MAX_REFS,
  DEFAULT_QUOTE_TOLERANCE,
  DEFAULT_SETTLEMENT_DEADLINE_MS,
  type FundingRequest,
  type FundingResult,
  type FundingStage,
  type Intent,
  type Order,
  type ResolveRequest,
} from '../../contract/funding';
import type { FailureDetails } from '../../contract/errors';
import type { JsonObject } from '../../contract/json';
import { fundingWorkflowId } from '../../contract/ids';
import { fundingProgress } from '../../contract/messages';
import type { KnownEntries } from '../../contract/send-log';
import { fundingTitle } from '../../contract/titles';
import { readAtOnce } from '../shared/activity-proxies';
import { Approvals } from './approval-round';
import { StatusBoard, type StatusBoardRecord } from '../shared/status-board';
import { takenOver } from '../shared/continued';
import { Inbox, type InboxRecord } from '../shared/inbox';
import { failureOf, tellsPartnerOf } from '../shared/failures';
import { perform, type Flow, type Question, type UncancelledAnswer } from '../shared/perform';
import type { Park } from '../shared/turn';
import { requireLock } from '../shared/lock';
import { Information } from '../shared/information';
import { OrderCalls } from './calls';
import { InBook } from './in-book';
import { intentOf } from './intent';
import { LookUps, type LookUpRecord } from './look-ups';
import type { ApprovalRecord } from './approvals';
import {
  beginFunding,
  cancelProblem,
  changesNothing,
  decide,
  refChain,
  resolveProblem,
  type FundingMove,
  type FundingEvent,
  type FundingState,
  type FundingTurn,
} from './rule';
import { fundingQuestion, READS, WAITS_TO } from './questions';
import { fundingResult, termsOf } from './result';
import { describeTerms } from './terms';
import { isUnderRef } from './state';
import { textField } from '../shared/unchecked';

/** What a long-running intent carries along when its history is renewed. */
interface CarriedFunding extends LookUpRecord, KnownEntries {
  readonly turn: FundingTurn;
  readonly board: StatusBoardRecord<FundingStage>;
  readonly inbox?: InboxRecord;
  readonly approval?: ApprovalRecord;
}

type Ends = Extract<FundingMove, { readonly do: 'finish' }>;
type Asks = Exclude<FundingMove, { readonly do: 'finish' | 'refuse' | 'park' }>;
type Asked<Do extends Asks['do']> = Extract<Asks, { readonly do: Do }>;

/**
 * Moves money once for an intent, whatever crashes, times out or answers twice: check, submit in one attempt, read the
 * outcome, and if it is unknown, fetch the order by its ref before anything else. What to do next is decided by the
 * funding rule (rule.ts); this file does it.
 *
 * Its id must be `funding/<provider>/<fundingId>`: the id is the lock of the intent.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING if the request is wrong; nothing was sent
 */
export async function fundAccount(request: FundingRequest, carried?: CarriedFunding): Promise<FundingResult> {
  const funding = new Funding(request, takenOver(carried));
  // A cancellation is looked at between the moves, never in the middle of one: it must not abort a money call.
  return await CancellationScope.nonCancellable(() => perform(funding));
}

class Funding implements Flow<FundingState, Asks, Ends, FundingEvent, FundingResult> {
  turn: FundingTurn;
  readonly decide = decide;
  readonly changesNothing = changesNothing;
  readonly waitsTo = WAITS_TO;
  readonly reads = READS;
  readonly board: StatusBoard<FundingStage>;
  readonly inbox: Inbox;
  private readonly intent: Intent;
  private readonly orders: OrderCalls;
  private readonly approvals: Approvals;
  private readonly information: Information;
  private readonly lookUps: LookUps;
  private readonly book: InBook;
  private balanceAfter: Pick<FundingResult, 'balanceAfter'> = {};

  constructor(
    private readonly request: FundingRequest,
    carried: CarriedFunding | undefined,
  ) {
    this.intent = intentOf(request);
    this.orders = new OrderCalls(request);
    this.book = new InBook(carried);
    this.lookUps = new LookUps(this.orders, this.book, carried);
    this.turn =
      carried?.turn ??
      beginFunding(this.intent, {
        begunAt: workflowInfo().startTime.toISOString(),
        maxRefs: request.policy?.maxRefs ?? DEFAULT_MAX_REFS,
        settlementDeadlineMs: request.policy?.settlementDeadlineMs ?? DEFAULT_SETTLEMENT_DEADLINE_MS,
        quoteTolerance: request.policy?.quoteTolerance ?? DEFAULT_QUOTE_TOLERANCE,
      });
    const { provider, partnerClientId, fundingId } = this.intent;
    this.board = new StatusBoard(
      { title: fundingTitle(this.intent), provider, partnerClientId, fundingId },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.inbox = new Inbox(
      {
        openQuestion: () => this.board.record.parked?.reason,
        resolveProblem: ({ action }) => this.approvals.resolveProblem ?? resolveProblem(this.state, action),
        cancelProblem: () => cancelProblem(this.state),
        cancelAnswer: () =>
          this.state.order?.state === 'open'
            ? 'accepted: the order is cancelled at the provider first; if it completes all the same, that stands'
            : undefined,
      },
      carried?.inbox,
    );
    this.information = new Information(this.intent.provider, this.inbox, () => this.board.record.parked?.reason);
    this.approvals = new Approvals(
      this.intent,
      textField(request, 'requestedBy'),
      {
        show: (question) => this.board.park('awaiting-approval', question),
        record: (decision) => this.board.decide(decision),
        isCancelling: () => this.inbox.cancelDue() !== undefined,
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
    return this.turn.state;
  }

  private get approvalPolicy(): Pick<FundingResult, 'approvalPolicy'> {
    const { policy } = this.approvals;
    return policy === undefined ? {} : { approvalPolicy: policy };
  }

  /** A wait before a look at an order is shown with what it waits for. */
  show({ do: what }: Asks): void {
    if (what !== 'look-up' || this.board.record.parked !== undefined) return;
    this.board.stay(this.state.order === undefined ? 'looking-up' : 'settling');
  }

  /** An approval ends with people's messages only, and a check is read by a local activity. */
  comesBack({ do: what }: Asks): boolean {
    return what !== 'approve' && what !== 'check';
  }

  async call(move: Asks): Promise<FundingEvent> {
    switch (move.do) {
      case 'check':
        return await this.check();
      case 'quote':
        return await this.quote(move);
      case 'approve':
        return await this.approve(move);
      case 'submit':
        return await this.submit(move);
      case 'look-up':
        return await this.lookUp(move);
      case 'confirm':
        return await this.confirm(move);
      case 'cancel-order':
        return await this.cancelOrder(move);
    }
  }

  /** Client known, verified and active; asset eligible; balance enough: before anything moves. */
  private async check(): Promise<FundingEvent> {
    try {
      const { semantics, destination, approvalPolicy, tellsPartner, book } = await readAtOnce((activities) =>
        activities.checkFunding({ input: this.request, ...this.book.known, ...this.approvals.read }),
      );
      requireLock(fundingWorkflowId(this.intent.provider, this.intent.fundingId), 'the lock of the intent');
      this.board.label();
      this.board.partner.begin(tellsPartner);
      this.book.hear(book ?? {});
      if (book?.end !== undefined) {
        this.board.note('It ended before, and the book has its end: nothing is sent');
        return { saw: 'ended-before', semantics, attempts: book.attempts, end: book.end };
      }
      const approval = this.approvals.freeze(approvalPolicy);
      return {
        saw: 'check-passed',
        semantics,
        ...(book === undefined ? {} : { attempts: book.attempts }),
        ...(approval === undefined ? {} : { approval }),
        ...(destination === undefined ? {} : { destination }),
      };
    } catch (error) {
      this.board.partner.begin(tellsPartnerOf(error));
      return { saw: 'check-failed', failure: this.failed(error) };
    }
  }

  /** What a call failed with; it may tell of the book too. */
  private failed(error: unknown): FailureDetails {
    const failure = failureOf(error);
    this.book.hear(failure);
    return failure;
  }

  /** Other people look at the movement and its terms, unless their approval still covers these terms. */
  private async approve({ requirement, of }: Asked<'approve'>): Promise<FundingEvent> {
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

  /** What the order would give and get; it binds nobody. */
  private async quote({ ref, number }: Asked<'quote'>): Promise<FundingEvent> {
    this.board.enter('submitting');
    try {
      const terms = await this.orders.quote({ ...this.orders.request(ref), number });
      this.board.note(`The provider quotes: ${describeTerms(terms)}`, ref);
      return { saw: 'quoted', terms };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The quote ended with ${failure.code}`, ref);
      return { saw: 'quote-failed', failure };
    }
  }

  /** One attempt. The rule decides what a failure means. */
  private async submit({ ref }: Asked<'submit'>): Promise<FundingEvent> {
    this.board.enter('submitting');
    this.lookUps.sending(ref);
    const { terms, current, begunAt, deadOrderIds } = this.state;
    try {
      const request = this.orders.request(ref, terms);
      const submitted = await this.orders.submit(request, current.sent, {
        begunAt,
        deadOrderIds,
        ...this.book.known,
      });
      if (!submitted.sent) {
        // It was there before, so later look-ups search from when the intent began.
        this.lookUps.wasSentSince(ref, begunAt);
        this.board.note('It was not sent: the provider has an order of it already', ref);
        return { saw: 'found', orders: submitted.orders };
      }
      const { order } = submitted;
      this.book.hear(submitted);
      this.board.note(`The provider answered with order ${order.orderId}, ${order.status}`, ref);
      return { saw: 'answered', order };
    } catch (error) {
      const failure = this.failed(error);
      this.board.note(`The submit ended with ${failure.code}; its outcome is ${failure.outcome}`, ref);
      return { saw: 'submit-failed', failure };
    }
  }

  private async lookUp({ ref }: Asked<'look-up'>): Promise<FundingEvent> {
    try {
      const { orders, ...fence } = await this.lookUps.find(ref, this.state, this.inbox.newestOrderId);
      if (fence.fence === 'never-sent') this.board.note('The book shows that the last send never left', ref);
      if (orders.length === 0) return { saw: 'absent', ...fence };
      if (!orders.some((order) => isUnderRef(this.state, order))) this.inbox.dropOrderId();
      this.noteOrders(orders, ref);
      return { saw: 'found', orders, ...fence };
    } catch (error) {
      return { saw: 'lookup-failed', failure: failureOf(error) };
    }
  }

  /** Notes every order that has changed since it was last read. */
  private noteOrders(orders: readonly Order[], ref: string): void {
    const { order: known } = this.state;
    for (const { orderId, status } of orders) {
      if (orderId === known?.orderId && status === known.status) continue;
      this.board.note(`The provider shows order ${orderId}, ${status}`, ref);
    }
  }

  /** Lets the order move money. By now its id is in the history. */
  private async confirm({ ref, orderId, attempt }: Asked<'confirm'>): Promise<FundingEvent> {
    this.board.enter('settling');
    return await this.change(`Confirmed order ${orderId}`, 'The confirm', ref, () =>
      this.orders.confirm({ ...this.orders.openOrder(orderId, ref, this.state.terms), attempt }),
    );
  }

  private async cancelOrder({ ref, orderId }: Asked<'cancel-order'>): Promise<FundingEvent> {
    this.board.enter('settling');
    return await this.change(`Asked the provider to cancel order ${orderId}`, 'The cancel', ref, () =>
      this.orders.cancel(this.orders.openOrder(orderId, ref, this.state.terms)),
    );
  }

  private async change(done: string, what: string, ref: string, take: () => Promise<void>): Promise<FundingEvent> {
    try {
      await take();
      this.board.note(done, ref);
      return { saw: 'change-answered' };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`${what} ended with ${failure.code}; its outcome is ${failure.outcome}`, ref);
      return { saw: 'change-failed', failure };
    }
  }

  question({ reason, failure }: Park): Question {
    const evidence = this.lookUps.evidence(this.state, reason);
    return { ...fundingQuestion(this.state, reason, failure), ...(evidence.length === 0 ? {} : { evidence }) };
  }

  async answered(answer: UncancelledAnswer): Promise<FundingEvent> {
    switch (answer.kind) {
      case 'resolved': {
        const information = this.information.givenWith(answer.request);
        if (information !== undefined) return await this.supply(answer.request, information);
        const { action, by, reason, evidence } = answer.request;
        this.board.decide({ action, by, reason, ...(evidence === undefined ? {} : { evidence }) });
        this.board.stay('looking-up');
        return { saw: 'resolved', action };
      }
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
      const open = this.orders.openOrder(order.orderId, current.ref, terms);
      await this.orders.supplyInformation(open, information);
      return { saw: 'information-taken' };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The information ended with ${failure.code}; its outcome is ${failure.outcome}`, current.ref);
      return { saw: 'information-failed', failure };
    }
  }

  async end(ends: Ends): Promise<FundingEvent | undefined> {
    const { outcome } = ends;
    const hasBalances = this.state.semantics?.capabilities.includes('balances') === true;
    const asks = { refs: refChain(this.state), readsBalance: outcome === 'completed' && hasBalances };
    const { keptBy, balance } = await this.book.end(this.orders, ends, asks, this.board);
    if (keptBy !== undefined) return keptBy;
    if (balance !== undefined) this.balanceAfter = { balanceAfter: balance };
    this.board.stay(outcome === 'marked-completed' ? 'completed' : outcome);
    return undefined;
  }

  result(ends: Ends): FundingResult {
    const { steps, decisions } = this.board.record;
    const { intent, balanceAfter, approvalPolicy } = this;
    return fundingResult(ends, this.state, { intent, decisions, steps, ...balanceAfter, ...approvalPolicy });
  }

  async renew(): Promise<never> {
    return await continueAsNew<typeof fundAccount>(this.request, {
      turn: this.turn,
      board: this.board.record,
      ...this.lookUps.record,
      ...this.book.known,
      inbox: this.inbox.record,
      ...(this.approvals.record === undefined ? {} : { approval: this.approvals.record }),
    });
  }
}
