import {
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  ParentClosePolicy,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { ERROR_RULES, type FailureDetails } from '../../contract/errors';
import type { ResolveRequest } from '../../contract/funding';
import { fundingWorkflowId, receivedDepositWorkflowId } from '../../contract/ids';
import type { JsonObject } from '../../contract/json';
import { receivingProgress } from '../../contract/messages';
import type { ParkReason } from '../../contract/progress';
import type { ProviderSemantics } from '../../contract/provider';
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
import { Board, type BoardRecord } from '../shared/board';
import { claimDeposit } from './claim';
import { takenOver } from '../shared/continued';
import { Desk } from '../shared/desk';
import { failureOf, isWorthAnotherTry, refusal, requireObject, tellsPartnerOf } from '../shared/failures';
import { requireLock } from '../shared/lock';
import { Information } from '../shared/information';
import { arrivalsFor } from './arrivals';
import { question } from '../shared/questions';
import { afterAccepted, afterRead, afterSubmitFailed, NOTHING_SUBMITTED, type Submission } from '../shared/submission';
import { textField } from '../shared/unchecked';
import { OVERDUE_RECHECK_MS, PARKED_RECHECK_MS, pollWaitMs } from '../shared/waits';

/** How far the provider's clock may be behind ours: money of that long before the start counts as of after it. */
const CLOCK_ALLOWANCE_MS = 60_000;

const ANSWERS = ['retry', 'markCompleted', 'abandon'] as const;

/** Ends the waiting before the money was seen. */
class Ended extends Error {
  constructor(readonly outcome: 'marked-completed' | 'abandoned' | 'cancelled') {
    super(`the expected deposit was ${outcome}`);
  }
}

/** What a long wait takes along when its history is renewed. */
interface CarriedReceiving {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly semantics?: ProviderSemantics;
  readonly application: Submission;
  readonly account?: ReceivingAccount;
  readonly taken: readonly string[];
  readonly board: BoardRecord<ReceivingStage>;
}

/**
 * Expects money that is wired in from outside, and observes its arrival: checks, applies for the account where there is
 * none, then looks until a deposit of the asset and amount has arrived, and takes it for this intent and no other.
 * Nothing is moved here. How to wire money is personal, and is never in a history: people read it at the provider.
 *
 * Its id must be `funding/<provider>/<fundingId>`: the id is the lock of the intent.
 *
 * @param carried only for continue-as-new
 * @throws ApplicationFailure INVALID_REQUEST or CAPABILITY_MISSING where the request is wrong; nothing was sent
 */
export async function receiveDeposit(request: ReceivingRequest, carried?: CarriedReceiving): Promise<ReceivingResult> {
  const receiving = new Receiving(request, takenOver(carried));
  // A cancellation is looked at between the steps, never in the middle of one: it must not abort a write.
  return await CancellationScope.nonCancellable(() => receiving.run());
}

class Receiving {
  private readonly expected: ExpectedDeposit;
  private readonly board: Board<ReceivingStage>;
  private readonly desk: Desk;
  private readonly information: Information;
  private readonly startedAt: number;
  private semantics: ProviderSemantics | undefined;
  private application: Submission;
  private account: ReceivingAccount | undefined;
  /** Deposits that were claimed for others. */
  private taken: readonly string[];
  private deposit: ReceivedDeposit | undefined;
  /** When information was last given, in milliseconds since 1970. */
  private informedAt: number | undefined;

  constructor(
    private readonly request: ReceivingRequest,
    carried: CarriedReceiving | undefined,
  ) {
    this.expected = expectedOf(request);
    this.startedAt = carried?.startedAt ?? Date.now();
    this.semantics = carried?.semantics;
    this.application = carried?.application ?? NOTHING_SUBMITTED;
    this.account = carried?.account;
    this.taken = carried?.taken ?? [];
    const { provider, partnerClientId, fundingId } = this.expected;
    this.board = new Board(
      { title: receivingTitle(this.expected), provider, partnerClientId, fundingId },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.desk = new Desk({
      openQuestion: () => this.board.record.parked?.reason,
      resolveProblem: ({ action }) =>
        ANSWERS.some((answer) => answer === action) ? undefined : `${action} is for orders; none is sent here`,
      cancelProblem: () => (this.deposit === undefined ? undefined : 'cancel is refused: the money has arrived'),
    });
    this.information = new Information(provider, this.desk, () => this.board.record.parked?.reason);
    setHandler(receivingProgress, () => ({ ...this.board.record, ...this.found }));
  }

  async run(): Promise<ReceivingResult> {
    try {
      await this.check();
      await this.openAccount();
      await this.awaitMoney();
      return await this.finish('completed');
    } catch (end) {
      if (!(end instanceof Ended)) throw end;
      return await this.finish(end.outcome);
    }
  }

  private get found(): Pick<ReceivingResult, 'expected' | 'account' | 'deposit'> {
    const { account, deposit } = this;
    // What only the provider needs may be personal: whoever asked for it has it.
    const { details: _details, ...expected } = this.expected;
    return {
      expected,
      ...(account === undefined ? {} : { account }),
      ...(deposit === undefined ? {} : { deposit }),
    };
  }

  /** What calls about the account are given. An application is keyed by the intent and by its own number. */
  private get accountOf() {
    const { provider, partnerClientId, providerClientId, asset, details, fundingId } = this.expected;
    return {
      provider,
      partnerClientId,
      ...(providerClientId === undefined ? {} : { providerClientId }),
      asset,
      ref: refForAttempt(fundingId, this.application.attempt),
      ...(details === undefined ? {} : { details }),
    };
  }

  private async check(): Promise<void> {
    while (this.semantics === undefined) {
      this.endWhereCancelled();
      try {
        const { semantics, tellsPartner } = await readAtOnce((activities) =>
          activities.checkReceiving({ input: this.request }),
        );
        requireLock(fundingWorkflowId(this.expected.provider, this.expected.fundingId), 'the lock of the intent');
        this.board.label();
        this.board.partner.begin(tellsPartner);
        this.semantics = semantics;
      } catch (error) {
        if (!isWorthAnotherTry(error)) throw refusal(failureOf(error));
        this.board.partner.begin(tellsPartnerOf(error));
        await this.askAbout(failureOf(error));
      }
    }
  }

  /** Looks for the account, applies for it where there is none, and waits until money can be sent there. */
  private async openAccount(): Promise<void> {
    for (let polls = 0; this.account?.state !== 'ready';) {
      await this.betweenLooks();
      this.enter('opening-account');
      const fetched = await this.read(() => readAtOnce((activities) => activities.fetchAccount(this.accountOf)));
      if (fetched.found) this.see(fetched.account);
      if (await this.applyWhereDue(fetched.found)) continue;
      await this.awaitAccount(fetched.found ? fetched.account : undefined, polls);
      polls += 1;
    }
  }

  /** Waits for the account, or for a person where it is not for the provider to go on. */
  private async awaitAccount(account: ReceivingAccount | undefined, polls: number): Promise<void> {
    if (account?.state === 'ready') {
      this.board.note(
        'The account is ready: the money can be sent. Where to, is read at the provider; no history has it',
      );
    } else if (account?.state === 'refused') {
      await this.ask('ACCOUNT_REFUSED', OVERDUE_RECHECK_MS);
    } else if (account?.needs === 'information' && !this.wasJustInformed()) {
      await this.ask('INFORMATION_REQUIRED', OVERDUE_RECHECK_MS);
    } else {
      await this.waitOrAsk(pollWaitMs(polls), 'opening-account', []);
    }
  }

  /** Whether the provider may yet show what was before the information that it was given. */
  private wasJustInformed(): boolean {
    return this.informedAt !== undefined && Date.now() - this.informedAt < this.window;
  }

  /** One attempt. What came of it is seen when the account is looked for. */
  private async supply({ by, reason }: ResolveRequest, information: JsonObject): Promise<void> {
    this.board.decide({ action: 'supplyInformation', by, reason });
    try {
      const summary = `Information for an account in ${this.expected.asset}`;
      await writes.supplyAccountInformation.executeWithOptions({ summary }, [{ ...this.accountOf, information }]);
      this.informedAt = Date.now();
      this.board.note('The provider took the information');
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The information ended with ${failure.code}; its outcome is ${failure.outcome}`);
    }
  }

  private see(account: ReceivingAccount): void {
    if (account.accountId !== this.account?.accountId || account.status !== this.account.status) {
      this.board.note(`The provider shows account ${account.accountId}, ${account.status}`);
    }
    this.account = account;
  }

  /** Applies for the account where it was seen that there is none. Answers whether to look again at once. */
  private async applyWhereDue(isThere: boolean): Promise<boolean> {
    const { submission, action } = afterRead(this.application, isThere ? {} : { needs: 'submission' }, this.window);
    this.application = submission;
    switch (action.do) {
      case 'go-on':
        return false;
      case 'wait':
        await this.desk.pause(action.ms);
        return true;
      case 'submit':
        await this.desk.pause(action.afterMs);
        this.endWhereCancelled();
        await this.apply();
        return true;
      case 'park':
        if (action.failure !== undefined) await this.askAbout(action.failure);
        return true;
    }
  }

  /** One attempt. What came of it is seen when the account is looked for. */
  private async apply(): Promise<void> {
    const { accountOf } = this;
    try {
      const summary = `Apply for an account in ${accountOf.asset} as ${accountOf.ref}`;
      const account = await writes.applyForAccount.executeWithOptions({ summary }, [accountOf]);
      this.desk.lookAtLength();
      this.application = afterAccepted(this.application);
      this.board.note(`An account was applied for: ${account.status}`, accountOf.ref);
    } catch (error) {
      this.desk.lookAtLength();
      const failure = failureOf(error);
      this.application = afterSubmitFailed(this.application, failure);
      this.board.note(
        `The application for an account ended with ${failure.code}; its outcome is ${failure.outcome}`,
        accountOf.ref,
      );
    }
  }

  /** Looks until the money is there, and is ours. */
  private async awaitMoney(): Promise<void> {
    const told = new Set<string>();
    for (let polls = 0; ; polls += 1) {
      await this.betweenLooks();
      const deposits = await this.read(() =>
        readAtOnce((activities) => activities.listReceivedDeposits(this.depositsWanted)),
      );
      const { matching, onTheWay } = arrivalsFor(this.expected, deposits, this.taken);
      this.deposit = await this.claimOneOf(matching);
      if (this.deposit !== undefined) return;
      for (const { depositId, status } of onTheWay) {
        if (!told.has(depositId)) this.board.note(`Deposit ${depositId} of that amount is on its way: ${status}`);
        told.add(depositId);
      }
      await this.waitOrAsk(
        pollWaitMs(polls),
        'awaiting-money',
        arrivalsFor(this.expected, deposits, this.taken).evidence,
      );
    }
  }

  private get depositsWanted() {
    const since = new Date(this.startedAt - CLOCK_ALLOWANCE_MS).toISOString();
    return { ...this.accountOf, amount: this.expected.amount, since };
  }

  /** The first of them that no other expected deposit has taken, taken for this one. */
  private async claimOneOf(deposits: readonly ReceivedDeposit[]): Promise<ReceivedDeposit | undefined> {
    for (const deposit of deposits) {
      if (await this.claim(deposit.depositId)) {
        this.board.note(`Deposit ${deposit.depositId} has arrived, ${deposit.status}`);
        return deposit;
      }
      this.taken = [...this.taken, deposit.depositId];
      this.board.note(`Deposit ${deposit.depositId} fits too, and another expected deposit has taken it`);
    }
    return undefined;
  }

  private async claim(depositId: string): Promise<boolean> {
    const { provider, partnerClientId, fundingId } = this.expected;
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
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return await this.isTakenByUs(depositId);
      throw error;
    }
  }

  /** A run of this workflow that was reset away, or ended by hand, may have taken it: then it is ours. */
  private async isTakenByUs(depositId: string): Promise<boolean> {
    const { provider, fundingId } = this.expected;
    const claim = await this.read(() => reads.readDepositClaim({ provider, depositId }));
    this.desk.lookAtLength();
    return claim.fundingId === fundingId;
  }

  /** Waits until the next look; past the deadline, a person is asked meanwhile. */
  private async waitOrAsk(ms: number, stage: ReceivingStage, evidence: readonly string[]): Promise<void> {
    const left = this.startedAt + (this.request.policy?.arrivalDeadlineMs ?? DEFAULT_ARRIVAL_MS) - Date.now();
    if (left <= 0) {
      await this.ask('DEPOSIT_OVERDUE', OVERDUE_RECHECK_MS, evidence);
      return;
    }
    this.board.stay(stage);
    await this.desk.pause(Math.min(ms, left));
  }

  private async betweenLooks(): Promise<void> {
    this.endWhereCancelled();
    if (!this.desk.isRenewalDue) return;
    await this.desk.closeForRenewal();
    const { startedAt, semantics, application, account, taken } = this;
    await continueAsNew<typeof receiveDeposit>(this.request, {
      startedAt,
      ...(semantics === undefined ? {} : { semantics }),
      application,
      ...(account === undefined ? {} : { account }),
      taken,
      board: this.board.record,
    });
  }

  private endWhereCancelled(): void {
    if (this.desk.cancelDue() !== undefined) throw new Ended('cancelled');
  }

  private get window(): number {
    return this.semantics?.settleWindowMs ?? 0;
  }

  private enter(stage: ReceivingStage): void {
    if (this.board.record.parked === undefined) this.board.enter(stage);
  }

  /** A read that must succeed: where it does not, a person is asked, and it is read again. */
  private async read<Result>(read: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await read();
      } catch (error) {
        await this.askAbout(failureOf(error));
      }
    }
  }

  private async askAbout(failure: FailureDetails): Promise<void> {
    const recheck = ERROR_RULES[failure.code].retryable ? PARKED_RECHECK_MS : undefined;
    await this.ask(failure.code, recheck, [], failure);
  }

  /** Waits for a person. Comes back to look again; throws Ended where they settled it, gave it up or cancelled. */
  private async ask(
    reason: ParkReason,
    recheckAfterMs: number | undefined,
    evidence: readonly string[] = [],
    failure?: FailureDetails,
  ): Promise<void> {
    const accepts = reason === 'INFORMATION_REQUIRED' ? [...ANSWERS, 'supplyInformation'] : ANSWERS;
    this.board.park('parked', {
      ...question(reason, accepts, failure),
      ...(evidence.length === 0 ? {} : { evidence }),
    });
    const answer = await this.desk.ask(recheckAfterMs);
    switch (answer.kind) {
      case 'resolved': {
        const information = this.information.givenWith(answer.request);
        if (information !== undefined) {
          this.board.stay('opening-account');
          await this.supply(answer.request, information);
          return;
        }
        this.board.decide(answer.request);
        this.board.stay(this.account?.state === 'ready' ? 'awaiting-money' : 'started');
        if (answer.request.action === 'abandon') throw new Ended('abandoned');
        if (answer.request.action === 'markCompleted') throw new Ended('marked-completed');
        return;
      }
      case 'cancelled':
        throw new Ended('cancelled');
      case 'amended':
      case 'recheck':
        return;
    }
  }

  private async finish(outcome: ReceivingResult['outcome']): Promise<ReceivingResult> {
    const cancelled = this.desk.cancelDue()?.request;
    if (outcome === 'cancelled' && cancelled !== undefined) this.board.decide({ action: 'cancel', ...cancelled });
    this.board.stay(outcome === 'marked-completed' ? 'completed' : outcome);
    await this.desk.close('the expected deposit has ended: there is no question to answer');
    await this.board.partner.begun();
    if (outcome === 'cancelled' && this.desk.cancelledByServer) throw new CancelledFailure('Cancelled');
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
