import { CancellationScope, CancelledFailure, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  DEFAULT_MAX_REFS,
  type FundingRequest,
  type FundingResult,
  type FundingStage,
  type Intent,
  type Order,
} from '../contract/funding';
import { fundingWorkflowId } from '../contract/ids';
import { fundingProgress } from '../contract/messages';
import { fundingTitle } from '../contract/titles';
import { readAtOnce, reads, writes } from './activity-proxies';
import { Board, type BoardRecord } from './board';
import { takenOver } from './continued';
import { Desk, type Answer } from './desk';
import { failureOf, invalidRequest, refusal, requireObject } from './failures';
import { textField } from './steps/unchecked';
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
} from './steps/funding-rule';
import { fundingQuestion } from './steps/questions';

const DEFAULT_SETTLEMENT_DEADLINE_MS = 24 * 60 * 60_000;

/** What a long-running intent takes along when its history is renewed. */
interface CarriedFunding {
  readonly step: FundingStep;
  readonly board: BoardRecord<FundingStage>;
}

type Finish = Extract<FundingAction, { readonly do: 'finish' }>;

/**
 * Moves money once for an intent, whatever crashes, times out or answers twice: check, submit in one attempt, read the
 * outcome, and where it is unknown, fetch the order by its ref before anything else. What to do next is decided by the
 * funding rule (steps/funding-rule.ts); this file does it.
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
  private step: FundingStep;

  constructor(
    private readonly request: FundingRequest,
    carried: CarriedFunding | undefined,
  ) {
    this.intent = intentOf(request);
    this.step =
      carried?.step ??
      beginFunding(this.intent, {
        maxRefs: request.policy?.maxRefs ?? DEFAULT_MAX_REFS,
        settlementDeadlineMs: request.policy?.settlementDeadlineMs ?? DEFAULT_SETTLEMENT_DEADLINE_MS,
      });
    const { provider, partnerClientId, fundingId } = this.intent;
    this.board = new Board(
      { title: fundingTitle(this.intent), provider, partnerClientId, fundingId },
      carried?.board ?? { stage: 'started', steps: [], decisions: [] },
    );
    this.desk = new Desk({
      resolveProblem: ({ action }) =>
        this.board.record.parked === undefined
          ? 'nothing is parked: there is no question to answer'
          : resolveProblem(this.state, action),
      cancelProblem: () => cancelProblem(this.state),
    });
    setHandler(fundingProgress, () => ({
      ...this.board.record,
      intent: this.intent,
      refs: refChain(this.state),
      ...(this.state.order === undefined ? {} : { order: this.state.order }),
    }));
  }

  private get state(): FundingState {
    return this.step.state;
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
      case 'submit':
        return await this.submit(action.ref, action.afterMs);
      case 'look-up':
        return await this.lookUp(action.ref, action.afterMs);
      case 'park':
        return await this.park(action);
    }
  }

  /** Client known, verified and active; asset eligible; balance enough: before anything moves. */
  private async check(afterMs: number): Promise<FundingEvent> {
    await this.desk.pause(afterMs);
    if (this.isCancelling()) return { saw: 'cancelled' };
    try {
      const { semantics } = await readAtOnce((activities) => activities.checkFunding({ input: this.request }));
      this.requireLock();
      this.board.label();
      return this.isCancelling() ? { saw: 'cancelled' } : { saw: 'check-passed', semantics };
    } catch (error) {
      return { saw: 'check-failed', failure: failureOf(error) };
    }
  }

  private requireLock(): void {
    const lock = fundingWorkflowId(this.intent.provider, this.intent.fundingId);
    if (workflowInfo().workflowId === lock) return;
    throw invalidRequest([{ field: 'workflowId', problem: `must be ${lock}, because it is the lock of the intent` }]);
  }

  /** One attempt. Whatever goes wrong here, the rule decides what it means. */
  private async submit(ref: string, afterMs: number): Promise<FundingEvent> {
    await this.desk.pause(afterMs);
    if (this.board.record.parked === undefined) this.board.enter('submitting');
    else this.board.stay('submitting');
    try {
      const order = await this.send(ref);
      this.board.note(`The provider answered with order ${order.orderId}, ${order.status}`, ref);
      return { saw: 'answered', order };
    } catch (error) {
      const failure = failureOf(error);
      this.board.note(`The submit ended with ${failure.code}; its outcome is ${failure.outcome}`, ref);
      return { saw: 'submit-failed', failure };
    }
  }

  private async send(ref: string): Promise<Order> {
    const { provider, kind, partnerClientId, asset, amount } = this.intent;
    const options = { summary: `${fundingTitle(this.intent)} as ${ref}` };
    const argument = [{ provider, partnerClientId, asset, amount, ref }] as const;
    switch (kind) {
      case 'deposit':
        return await writes.submitDeposit.executeWithOptions(options, [...argument]);
      case 'withdrawal':
        return await writes.submitWithdrawal.executeWithOptions(options, [...argument]);
      case 'conversion':
        return await writes.submitConversion.executeWithOptions(options, [...argument]);
    }
  }

  private async lookUp(ref: string, afterMs: number): Promise<FundingEvent> {
    await this.renewHistoryWhereLong();
    if (this.board.record.parked === undefined)
      this.board.stay(this.state.order === undefined ? 'looking-up' : 'settling');
    await this.desk.pause(afterMs);
    try {
      const fetched = await reads.fetchOrderByRef.executeWithOptions({ summary: `Order under ${ref}` }, [
        { provider: this.intent.provider, ref },
      ]);
      if (!fetched.found) return { saw: 'absent' };
      const { order } = fetched;
      if (order.status !== this.state.order?.status) {
        this.board.note(`The provider shows order ${order.orderId}, ${order.status}`, ref);
      }
      return { saw: 'found', order };
    } catch (error) {
      return { saw: 'lookup-failed', failure: failureOf(error) };
    }
  }

  private async park(action: Extract<FundingAction, { readonly do: 'park' }>): Promise<FundingEvent> {
    await this.renewHistoryWhereLong();
    this.board.park('parked', fundingQuestion(this.state, action.reason, action.failure));
    return this.eventOf(await this.desk.ask(action.recheckAfterMs));
  }

  private eventOf(answer: Answer): FundingEvent {
    switch (answer.kind) {
      case 'resolved': {
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

  private isCancelling(): boolean {
    return cancelProblem(this.state) === undefined && this.desk.cancelDue() !== undefined;
  }

  private async finish({ outcome, order, adopted }: Finish): Promise<FundingResult> {
    const cancelled = this.desk.cancelDue()?.request;
    if (outcome === 'cancelled' && cancelled !== undefined) this.board.decide({ action: 'cancel', ...cancelled });
    const balanceAfter = outcome === 'completed' ? await this.readBalance() : {};
    this.board.stay(outcome === 'marked-completed' ? 'completed' : outcome);
    await this.desk.close('the intent has ended: there is no question to answer');
    if (outcome === 'cancelled' && this.desk.cancelledByServer) {
      throw new CancelledFailure('Cancelled before any order of this intent took effect');
    }
    const { steps, decisions } = this.board.record;
    return {
      outcome,
      intent: this.intent,
      ...(order === undefined ? {} : { order }),
      refs: refChain(this.state),
      adopted,
      ...balanceAfter,
      decisions,
      steps,
    };
  }

  /** The balance after is told where it can be had; an intent that completed does not fail for want of it. */
  private async readBalance(): Promise<Pick<FundingResult, 'balanceAfter'>> {
    const { provider, partnerClientId, asset } = this.intent;
    if (this.state.semantics?.capabilities.includes('balances') !== true) return {};
    try {
      const balance = await readAtOnce((activities) => activities.readBalance({ provider, partnerClientId, asset }));
      return { balanceAfter: balance };
    } catch (error) {
      this.board.note(`The balance could not be read: ${failureOf(error).code}`);
      return {};
    }
  }

  private async renewHistoryWhereLong(): Promise<void> {
    // A cancel belongs to this run: it is kept by not leaving it.
    if (!workflowInfo().continueAsNewSuggested || this.desk.holdsCancel) return;
    await this.desk.close('the history is being renewed; send the answer again in a moment');
    await continueAsNew<typeof fundAccount>(this.request, { step: this.step, board: this.board.record });
  }
}

/** The intent of a request that is yet to be checked: what is missing or of another type is shown as empty. */
function intentOf(request: unknown): Intent {
  requireObject(request, 'request');
  return {
    provider: textField(request, 'provider'),
    fundingId: textField(request, 'fundingId'),
    kind: textField(request, 'kind') === 'withdrawal' ? 'withdrawal' : 'deposit',
    partnerClientId: textField(request, 'partnerClientId'),
    asset: textField(request, 'asset'),
    amount: textField(request, 'amount'),
  };
}
