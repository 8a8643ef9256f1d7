import { CancellationScope, continueAsNew, ParentClosePolicy, setHandler, startChild } from '@temporalio/workflow';
import type { ResolveRequest } from '../../contract/funding';
import { fundingWorkflowId, receivedDepositWorkflowId } from '../../contract/ids';
import type { JsonObject } from '../../contract/json';
import { receivingProgress } from '../../contract/messages';
import {
  DEFAULT_ARRIVAL_MS,
  type ExpectedDeposit,
  type ReceivedDeposit,
  type ReceivingAccount,
  type ReceivingRequest,
  type ReceivingResult,
  type ReceivingStage,
} from '../../contract/receiving';
import { refForAttempt } from '../../contract/refs';
import { FUNDING_ID, PARTNER_CLIENT_ID, PROVIDER } from '../../contract/search-attributes';
import { WorkflowExecutionAlreadyStartedError } from '../../contract/temporal';
import { receivingTitle } from '../../contract/titles';
import { readAtOnce, reads, writes } from '../shared/activity-proxies';
import { StatusBoard, type StatusBoardRecord } from '../shared/status-board';
import { takenOver } from '../shared/continued';
import { Inbox, type InboxRecord } from '../shared/inbox';
import { failureOf, requireObject, tellsPartnerOf } from '../shared/failures';
import { Information } from '../shared/information';
import { requireLock } from '../shared/lock';
import { perform, type Flow, type Question, type UncancelledAnswer } from '../shared/perform';
import type { Park } from '../shared/turn';
import { textField } from '../shared/unchecked';
import { arrivalsFor } from './arrivals';
import { claimDeposit } from './claim';
import { isReceivingAnswer, receivingQuestion } from './questions';
import { beginReceiving, cancelProblem, changesNothing, decide, type ReceivingEvent } from './rule';
import type { ReceivingAsk, ReceivingEnd, ReceivingState, ReceivingTurn } from './state';

/** How far the provider's clock may be behind ours: money that arrived so long before the start still counts. */
const CLOCK_ALLOWANCE_MS = 60_000;

/** What a long wait carries along when its history is renewed. */
interface CarriedReceiving {
  readonly turn: ReceivingTurn;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly board: StatusBoardRecord<ReceivingStage>;
  readonly inbox: InboxRecord;
}

/**
 * Expects money that is wired in from outside, and observes its arrival: checks, applies for the account if there is
 * none, then looks until a deposit of the asset and amount has arrived, and takes it for this intent and no other.
 * Nothing is moved here. How to wire money is personal, and is never in a history: people read it at the provider.
 *
 * Its id must be `funding/<provider>/<fundingId>`: the id is the lock of the intent.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING if the request is wrong; nothing was sent
 */
export async function receiveDeposit(request: ReceivingRequest, carried?: CarriedReceiving): Promise<ReceivingResult> {
  const receiving = new Receiving(request, takenOver(carried));
  // A cancellation is looked at between the moves, never in the middle of one: it must not abort a write.
  return await CancellationScope.nonCancellable(() => perform(receiving));
}

/** What to do next is decided by the receiving rule (rule.ts); this does it. */
class Receiving implements Flow<ReceivingState, ReceivingAsk, ReceivingEnd, ReceivingEvent, ReceivingResult> {
  turn: ReceivingTurn;
  readonly decide = decide;
  readonly changesNothing = changesNothing;
  readonly waitsTo = {
    check: 'to check the expected deposit again',
    'look-account': 'to read the account again',
    apply: 'to apply for the account again',
    'look-money': 'to look for the deposit again',
    claim: 'to claim the deposit again',
    'read-claim': 'to read the claim again',
  };
  readonly reads = ['check', 'look-account', 'look-money'] as const;
  readonly board: StatusBoard<ReceivingStage>;
  readonly inbox: Inbox;
  private readonly expected: ExpectedDeposit;
  private readonly information: Information;
  private readonly startedAt: number;
  /** Ids of deposits that were told of. */
  private readonly told = new Set<string>();

  constructor(
    private readonly request: ReceivingRequest,
    carried: CarriedReceiving | undefined,
  ) {
    this.expected = expectedOf(request);
    this.startedAt = carried?.startedAt ?? Date.now();
    const deadlineAt = this.startedAt + (request.policy?.arrivalDeadlineMs ?? DEFAULT_ARRIVAL_MS);
    this.turn = carried?.turn ?? beginReceiving(this.expected, deadlineAt);
    const { provider, partnerClientId, fundingId } = this.expected;
    this.board = new StatusBoard(
      { title: receivingTitle(this.expected), provider, partnerClientId, fundingId },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.inbox = new Inbox(
      {
        openQuestion: () => this.board.record.parked?.reason,
        resolveProblem: ({ action }) =>
          isReceivingAnswer(action) ? undefined : `${action} is for orders; none is sent here`,
        cancelProblem: () => cancelProblem(this.turn),
      },
      carried?.inbox,
    );
    this.information = new Information(provider, this.inbox, () => this.board.record.parked?.reason);
    setHandler(receivingProgress, () => ({ ...this.board.record, ...this.found }));
  }

  private get state(): ReceivingState {
    return this.turn.state;
  }

  private get found(): Pick<ReceivingResult, 'expected' | 'account' | 'deposit'> {
    const { account, deposit } = this.state;
    // The details may be personal: whoever asked for the deposit has them.
    const { details: _details, ...expected } = this.expected;
    return {
      expected,
      ...(account === undefined ? {} : { account }),
      ...(deposit === undefined ? {} : { deposit }),
    };
  }

  /** The arguments of calls about the account. An application is keyed by the intent and its own number. */
  private get accountOf() {
    const { provider, partnerClientId, providerClientId, asset, details, fundingId } = this.expected;
    return {
      provider,
      partnerClientId,
      ...(providerClientId === undefined ? {} : { providerClientId }),
      asset,
      ref: refForAttempt(fundingId, this.state.application.attempt),
      ...(details === undefined ? {} : { details }),
    };
  }

  /** A wait closes an open question; a look leaves it open. */
  show(move: ReceivingAsk): void {
    switch (move.do) {
      case 'check':
      case 'apply':
      case 'claim':
      case 'read-claim':
        return;
      case 'look-account':
        if (move.afterMs > 0) this.board.stay('opening-account');
        else if (this.board.record.parked === undefined) this.board.enter('opening-account');
        return;
      case 'look-money':
        if (move.afterMs > 0) this.board.stay('awaiting-money');
    }
  }

  /** What is only looked at is read by local activities. */
  comesBack({ do: what }: ReceivingAsk): boolean {
    return what === 'apply' || what === 'read-claim';
  }

  async call(move: ReceivingAsk): Promise<ReceivingEvent> {
    switch (move.do) {
      case 'check':
        return await this.check();
      case 'look-account':
        return await this.lookAtAccount();
      case 'apply':
        return await this.apply();
      case 'look-money':
        return await this.lookForMoney();
      case 'claim':
        return await this.claim(move.deposit);
      case 'read-claim':
        return await this.readClaim(move.deposit);
    }
  }

  private async check(): Promise<ReceivingEvent> {
    try {
      const { semantics, tellsPartner } = await readAtOnce((activities) =>
        activities.checkReceiving({ input: this.request }),
      );
      requireLock(fundingWorkflowId(this.expected.provider, this.expected.fundingId), 'the lock of the intent');
      this.board.label();
      this.board.partner.begin(tellsPartner);
      return { saw: 'checked', semantics };
    } catch (error) {
      const failure = failureOf(error);
      this.board.partner.begin(tellsPartnerOf(error));
      return { saw: 'check-failed', failure };
    }
  }

  private async lookAtAccount(): Promise<ReceivingEvent> {
    try {
      const fetched = await readAtOnce((activities) => activities.fetchAccount(this.accountOf));
      if (!fetched.found) return { saw: 'account', at: Date.now() };
      this.noteAccount(fetched.account);
      return { saw: 'account', account: fetched.account, at: Date.now() };
    } catch (error) {
      return { saw: 'read-failed', failure: failureOf(error) };
    }
  }

  private noteAccount({ accountId, status, state }: ReceivingAccount): void {
    const { account: known } = this.state;
    if (accountId !== known?.accountId || status !== known.status) {
      this.board.note(`The provider shows account ${accountId}, ${status}`);
    }
    if (state !== 'ready') return;
    this.board.note(
      'The account is ready: the money can be sent. Read at the provider where to send it; no history has it',
    );
  }

  /** One attempt. What came of it is seen when the account is looked for. */
  private async apply(): Promise<ReceivingEvent> {
    const { accountOf } = this;
    try {
      const summary = `Apply for an account in ${accountOf.asset} as ${accountOf.ref}`;
      const account = await writes.applyForAccount.executeWithOptions({ summary }, [accountOf]);
      this.board.note(`An account was applied for: ${account.status}`, accountOf.ref);
      return { saw: 'applied' };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(
        `The application for an account ended with ${failure.code}; its outcome is ${failure.outcome}`,
        accountOf.ref,
      );
      return { saw: 'apply-failed', failure };
    }
  }

  private async lookForMoney(): Promise<ReceivingEvent> {
    const since = new Date(this.startedAt - CLOCK_ALLOWANCE_MS).toISOString();
    const wanted = { ...this.accountOf, amount: this.expected.amount, since };
    try {
      const deposits = await readAtOnce((activities) => activities.listReceivedDeposits(wanted));
      for (const { depositId, status } of arrivalsFor(this.expected, deposits, this.state.taken).onTheWay) {
        if (!this.told.has(depositId)) this.board.note(`Deposit ${depositId} of that amount is on its way: ${status}`);
        this.told.add(depositId);
      }
      return { saw: 'deposits', deposits, at: Date.now() };
    } catch (error) {
      return { saw: 'read-failed', failure: failureOf(error) };
    }
  }

  /** Takes a deposit for this intent, unless it was taken before. */
  private async claim(deposit: ReceivedDeposit): Promise<ReceivingEvent> {
    const { provider, partnerClientId, fundingId } = this.expected;
    const { depositId } = deposit;
    try {
      await startChild(claimDeposit, {
        args: [{ provider, depositId, fundingId }],
        workflowId: receivedDepositWorkflowId(provider, depositId),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        // Taken is taken, whatever ends this workflow.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Deposit ${depositId} is taken for ${fundingId}`,
        typedSearchAttributes: [
          { key: PROVIDER, value: provider },
          { key: PARTNER_CLIENT_ID, value: partnerClientId },
          { key: FUNDING_ID, value: fundingId },
        ],
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { saw: 'claimed-before', deposit };
      throw error;
    }
    this.noteArrival(deposit);
    return { saw: 'claimed', deposit };
  }

  /** A run of this workflow that was reset away, or ended by hand, may have taken it: then it is ours. */
  private async readClaim(deposit: ReceivedDeposit): Promise<ReceivingEvent> {
    const { provider, fundingId: own } = this.expected;
    const { depositId } = deposit;
    try {
      const { fundingId } = await reads.readDepositClaim({ provider, depositId });
      if (fundingId === own) this.noteArrival(deposit);
      else this.board.note(`Deposit ${depositId} fits too, and another expected deposit has taken it`);
      return { saw: 'claim', deposit, fundingId };
    } catch (error) {
      return { saw: 'read-failed', failure: failureOf(error) };
    }
  }

  private noteArrival({ depositId, status }: ReceivedDeposit): void {
    this.board.note(`Deposit ${depositId} has arrived, ${status}`);
  }

  question(park: Park): Question {
    return receivingQuestion(this.state, park);
  }

  async answered(answer: UncancelledAnswer): Promise<ReceivingEvent> {
    switch (answer.kind) {
      case 'resolved': {
        const { request } = answer;
        const information = this.information.givenWith(request);
        if (information !== undefined) return await this.supply(request, information);
        this.board.decide(request);
        this.board.stay(this.state.account?.state === 'ready' ? 'awaiting-money' : 'started');
        return isReceivingAnswer(request.action) ? { saw: 'resolved', action: request.action } : { saw: 'recheck-due' };
      }
      case 'amended':
      case 'recheck':
        return { saw: 'recheck-due' };
    }
  }

  /** One attempt. What came of it is seen when the account is looked for. */
  private async supply({ by, reason }: ResolveRequest, information: JsonObject): Promise<ReceivingEvent> {
    this.board.stay('opening-account');
    this.board.decide({ action: 'supplyInformation', by, reason });
    try {
      const summary = `Information for an account in ${this.expected.asset}`;
      await writes.supplyAccountInformation.executeWithOptions({ summary }, [{ ...this.accountOf, information }]);
      this.board.note('The provider took the information');
      return { saw: 'information-given', at: Date.now() };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The information ended with ${failure.code}; its outcome is ${failure.outcome}`);
      return { saw: 'information-failed' };
    }
  }

  async renew(): Promise<never> {
    return await continueAsNew<typeof receiveDeposit>(this.request, {
      turn: this.turn,
      startedAt: this.startedAt,
      board: this.board.record,
      inbox: this.inbox.record,
    });
  }

  end({ outcome }: ReceivingEnd): Promise<undefined> {
    this.board.stay(outcome === 'marked-completed' ? 'completed' : outcome);
    return Promise.resolve(undefined);
  }

  result({ outcome }: ReceivingEnd): ReceivingResult {
    const { steps, decisions } = this.board.record;
    return { outcome, ...this.found, decisions, steps };
  }
}

/** What a request that is yet to be checked expects: what is missing or of another type is shown as empty. */
function expectedOf(request: ReceivingRequest): ExpectedDeposit {
  requireObject(request, 'request');
  const { details, providerClientId } = request;
  return {
    provider: textField(request, 'provider'),
    fundingId: textField(request, 'fundingId'),
    partnerClientId: textField(request, 'partnerClientId'),
    asset: textField(request, 'asset'),
    amount: textField(request, 'amount'),
    ...(details === undefined ? {} : { details }),
    ...(providerClientId === undefined ? {} : { providerClientId }),
  };
}
