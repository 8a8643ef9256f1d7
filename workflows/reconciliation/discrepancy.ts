import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  answerProblem,
  DISCREPANCY_ANSWERS,
  DISCREPANCY_ATTENTION,
  discrepancyWorkflowId,
  isAnswer,
  type DiscrepancyName,
} from '../../contract/discrepancies';
import type { FieldProblem } from '../../contract/errors';
import { idProblem } from '../../contract/ids';
import { discrepancyChanged, discrepancyProgress, settleDiscrepancy } from '../../contract/messages';
import type { Discrepancy, DiscrepancyDecision } from '../../contract/reconciliation';
import { NEEDS_ATTENTION, PROVIDER } from '../../contract/search-attributes';
import { discrepancies } from '../shared/activity-proxies';
import { invalidRequest, requireObject } from '../shared/failures';
import { refuse } from '../shared/inbox';
import { requireLock } from '../shared/lock';
import { textField } from '../shared/unchecked';
import { describeDiscrepancy } from './details';

/** How long it waits for an answer before it looks into the book by itself. */
const LOOK_AGAIN = '1 day';

/**
 * Asks a person about one discrepancy, with both sides, until somebody has answered or a later run has found it gone. What stands
 * is in the book; this only asks.
 *
 * Its id must be `discrepancy/<provider>/<id>`: it is asked once.
 *
 * @throws ApplicationFailure INVALID_REQUEST if there is no such discrepancy
 */
export async function askDiscrepancy(name: DiscrepancyName): Promise<Discrepancy> {
  const { provider, id } = checked(name);
  requireLock(discrepancyWorkflowId({ provider, id }), 'the lock of the discrepancy');
  return await new Question({ provider, id }).ask();
}

class Question {
  private known: Discrepancy | undefined;
  private changed = false;

  constructor(private readonly name: DiscrepancyName) {
    setHandler(discrepancyProgress, () =>
      this.known === undefined ? undefined : { discrepancy: this.known, accepts: this.accepts },
    );
    setHandler(discrepancyChanged, () => {
      this.changed = true;
    });
    setHandler(settleDiscrepancy, async (decision) => await this.settle(decision), {
      description: 'Answers it: {"answer": "...", "by": "YOUR-ID", "reason": "WHY", "evidence": "WHERE THE PROOF IS"}',
      validator: (decision: unknown) => {
        const problem = isAnswer(decision) ? this.answerProblem(decision) : answerProblem(decision);
        if (problem !== undefined) throw refuse(problem);
      },
    });
  }

  async ask(): Promise<Discrepancy> {
    for (;;) {
      this.changed = false;
      this.note(await discrepancies.readDiscrepancy(this.name));
      await condition(() => this.changed || this.isClosed, LOOK_AGAIN);
      if (this.isClosed && this.known !== undefined) {
        await condition(allHandlersFinished);
        return this.known;
      }
      if (!workflowInfo().continueAsNewSuggested) continue;
      await condition(allHandlersFinished);
      await continueAsNew<typeof askDiscrepancy>(this.name);
    }
  }

  private get isClosed(): boolean {
    return this.known !== undefined && this.known.state !== 'open';
  }

  private get accepts(): readonly string[] {
    return this.known === undefined || this.isClosed
      ? []
      : DISCREPANCY_ANSWERS[this.known.class].map(({ answer }) => answer);
  }

  private answerProblem({ answer }: DiscrepancyDecision): string | undefined {
    if (this.known === undefined) return 'the book is being read: try again in a moment';
    if (this.isClosed) return 'it is closed already';
    if (this.accepts.length === 0) return `a ${this.known.class} closes by itself once it is gone: nothing is answered`;
    return this.accepts.includes(answer) ? undefined : `answer must be one of ${this.accepts.join(', ')}`;
  }

  /** The book decides: of two answers the first stands, and one that is gone meanwhile is not answered. */
  private async settle(decision: DiscrepancyDecision): Promise<string> {
    const { answer, by, reason, evidence } = decision;
    const given = { answer, by, reason, ...(evidence === undefined ? {} : { evidence }) };
    const stands = await discrepancies.answerDiscrepancy({ ...this.name, decision: given });
    this.note(stands);
    const isTaken = stands.answer?.answer === answer && stands.answer.by === by && stands.answer.reason === reason;
    return isTaken ? `accepted: ${answer}` : `not taken: it is ${stands.state} already`;
  }

  private note(known: Discrepancy): void {
    this.known = known;
    setCurrentDetails(describeDiscrepancy(known));
    upsertSearchAttributes([
      { key: PROVIDER, value: known.provider },
      { key: NEEDS_ATTENTION, value: this.isClosed ? null : DISCREPANCY_ATTENTION },
    ]);
  }
}

function checked(name: DiscrepancyName): DiscrepancyName {
  requireObject(name, 'request');
  const [provider, id] = [textField(name, 'provider'), textField(name, 'id')];
  const problems = [
    { field: 'provider', problem: idProblem(provider) },
    { field: 'id', problem: idProblem(id) },
  ].flatMap(({ field, problem }): FieldProblem[] => (problem === undefined ? [] : [{ field, problem }]));
  if (problems.length > 0) throw invalidRequest(problems);
  return { provider, id };
}
