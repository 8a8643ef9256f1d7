import type { FlowStatus, FundingStatus, Gangway, OnboardingStatus } from '../client';
import { readDecision } from '../client/flow/requests';
import type { ResolveAction } from '../contract/funding';
import { covers } from '../contract/money';
import { inLanes } from '../system/in-lanes';
import type { ClientPapers } from './applications';
import type { BackOffice } from './back-office';
import { Chance } from './chance';
import type { DecisionLog } from './decisions';
import type { EventLog } from './events';
import type { QuestionSeen } from './evidence';
import { hidingRule } from './fault-plan';
import { fundingIdOf } from './judge';
import { isCompleted, isFinal, type Ledger } from './ledger';
import { isRefusal } from './persistence';
import { Rounds } from './rounds';
import type { SandboxControl } from './sandbox-control';

export interface OperatorParts {
  readonly seed: number;
  readonly gangway: Gangway;
  readonly sandbox: SandboxControl;
  readonly backOffice: BackOffice;
  readonly papers: ReadonlyMap<string, ClientPapers>;
  readonly decisions: DecisionLog;
  readonly log: EventLog;
}

/** What the operator does about a question. */
type Answer =
  | { readonly do: 'wait' }
  | { readonly do: 'resolve'; readonly action: ResolveAction; readonly evidence?: string; readonly hurried?: true }
  /** `replaces`: with another document; else with what the application should have said. */
  | { readonly do: 'amend'; readonly replaces?: true }
  | { readonly do: 'cancel' };

/** The same question is not answered again before this time has passed: Temporal's list lags. */
const PATIENCE_MS = 3_000;
const MOST_QUESTIONS_AT_ONCE = 8;
const MOST_LISTED = 1_000;
const BY = 'ops-1';

/** How often the same is tried before it is given up, once every question is to be answered. */
const MOST_ROUNDS = 3;

const WAIT: Answer = { do: 'wait' };
const RETRY: Answer = { do: 'resolve', action: 'retry' };
const ABANDON: Answer = { do: 'resolve', action: 'abandon' };
const FRESH_REF: Answer = { do: 'resolve', action: 'useFreshRef' };

/**
 * The person who is asked: looks at what waits, asks the provider, and answers sensibly; or, being in a hurry, takes the
 * answer that is offered and seems to end it soonest.
 */
export class Operator extends Rounds {
  readonly questions: QuestionSeen[] = [];
  /** Clients one of whose documents was replaced by an amendment, and since when. */
  private readonly replacedAt = new Map<string, number>();
  /** Clients whose amendment was taken back: what it replaced may be on file, and what was filed before it twice. */
  readonly amendmentLost = new Set<string>();
  /** What was taken though it had to be refused. */
  readonly notRefused: { workflowId: string; what: string }[] = [];
  private readonly rounds = new Map<string, number>();
  private readonly answeredAt = new Map<string, number>();
  private readonly unfindable = new Map<string, number>();
  /** Set when nothing is waited for any more: what cannot be repaired is given up. */
  private last = false;

  constructor(private readonly parts: OperatorParts) {
    super('operator', parts.log);
  }

  /** From now on every question gets an answer. */
  decideAll(): void {
    this.last = true;
  }

  /** Clients one of whose documents was replaced by an amendment. */
  get replaced(): ReadonlySet<string> {
    return new Set(this.replacedAt.keys());
  }

  /** Nothing that was answered since then is known any more. */
  forgetSince(since: number): void {
    for (const [clientId, at] of [...this.replacedAt]) {
      if (at < since) continue;
      this.replacedAt.delete(clientId);
      this.amendmentLost.add(clientId);
    }
  }

  protected override async round(): Promise<void> {
    const waiting = await this.parts.gangway.list({ needsAttention: true, limit: MOST_LISTED });
    const now = Date.now();
    const due = waiting
      .map(({ workflowId }) => workflowId)
      .filter((workflowId) => now - (this.answeredAt.get(workflowId) ?? 0) >= PATIENCE_MS);
    await inLanes(MOST_QUESTIONS_AT_ONCE, due, async (workflowId) => {
      if (this.working) await this.look(workflowId);
    });
  }

  private async look(workflowId: string): Promise<void> {
    const { gangway, log } = this.parts;
    try {
      const status = await gangway.status({ id: workflowId });
      if (status.parked === undefined) return;
      this.answeredAt.set(workflowId, Date.now());
      const round = this.noteQuestion(workflowId, status);
      await this.answer(status, await this.decide(status, round));
    } catch (error) {
      log.note(`operator: ${error instanceof Error ? error.message : String(error)}`, workflowId);
    }
  }

  /** Writes a question down the first time, and gives how often it was looked at. */
  private noteQuestion(workflowId: string, { parked }: FlowStatus): number {
    const key = `${workflowId} ${parked?.reason ?? ''} ${parked?.since ?? ''}`;
    const round = (this.rounds.get(key) ?? 0) + 1;
    this.rounds.set(key, round);
    if (round === 1 && parked !== undefined) {
      this.questions.push({ workflowId, question: parked });
      this.parts.log.note(`asks a person: ${parked.reason}`, workflowId, `parked ${parked.reason}`);
    }
    return round;
  }

  /** How often an order that does not show was asked about. */
  private asksAgain(workflowId: string): number {
    const times = (this.unfindable.get(workflowId) ?? 0) + 1;
    this.unfindable.set(workflowId, times);
    return times;
  }

  private async decide(status: FlowStatus, round: number): Promise<Answer> {
    const chance = new Chance(
      this.parts.seed,
      `answer to ${status.workflowId} ${status.parked?.reason ?? ''} ${round}`,
    );
    const ledger = await this.parts.backOffice.ledger();
    switch (status.kind) {
      case 'funding':
        return await this.decideFunding(status, chance, ledger, round);
      case 'onboarding':
        return await this.decideOnboarding(status, chance, ledger);
      case 'receiving':
        return WAIT;
    }
  }

  private async decideFunding(status: FundingStatus, chance: Chance, ledger: Ledger, round: number): Promise<Answer> {
    const { intent, parked } = status;
    const ref = status.refs.at(-1)?.ref ?? intent.fundingId;
    const order = ledger.orders.find(({ partner_order_ref: own }) => own === ref);
    const client = ledger.clients.find(({ partner_client_id: id }) => id === intent.partnerClientId);
    const hurried = hurriedAnswer(status, chance, ledger);
    if (hurried !== undefined) return hurried;
    switch (parked?.reason) {
      case undefined:
        return WAIT;
      case 'REF_TAKEN':
      case 'ORDER_DIFFERS':
      case 'ORDERS_DOUBLED': {
        if (round === 1) await this.tryFreshRef(status);
        if (parked.accepts.includes('useFreshRef')) return chance.happens(0.8) ? FRESH_REF : ABANDON;
        const own = order?.partner_client_id === intent.partnerClientId ? order : undefined;
        if (own !== undefined && isCompleted(own)) return markCompleted(ref);
        if (own === undefined || isFinal(own)) return ABANDON;
        await this.parts.backOffice.settleNow(ref);
        return this.last ? RETRY : WAIT;
      }
      case 'ORDER_CANCELLED':
      case 'REFS_EXHAUSTED':
        return chance.happens(0.6) ? FRESH_REF : ABANDON;
      case 'SETTLEMENT_OVERDUE':
        if (round === 1) await this.tryFreshRef(status);
        if (order !== undefined && !isFinal(order)) {
          if (chance.happens(0.5)) await this.parts.backOffice.settleNow(ref);
          return this.last ? RETRY : WAIT;
        }
        return order !== undefined && isCompleted(order) && chance.happens(0.3) ? markCompleted(ref) : RETRY;
      case 'ORDER_UNFINDABLE':
        if (round === 1) await this.tryFreshRef(status);
        await this.parts.sandbox.removeFault(hidingRule(intent.fundingId));
        if (order !== undefined && isCompleted(order) && chance.happens(0.3)) return markCompleted(ref);
        if (order === undefined && this.last && this.asksAgain(status.workflowId) > MOST_ROUNDS) return ABANDON;
        return chance.happens(0.9) ? RETRY : ABANDON;
      case 'CLIENT_UNKNOWN':
      case 'CLIENT_NOT_VERIFIED':
      case 'CLIENT_INACTIVE':
        if (client?.status === 'verified' && client.active) return RETRY;
        if (client !== undefined && this.last) {
          await this.parts.sandbox.changeClient(intent.partnerClientId, { status: 'verified', active: true });
          return RETRY;
        }
        return this.last || chance.happens(0.02) ? giveUp(chance) : WAIT;
      case 'INSUFFICIENT_FUNDS': {
        const available = ledger.balances[intent.partnerClientId]?.[intent.asset]?.available ?? '0';
        if (covers(available, intent.amount)) return RETRY;
        return this.last || chance.happens(0.03) ? giveUp(chance) : WAIT;
      }
      case 'ASSET_INELIGIBLE':
      case 'ID_TAKEN':
      case 'LIMIT_EXCEEDED':
        return giveUp(chance);
      case 'AUTH':
      case 'UNREACHABLE':
      case 'BOOK_UNAVAILABLE':
      case 'BOOK_BEHIND':
      case 'RATE_LIMITED':
      case 'OUTCOME_UNKNOWN':
      case 'CONTRACT_DRIFT':
      case 'NOT_FOUND':
      case 'DUPLICATE_REF':
        return RETRY;
      case 'APPROVAL_REQUIRED':
        return WAIT;
      case 'INVALID_REQUEST':
      case 'APPROVAL_EXPIRED':
      case 'QUOTE_EXPIRED':
      case 'NOT_APPROVED':
      case 'TRAVEL_RULE_REQUIRED':
      case 'STATE_INVALID':
      case 'TERMS_CHANGED':
      case 'INFORMATION_REQUIRED':
      case 'NOT_CONFIRMED':
      case 'NOT_CANCELLED':
      case 'DEPOSIT_OVERDUE':
      case 'ACCOUNT_REFUSED':
      case 'CLIENT_REJECTED':
      case 'DUPLICATE_CLIENT':
      case 'DUPLICATE_PERSON':
      case 'DOCUMENT_UNREADABLE':
      case 'CAPABILITY_MISSING':
      case 'REFUSED':
      case 'CLIENT_TAKEN':
      case 'CLIENT_UNFINDABLE':
      case 'VERIFICATION_OVERDUE':
      case 'APPLICATION_REFUSED':
      case 'DOCUMENT_MISSING':
        return this.last ? ABANDON : RETRY;
    }
  }

  private async decideOnboarding(status: OnboardingStatus, chance: Chance, ledger: Ledger): Promise<Answer> {
    const { parked, partnerClientId } = status;
    const client = ledger.clients.find(({ partner_client_id: id }) => id === partnerClientId);
    switch (parked?.reason) {
      case undefined:
        return WAIT;
      case 'APPLICATION_REFUSED':
      case 'DUPLICATE_PERSON':
      case 'CLIENT_TAKEN':
      case 'INVALID_REQUEST': {
        const mended = this.parts.papers.get(partnerClientId)?.correction !== undefined;
        return mended && chance.happens(0.85) ? { do: 'amend' } : ABANDON;
      }
      case 'VERIFICATION_OVERDUE':
        if (client?.status === 'verified') return RETRY;
        if (chance.happens(0.05)) return ABANDON;
        if (!this.replacedAt.has(partnerClientId) && chance.happens(0.3)) return { do: 'amend', replaces: true };
        if (this.last || chance.happens(0.3)) await this.parts.backOffice.verifyNow(partnerClientId);
        return WAIT;
      case 'CLIENT_INACTIVE':
        await this.parts.sandbox.changeClient(partnerClientId, { active: true });
        return RETRY;
      case 'AUTH':
      case 'UNREACHABLE':
      case 'BOOK_UNAVAILABLE':
      case 'BOOK_BEHIND':
      case 'RATE_LIMITED':
      case 'OUTCOME_UNKNOWN':
      case 'CONTRACT_DRIFT':
      case 'NOT_FOUND':
      case 'DUPLICATE_REF':
      case 'DUPLICATE_CLIENT':
      case 'CLIENT_UNKNOWN':
      case 'CLIENT_NOT_VERIFIED':
      case 'CLIENT_UNFINDABLE':
      case 'DOCUMENT_UNREADABLE':
      case 'DOCUMENT_MISSING':
        return RETRY;
      case 'APPROVAL_REQUIRED':
      case 'APPROVAL_EXPIRED':
      case 'QUOTE_EXPIRED':
      case 'NOT_APPROVED':
      case 'TRAVEL_RULE_REQUIRED':
      case 'STATE_INVALID':
      case 'TERMS_CHANGED':
      case 'INFORMATION_REQUIRED':
      case 'NOT_CONFIRMED':
      case 'NOT_CANCELLED':
      case 'DEPOSIT_OVERDUE':
      case 'ACCOUNT_REFUSED':
      case 'CLIENT_REJECTED':
      case 'ASSET_INELIGIBLE':
      case 'INSUFFICIENT_FUNDS':
      case 'CAPABILITY_MISSING':
      case 'REFUSED':
      case 'REF_TAKEN':
      case 'ID_TAKEN':
      case 'LIMIT_EXCEEDED':
      case 'ORDER_DIFFERS':
      case 'ORDER_CANCELLED':
      case 'ORDERS_DOUBLED':
      case 'REFS_EXHAUSTED':
      case 'ORDER_UNFINDABLE':
      case 'SETTLEMENT_OVERDUE':
        return this.last ? ABANDON : RETRY;
    }
  }

  /** A fresh ref if one could pay twice: it has to be refused, also to a person. */
  private async tryFreshRef({ workflowId, parked }: FundingStatus): Promise<void> {
    if (parked?.accepts.includes('useFreshRef') === true) return;
    const { gangway, log } = this.parts;
    try {
      await gangway.resolve(
        { id: workflowId },
        { action: 'useFreshRef', by: BY, reason: 'tries what must be refused' },
      );
      this.notRefused.push({ workflowId, what: 'useFreshRef was taken though it was not offered' });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.note('useFreshRef was refused', workflowId, 'fresh ref refused');
    }
  }

  private patchOf(clientId: string, { replaces }: Extract<Answer, { readonly do: 'amend' }>): object | undefined {
    const papers = this.parts.papers.get(clientId);
    return replaces === true ? papers?.replacement.patch : papers?.correction;
  }

  private async answer(status: FlowStatus, answer: Answer): Promise<void> {
    const { gangway, decisions, log } = this.parts;
    const flow = { id: status.workflowId };
    const begunAt = Date.now();
    const reason = `the campaign's operator, about ${status.parked?.reason ?? ''}`;
    try {
      switch (answer.do) {
        case 'wait':
          return;
        case 'resolve': {
          const { action, evidence, hurried } = answer;
          const decision = { action, by: BY, reason, ...(evidence === undefined ? {} : { evidence }) };
          await decisions.noteTaken({ workflowId: flow.id, how: action, begunAt, hurried }, () =>
            gangway.resolve(flow, decision),
          );
          break;
        }
        case 'amend':
          await gangway.amend(
            flow,
            readDecision('amend', { patch: this.patchOf(status.partnerClientId, answer), by: BY, reason }),
          );
          if (answer.replaces === true) this.replacedAt.set(status.partnerClientId, Date.now());
          break;
        case 'cancel':
          await gangway.cancel(flow, { by: BY, reason });
          decisions.note(flow.id, 'cancel', begunAt);
          break;
      }
      const what = answer.do === 'resolve' ? answer.action : answer.do;
      log.note(`the operator answered: ${what}`, status.workflowId, `answer ${status.parked?.reason ?? ''} ${what}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.note(`the operator was refused: ${String(error)}`, status.workflowId, 'answer refused');
    }
  }
}

/** How often a person is in a hurry, and how often that person then gives an intent up. */
const HURRY = 0.25;
const GIVES_UP = 0.3;

/** What a person in a hurry answers: whatever of what is offered seems to end it; undefined if nobody is in one. */
function hurriedAnswer(
  { intent, parked }: FundingStatus,
  chance: Chance,
  ledger: Ledger,
): Extract<Answer, { readonly do: 'resolve' }> | undefined {
  if (!chance.happens(HURRY) || parked === undefined) return undefined;
  if (parked.accepts.includes('useFreshRef')) return { do: 'resolve', action: 'useFreshRef', hurried: true };
  const completed = ledger.orders.some(
    (order) => fundingIdOf(order.partner_order_ref) === intent.fundingId && isCompleted(order),
  );
  if (completed || !parked.accepts.includes('abandon') || !chance.happens(GIVES_UP)) return undefined;
  return { do: 'resolve', action: 'abandon', hurried: true };
}

function markCompleted(ref: string): Answer {
  return { do: 'resolve', action: 'markCompleted', evidence: `statement of the provider, ${ref}` };
}

function giveUp(chance: Chance): Answer {
  return chance.happens(0.5) ? ABANDON : { do: 'cancel' };
}
