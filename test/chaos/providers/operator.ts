import type { FlowStatus, FundingStatus, Gangway } from '../../../client';
import type { ResolveAction } from '../../../contract/funding';
import { Chance } from '../chance';
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
  readonly log: EventLog;
}

type Answer = ResolveAction | 'wait';

const PATIENCE_MS = 3_000;
const MOST_LISTED = 1_000;
const BY = 'ops-1';
/** How often the same is tried before it is given up, once every question is to be answered. */
const MOST_ROUNDS = 4;

/** The person who is asked: looks into the provider's own book, as into its back office, and answers by it. */
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
    for (const { workflowId } of waiting) {
      const since = Date.now() - (this.answeredAt.get(workflowId) ?? 0);
      if (!this.working || since < PATIENCE_MS) continue;
      await this.look(workflowId);
    }
  }

  /** Writes down what is asked, and answers nothing. */
  async read(): Promise<void> {
    for (const { workflowId } of await this.parts.gangway.list({ needsAttention: true, limit: MOST_LISTED })) {
      this.noteQuestion(await this.parts.gangway.status({ id: workflowId }));
    }
  }

  private async look(workflowId: string): Promise<void> {
    try {
      const status = await this.parts.gangway.status({ id: workflowId });
      if (status.parked === undefined) return;
      this.noteQuestion(status);
      await this.answer(status, await this.decide(status));
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

  private async decide(status: FlowStatus): Promise<Answer> {
    const { workflowId, parked } = status;
    const key = `${workflowId} ${parked?.reason ?? ''}`;
    const round = (this.rounds.get(key) ?? 0) + 1;
    this.rounds.set(key, round);
    if (status.kind !== 'funding') return this.last && round > MOST_ROUNDS ? 'abandon' : 'retry';
    return await this.decideFunding(status, new Chance(this.parts.seed, `answer to ${key} ${round}`), round);
  }

  private async decideFunding(status: FundingStatus, chance: Chance, round: number): Promise<Answer> {
    const { kit, control } = this.parts;
    const { orders } = await kit.book(control);
    const own = orders.filter((order) => isOf(status.intent, order));
    const completed = own.some(({ state }) => state === 'completed');
    const open = own.filter(({ state }) => state === 'open');
    const reason = status.parked?.reason;
    if (reason === 'ORDER_UNFINDABLE') {
      if (completed) return this.last || chance.happens(0.4) ? 'markCompleted' : 'retry';
      if (open.length > 0) return await this.settle(open, chance);
      if (own.length > 0 || kit.resends) return this.giveUpAfter(round);
      // Nothing there, and perhaps on its way: a person who gave it up now could be wrong.
      if (!this.last) return 'wait';
      return this.isCalm(status.parked?.since) ? 'abandon' : 'retry';
    }
    if (reason === 'SETTLEMENT_OVERDUE') return open.length > 0 ? await this.settle(open, chance) : 'retry';
    if (reason === 'REFS_EXHAUSTED') return chance.happens(0.7) ? 'useFreshRef' : 'abandon';
    if (reason === 'TERMS_CHANGED') return chance.happens(0.6) ? 'retry' : this.unlessMoved(own);
    return completed || open.length > 0 ? 'retry' : this.giveUpAfter(round);
  }

  private giveUpAfter(round: number): Answer {
    return this.last && round > MOST_ROUNDS ? 'abandon' : 'retry';
  }

  private unlessMoved(own: readonly BookOrder[]): Answer {
    return own.some(({ state }) => state !== 'failed') ? 'retry' : 'abandon';
  }

  /** What is under way is brought to its end by the provider's people, or left to itself for a while. */
  private async settle(open: readonly BookOrder[], chance: Chance): Promise<Answer> {
    const [order] = open;
    // One that waits for its confirmation is Gangway's to confirm.
    const awaits = order === undefined || /await|draft/i.test(order.status);
    if (awaits) return 'retry';
    if (!this.last && chance.happens(0.4)) return 'wait';
    await this.parts.kit.settle(order, this.parts.control);
    this.parts.log.note(`order ${order.orderId} was brought to its end`, undefined, 'settled by a person');
    return 'retry';
  }

  private async answer({ workflowId, parked }: FlowStatus, answer: Answer): Promise<void> {
    const { gangway, log } = this.parts;
    if (answer === 'wait' || parked === undefined) return;
    const reason = `the campaign's operator, about ${parked.reason}`;
    const evidence = answer === 'markCompleted' ? { evidence: 'the statement of the provider' } : {};
    this.answeredAt.set(workflowId, Date.now());
    try {
      await gangway.resolve({ id: workflowId }, { action: answer, by: BY, reason, ...evidence });
      log.note(`the operator answered: ${answer}`, workflowId, `answer ${parked.reason} ${answer}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.note(`the operator was refused: ${String(error)}`, workflowId, 'answer refused');
    }
  }
}
