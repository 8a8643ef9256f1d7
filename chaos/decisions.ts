import type { ResolveAction } from '../contract/funding';
import { isRefusal } from './persistence';

/** What was decided about an intent from outside: by a person, at the provider, or in Temporal itself. */
export interface Decision {
  readonly workflowId: string;
  /** When it had been taken, in milliseconds since 1970. */
  readonly at: number;
  /** When it was begun. */
  readonly begunAt: number;
  readonly how: Stop | Go;
  /** Of somebody who answers what the question offers, without looking further. */
  readonly hurried?: true;
}

/** Nothing more may be sent for the intent. */
export type Stop = 'abandon' | 'cancel';

/**
 * It may go on: a person wants a fresh ref; or somebody took the flow back to an earlier moment, or made the server forget
 * it and asked again, and with that undid what had been decided since; or a corrected application followed one that had
 * been given up.
 */
export type Go = 'useFreshRef' | 'reset' | 'forgotten' | 'corrected';

/** A person's answer to a question, and when it was begun. */
interface Answered {
  readonly workflowId: string;
  readonly how: ResolveAction;
  readonly begunAt: number;
  readonly hurried: true | undefined;
}

/** What was decided. */
export class DecisionLog {
  readonly all: Decision[] = [];

  /** @param begunAt when it was begun: what it allows may follow before its answer is back */
  note(workflowId: string, how: Stop | Go, begunAt: number, hurried = false): void {
    this.all.push({ workflowId, begunAt, at: Date.now(), how, ...(hurried ? { hurried } : {}) });
  }

  /**
   * Answers a question, and notes what that decides. An answer that was given and never acknowledged may have been taken: a
   * fresh ref after it is wanted, and of what it may have stopped nothing is held against anybody.
   */
  async noteTaken({ workflowId, how, begunAt, hurried }: Answered, answer: () => Promise<unknown>): Promise<void> {
    try {
      await answer();
    } catch (error) {
      if (how === 'useFreshRef' && mayBeTaken(error)) this.note(workflowId, how, begunAt, hurried);
      throw error;
    }
    if (how === 'abandon' || how === 'useFreshRef') this.note(workflowId, how, begunAt, hurried);
  }
}

/** An answer is given again if its acknowledgement is lost: a flow that has ended meanwhile may have taken it the first time. */
function mayBeTaken(error: unknown): boolean {
  return !isRefusal(error) || (error instanceof Error && error.message.includes('has ended'));
}

export function isStop({ how }: Decision): boolean {
  return how === 'abandon' || how === 'cancel';
}

/** The stop that is in force at a moment: none if something let the intent go on that was not over before the stop. */
export function stopAt(decisions: readonly Decision[], workflowId: string, moment: number): Decision | undefined {
  const own = decisions.filter((decision) => decision.workflowId === workflowId);
  return own.find(
    (stop) =>
      isStop(stop) && stop.at < moment && !own.some((go) => !isStop(go) && go.at >= stop.at && go.begunAt <= moment),
  );
}

/** Books tell times to the second. */
const SECOND_MS = 1_000;

/** Whether a person asked for a fresh ref of an intent before a moment. */
export function wantedFreshRef(decisions: readonly Decision[], workflowId: string, before: number): boolean {
  return decisions.some(
    ({ workflowId: id, how, begunAt }) => id === workflowId && how === 'useFreshRef' && begunAt - SECOND_MS <= before,
  );
}

/**
 * Whether an intent was ever taken back, or forgotten: then a run that sent nothing does not show what earlier runs
 * sent.
 */
export function hasEarlierRuns(decisions: readonly Decision[], workflowId: string): boolean {
  return wasUndone(decisions, workflowId, 0);
}

/** Whether a corrected application was taken under the id since: it is a flow of its own. */
export function wasCorrected(decisions: readonly Decision[], workflowId: string, since: number): boolean {
  return decisions.some(({ workflowId: id, how, at }) => id === workflowId && at >= since && how === 'corrected');
}

/** Whether the decision about an intent was undone since: taken back in Temporal, or forgotten by it. */
export function wasUndone(decisions: readonly Decision[], workflowId: string, since: number): boolean {
  return decisions.some(
    ({ workflowId: id, how, at }) => id === workflowId && at >= since && (how === 'reset' || how === 'forgotten'),
  );
}
