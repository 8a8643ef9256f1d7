import type { FlowStatus, FundingStatus, Gangway } from '../../client';
import type { ResolveAction } from '../../contract/funding';
import { Chance } from '../chance';
import { inLanes } from '../collect';
import type { DecisionLog } from '../decisions';
import type { EventLog } from '../events';
import { isRefusal } from '../persistence';
import { Rounds } from '../rounds';
import type { Control } from './control';
import type { QuestionSeen } from './evidence';
import { isOf } from './judge';
import type { BookOrder, ChaosKit } from './kit';

export interface OperatorParts {
  readonly seed: number;
  readonly kit: ChaosKit;
  readonly gangway: Gangway;
  readonly control: Control;
  readonly decisions: DecisionLog;
  readonly log: EventLog;
}

interface Answer {
  readonly does: ResolveAction | 'wait';
  readonly hurried?: true;
}

const WAIT: Answer = { does: 'wait' };
const RETRY: Answer = { does: 'retry' };
const ABANDON: Answer = { does: 'abandon' };
const FRESH_REF: Answer = { does: 'useFreshRef' };
const MARK: Answer = { does: 'markCompleted' };

/** How often a person is in a hurry, and how often that person then gives an intent up. */
const HURRY = 0.25;
const GIVES_UP = 0.3;

const PATIENCE_MS = 3_000;
const MOST_LISTED = 1_000;
const BY = 'ops-1';
/** How often the same is tried before it is given up, once every question is to be answered. */
const MOST_ROUNDS = 4;

/**
 * The person who is asked: looks into the provider's own book, as into its back office, and answers by it; or, being in a
 * hurry, takes whatever is offered that seems to end it.
 */
export class Operator extends Rounds {
  readonly questions: QuestionSeen[] = [];
  private readonly seen = new Set<string>();
  private readonly rounds = new Map<string, number>();
  private readonly answeredAt = new Map<string, number>();
  private last = false;
  private calmSince: number | undefined;

  constructor(private readonly parts: OperatorParts) {
    super('operator', parts.log);
  }

  /** Nothing fails any more: what is asked from now on was looked for in peace. */
  becalmed(): void {
    this.calmSince = Date.now();
  }

  /** From now on every question gets an answer: all that was on its way has arrived. */
  decideAll(): void {
    this.last = true;
  }

  /** Writes down every question that is open, and answers those that were left alone for a while. */
  protected override async round(): Promise<void> {
    const waiting = await this.parts.gangway.list({ needsAttention: true, limit: MOST_LISTED });
    const due = waiting.filter(({ workflowId }) => {
      return Date.now() - (this.answeredAt.get(workflowId) ?? 0) >= PATIENCE_MS;
    });
    if (due.length === 0) return;
    const { orders } = await this.parts.kit.book(this.parts.control);
    await inLanes(due, async ({ workflowId }) => {
      if (this.working) await this.look(workflowId, orders);
    });
  }

  /** Writes down what is asked, and answers nothing. */
  async read(): Promise<void> {
    for (const { workflowId } of await this.parts.gangway.list({ needsAttention: true, limit: MOST_LISTED })) {
      this.noteQuestion(await this.parts.gangway.status({ id: workflowId }));
    }
  }

  private async look(workflowId: string, orders: readonly BookOrder[]): Promise<void> {
    try {
      const status = await this.parts.gangway.status({ id: workflowId });
      if (status.parked === undefined) return;
      this.noteQuestion(status);
      await this.answer(status, await this.decide(status, orders));
    } catch (error) {
      this.parts.log.note(`operator: ${String(error)}`, workflowId);
    }
  }

  private noteQuestion({ workflowId, parked }: FlowStatus): void {
    const key = `${workflowId} ${parked?.reason ?? ''} ${parked?.since ?? ''}`;
    if (parked === undefined || this.seen.has(key)) return;
    this.seen.add(key);
    this.questions.push({ workflowId, question: parked });
    this.parts.log.note(`asks a person: ${parked.reason}`, workflowId, `parked ${parked.reason}`);
  }

  private isCalm(since: string | undefined): boolean {
    return since !== undefined && this.calmSince !== undefined && Date.parse(since) > this.calmSince;
  }

  private async decide(status: FlowStatus, orders: readonly BookOrder[]): Promise<Answer> {
    const { workflowId, parked } = status;
    const key = `${workflowId} ${parked?.reason ?? ''}`;
    const round = (this.rounds.get(key) ?? 0) + 1;
    this.rounds.set(key, round);
    if (status.kind !== 'funding') return this.last && round > MOST_ROUNDS ? ABANDON : RETRY;
    const chance = new Chance(this.parts.seed, `answer to ${key} ${round}`);
    return await this.decideFunding(status, orders, chance, round);
  }

  private async decideFunding(
    status: FundingStatus,
    orders: readonly BookOrder[],
    chance: Chance,
    round: number,
  ): Promise<Answer> {
    const { kit } = this.parts;
    const own = orders.filter((order) => isOf(status.intent, order));
    const completed = own.some(({ state }) => state === 'completed');
    const open = own.filter(({ state }) => state === 'open');
    const reason = status.parked?.reason;
    const hurried = this.hurriedAnswer(status, chance, completed);
    if (hurried !== undefined) return hurried;
    if (reason === 'ORDER_UNFINDABLE') {
      if (completed) return this.last || chance.happens(0.4) ? MARK : RETRY;
      if (open.length > 0) return await this.settle(open, chance);
      if (own.length > 0 || kit.resends) return this.giveUpAfter(round);
      // Nothing there, and perhaps on its way: a person who gave it up now could be wrong.
      if (!this.last) return WAIT;
      return this.isCalm(status.parked?.since) ? ABANDON : RETRY;
    }
    if (reason === 'SETTLEMENT_OVERDUE') return open.length > 0 ? await this.settle(open, chance) : RETRY;
    if (reason === 'REFS_EXHAUSTED' || reason === 'ORDER_CANCELLED') return chance.happens(0.7) ? FRESH_REF : ABANDON;
    if (reason === 'ORDER_DIFFERS' || reason === 'REF_TAKEN' || reason === 'ORDERS_DOUBLED') {
      // Looked at again first: what it shows may have been shown otherwise once.
      if (round === 1) return RETRY;
      if (completed) return MARK;
      return open.length > 0 ? await this.settle(open, chance) : this.giveUpAfter(round);
    }
    if (reason === 'TERMS_CHANGED') return chance.happens(0.6) ? RETRY : this.unlessMoved(own);
    return completed || open.length > 0 ? RETRY : this.giveUpAfter(round);
  }

  private giveUpAfter(round: number): Answer {
    return this.last && round > MOST_ROUNDS ? ABANDON : RETRY;
  }

  private unlessMoved(own: readonly BookOrder[]): Answer {
    return own.some(({ state }) => state === 'completed' || state === 'open') ? RETRY : ABANDON;
  }

  private hurriedAnswer({ parked }: FundingStatus, chance: Chance, completed: boolean): Answer | undefined {
    if (!chance.happens(HURRY) || parked === undefined) return undefined;
    if (parked.accepts.includes('useFreshRef')) return { ...FRESH_REF, hurried: true };
    const givesUp = !completed && parked.accepts.includes('abandon') && chance.happens(GIVES_UP);
    return givesUp ? { ...ABANDON, hurried: true } : undefined;
  }

  /** What is under way is brought to its end by the provider's people, or left to itself for a while. */
  private async settle(open: readonly BookOrder[], chance: Chance): Promise<Answer> {
    const [order] = open;
    // One that waits for its confirmation is Gangway's to confirm.
    const awaits = order === undefined || /await|draft/i.test(order.status);
    if (awaits) return RETRY;
    if (!this.last && chance.happens(0.4)) return WAIT;
    await this.parts.kit.settle(order, this.parts.control);
    this.parts.log.note(`order ${order.orderId} was brought to its end`, undefined, 'settled by a person');
    return RETRY;
  }

  private async answer({ workflowId, parked }: FlowStatus, { does, hurried }: Answer): Promise<void> {
    const { gangway, decisions, log } = this.parts;
    if (does === 'wait' || parked === undefined) return;
    const reason = `the campaign's operator, about ${parked.reason}`;
    const evidence = does === 'markCompleted' ? { evidence: 'the statement of the provider' } : {};
    const begunAt = Date.now();
    this.answeredAt.set(workflowId, begunAt);
    try {
      await decisions.noteTaken({ workflowId, how: does, begunAt, hurried }, () =>
        gangway.resolve({ id: workflowId }, { action: does, by: BY, reason, ...evidence }),
      );
      log.note(`the operator answered: ${does}`, workflowId, `answer ${parked.reason} ${does}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.note(`the operator was refused: ${String(error)}`, workflowId, 'answer refused');
    }
  }
}
