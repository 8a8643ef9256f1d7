import type { ParkedState, ParkReason } from '../../contract/progress';
import type { Output } from './output';

/** An open question to a person: why, what to do, and the exact line that answers it. */
export function describeQuestion(
  workflowId: string,
  { because, todo, reason, since, fields = [], evidence = [], accepts }: ParkedState<ParkReason>,
  { colors }: Output,
): string {
  return [
    `${colors.yellow('▲ Waits for a person')} since ${since}: ${colors.bold(reason)}`,
    `  ${because}`,
    `  ${todo}`,
    ...fields.map(({ field, problem }) => `    ${field} ${problem}`),
    ...evidence.map((seen) => `    ${seen}`),
    ...answers(workflowId, { reason, accepts }).map((line) => `  ${colors.bold(line)}`),
  ].join('\n');
}

/**
 * The commands that answer a question, likeliest first. They name it: a flow that asks something else by the time that
 * one is sent refuses it.
 */
export function answers(
  workflowId: string,
  { reason, accepts }: Pick<ParkedState<ParkReason>, 'reason' | 'accepts'>,
): readonly string[] {
  const who = '--by YOUR-ID --reason "WHY"';
  return accepts.map((action) => {
    if (action === 'amend') return `npx gangway amend ${workflowId} --patch FILE ${who}`;
    if (action === 'supplyInformation') return `npx gangway supply-information ${workflowId} --information FILE ${who}`;
    if (action === 'approve' || action === 'reject') return `npx gangway ${action} ${workflowId} ${who}`;
    const evidence = action === 'markCompleted' ? ' --evidence "WHERE THE PROOF IS"' : '';
    return `npx gangway resolve ${workflowId} --action ${action} --answers ${reason} ${who}${evidence}`;
  });
}
