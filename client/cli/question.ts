import { ANSWERS, hyphenated } from '../../contract/decisions';
import { ERROR_RULES } from '../../contract/errors';
import type { ParkedState, ParkReason, Waiting } from '../../contract/progress';
import { HOW_OFTEN_PROBED } from '../../contract/provider-watch';
import { newTable } from './new-table';
import type { Output } from './output';

/** An open question to a person: why, what to do, and the exact line that answers it. */
export function describeQuestion(workflowId: string, question: ParkedState<ParkReason>, output: Output): string {
  const { because, todo, reason, since, looksAgainAt, watch, fields = [], evidence = [], accepts } = question;
  const { colors } = output;
  return [
    `${colors.yellow('▲ Waits for a person')} since ${since}: ${colors.bold(reason)}`,
    `  ${because}`,
    `  ${todo}`,
    ...(looksAgainAt === undefined ? [] : [`  It looks again by itself at ${looksAgainAt}.`]),
    ...(watch === undefined ? [] : [`  Before that, once the provider answers: ${describeWatch(watch)}.`]),
    ...differences(question, output),
    ...fields.map(({ field, problem }) => `    ${field} ${problem}`),
    ...evidence.map((seen) => `    ${seen}`),
    ...answers(workflowId, { reason, accepts }).map((line) => `  ${colors.bold(line)}`),
  ].join('\n');
}

/** Both sides of what the provider shows otherwise than it was asked, a field a row. */
function differences({ differences: shown = [] }: ParkedState<ParkReason>, output: Output): readonly string[] {
  if (shown.length === 0) return [];
  const table = newTable(['Field', 'Asked', 'The provider shows'], output);
  for (const { field, asked, shown: found } of shown) table.push([field, asked, found]);
  return [table.toString()];
}

/** What a flow waits for by itself: for what, until when, and why if something went wrong. */
export function describeWaiting({ for: what, until, reason, since = until, watch }: Waiting): string {
  if (watch !== undefined) {
    const met = reason === undefined ? '' : `; the last call of this flow ended with ${reason}`;
    return `  Waits ${what}, since ${since}${met}.\n  ${describeWatch(watch)}. It waits no longer than until ${until}.`;
  }
  const why = reason === undefined ? '' : `\n  The call before it ended with ${reason}. ${ERROR_RULES[reason].remedy}`;
  return `  Waits ${what}, until ${until} or the provider's news.${why}`;
}

function describeWatch(watch: string): string {
  return `${watch} tries it in the name of all that wait, ${HOW_OFTEN_PROBED}, and wakes them`;
}

/**
 * The commands that answer a question, likeliest first. They name the question: a flow that asks something else by then
 * refuses the answer.
 */
function answers(
  workflowId: string,
  { reason, accepts }: Pick<ParkedState<ParkReason>, 'reason' | 'accepts'>,
): readonly string[] {
  const known = accepts.flatMap((accepted) => ANSWERS.filter(({ answer }) => answer === accepted));
  return known.map(({ decision, form }) => {
    const given = decision === 'resolve' ? { ...form, answers: reason } : form;
    const options = Object.entries(given).map(([field, value]) => `--${field} ${optionValue(value)}`);
    return ['npx gangway', hyphenated(decision), workflowId, ...options, '--by YOUR-ID --reason "WHY"'].join(' ');
  });
}

/** What is no text comes from a file. */
function optionValue(value: unknown): string {
  if (typeof value !== 'string') return 'FILE';
  return value.includes(' ') ? JSON.stringify(value) : value;
}
