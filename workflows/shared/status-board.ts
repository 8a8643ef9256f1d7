import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord, Waiting } from '../../contract/progress';
import { FUNDING_ID, NEEDS_ATTENTION, PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import { PartnerNews } from './partner-news';
import { describeProgress } from './details';
import { countDecision, countQuestion } from './meters';
import type { FlowStage } from './next-words';

/** What a board keeps over a continue-as-new. */
export interface StatusBoardRecord<Stage extends FlowStage> {
  readonly stage: Stage;
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly PersonsDecision[];
  readonly parked?: ParkedState<ParkReason>;
  readonly waiting?: Waiting;
  /** How many events the partner was told; absent if it is told nothing. */
  readonly told?: number;
}

/** What a workflow is about, in words that may be seen by anyone: opaque ids only. */
export interface Subject {
  readonly title: string;
  readonly provider: string;
  readonly partnerClientId: string;
  readonly fundingId?: string;
}

/** The latest steps that are shown and kept; older ones stay in the history. */
const MOST_STEPS = 100;

function now(): string {
  return new Date().toISOString();
}

/**
 * What people see of a workflow: its stage, steps, open question and decisions, kept in the query, in the details of
 * the Temporal UI and, if it lasts, in the search attributes. An upsert is a history event, so passing stages are
 * shown in the details only.
 */
export class StatusBoard<Stage extends FlowStage> {
  /** What the partner is told of it. */
  readonly partner: PartnerNews;
  private stage: Stage;
  private steps: readonly StepRecord[];
  private decisions: readonly PersonsDecision[];
  private parked: ParkedState<ParkReason> | undefined;
  /** Not carried over a renewal: the next run waits anew, and shows it. */
  private waiting: Waiting | undefined;

  constructor(
    private readonly subject: Subject,
    start: StatusBoardRecord<Stage>,
  ) {
    this.stage = start.stage;
    this.steps = start.steps;
    this.decisions = start.decisions;
    this.parked = start.parked;
    this.partner = new PartnerNews(subject, start.told);
    this.show();
  }

  get record(): StatusBoardRecord<Stage> {
    const { stage, steps, decisions, parked, waiting } = this;
    return {
      stage,
      steps,
      decisions,
      ...(parked === undefined ? {} : { parked }),
      ...(waiting === undefined ? {} : { waiting }),
      ...this.partner.record,
    };
  }

  /** Sets the attributes that a starter sets, if the workflow was started without them, as from a start form. */
  label(): void {
    const { provider, partnerClientId, fundingId } = this.subject;
    if (workflowInfo().typedSearchAttributes.get(PROVIDER) === provider) return;
    upsertSearchAttributes([
      { key: PROVIDER, value: provider },
      { key: PARTNER_CLIENT_ID, value: partnerClientId },
      ...(fundingId === undefined ? [] : [{ key: FUNDING_ID, value: fundingId }]),
      { key: STAGE, value: this.stage },
    ]);
  }

  /** Passes through a stage, which ends an open question. */
  enter(stage: Stage): void {
    if (this.parked !== undefined) {
      this.stay(stage);
      return;
    }
    this.stage = stage;
    this.show();
  }

  /** Enters a stage that lasts, so that people can filter by it. */
  stay(stage: Stage): void {
    if (this.stage === stage && this.parked === undefined) return;
    const attention = this.parked === undefined ? [] : [{ key: NEEDS_ATTENTION, value: null }];
    this.stage = stage;
    this.parked = undefined;
    upsertSearchAttributes([{ key: STAGE, value: stage }, ...attention]);
    this.partner.tell(stage);
    this.show();
  }

  /** Writes down what was done. */
  note(step: string, ref?: string): void {
    this.steps = [...this.steps, { step, at: now(), ...(ref === undefined ? {} : { ref }) }].slice(-MOST_STEPS);
    this.show();
  }

  /** Puts a question to a person. The same question asked again keeps its time. */
  park(stage: Stage, question: Omit<ParkedState<ParkReason>, 'since'>): void {
    const again = this.parked?.reason === question.reason;
    if (!again) {
      this.note(`Waits for a person: ${question.reason}. ${question.because}`);
      upsertSearchAttributes([
        { key: STAGE, value: stage },
        { key: NEEDS_ATTENTION, value: question.reason },
      ]);
      this.partner.tell(stage, question.reason);
      countQuestion(question.reason);
    }
    this.stage = stage;
    this.parked = { ...question, since: again && this.parked !== undefined ? this.parked.since : now() };
    this.show();
  }

  /** How long the question has been open. In milliseconds; 0 if it is another one, or none. */
  openForMs(reason: ParkReason): number {
    return this.parked?.reason === reason ? Date.now() - Date.parse(this.parked.since) : 0;
  }

  /** Shows what is waited for; undefined: nothing any more. */
  wait(waiting: Waiting | undefined): void {
    this.waiting = waiting;
    this.show();
  }

  /** Writes down what a person decided, with who, when and why. */
  decide(decision: Omit<PersonsDecision, 'at'>): void {
    this.decisions = [...this.decisions, { ...decision, at: now() }];
    this.note(`${decision.by} decided: ${decision.action}`);
    countDecision(decision.action);
  }

  private show(): void {
    setCurrentDetails(describeProgress(this.subject.title, this.record));
  }
}
