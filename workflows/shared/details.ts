import { howToAnswer } from './how-to-answer';
import { nextWords, type FlowStage } from './next-words';
import { ERROR_RULES } from '../../contract/errors';
import { HOW_OFTEN_PROBED } from '../../contract/provider-watch';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord, Waiting } from '../../contract/progress';

interface Shown {
  readonly stage: FlowStage;
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly PersonsDecision[];
  readonly parked?: ParkedState<ParkReason>;
  readonly waiting?: Waiting;
}

/** What the Temporal UI shows of a workflow, in Markdown: where it stands, what it waits for, what was done. */
export function describeProgress(title: string, shown: Shown): string {
  return [
    `**${title}** is at stage **${shown.stage}**. ${nextWords(shown.stage)}`,
    ...(shown.waiting === undefined ? [] : [describeWaiting(shown.waiting)]),
    ...(shown.parked === undefined ? [] : [describeQuestion(shown.parked)]),
    ...(shown.steps.length === 0 ? [] : ['### What was done', describeSteps(shown.steps)]),
    ...(shown.decisions.length === 0 ? [] : ['### What people decided', describeDecisions(shown.decisions)]),
  ].join('\n\n');
}

function describeWaiting({ for: what, until, reason, since, watch }: Waiting): string {
  if (watch !== undefined) {
    const met = reason === undefined ? '' : ` The last call of this flow ended with **${reason}**.`;
    return `It waits ${what}, since ${toTheSecond(since ?? until)} UTC.${met} ${describeWatch(watch)} It waits no longer than until ${toTheSecond(until)} UTC.`;
  }
  const why = reason === undefined ? '' : ` The call before it ended with **${reason}**: ${ERROR_RULES[reason].remedy}`;
  return `It waits ${what}, until ${toTheSecond(until)} UTC or the provider's news.${why}`;
}

function describeWatch(watch: string): string {
  return `\`${watch}\` tries it in the name of all that wait, ${HOW_OFTEN_PROBED}, and wakes them.`;
}

function describeQuestion(parked: ParkedState<ParkReason>): string {
  const fields = (parked.fields ?? []).map(({ field, problem }) => `- \`${field}\` ${problem}`);
  const evidence = (parked.evidence ?? []).map((seen) => `- ${cell(seen)}`);
  const seen = [...fields, ...evidence];
  return [
    `### Waits for a person: ${parked.reason}`,
    `**Why:** ${parked.because} It waits since ${toTheSecond(parked.since)} UTC.${looksAgain(parked)}${wakes(parked)}`,
    ...differences(parked),
    ...(seen.length === 0 ? [] : [seen.join('\n')]),
    `**What to do next:** ${parked.todo}`,
    '**How:** under *More Actions*, *Send an Update*, one of these:',
    howToAnswer(parked.accepts),
  ].join('\n\n');
}

/** Both sides of what the provider shows otherwise than it was asked. */
function differences({ differences: differing = [] }: ParkedState<ParkReason>): readonly string[] {
  if (differing.length === 0) return [];
  const rows = differing.map(({ field, asked, shown }) => `| \`${field}\` | ${cell(asked)} | ${cell(shown)} |`);
  return [['| Field | Asked | The provider shows |', '|---|---|---|', ...rows].join('\n')];
}

function looksAgain({ looksAgainAt }: ParkedState<ParkReason>): string {
  return looksAgainAt === undefined ? '' : ` It looks again by itself at ${toTheSecond(looksAgainAt)} UTC.`;
}

function wakes({ watch }: ParkedState<ParkReason>): string {
  return watch === undefined ? '' : ` Before that, once the provider answers: ${describeWatch(watch)}`;
}

function describeSteps(steps: readonly StepRecord[]): string {
  const rows = steps.map(
    ({ at, step, ref }) => `| ${toTheSecond(at)} | ${cell(step)} | ${ref === undefined ? '' : `\`${ref}\``} |`,
  );
  return ['| Time (UTC) | Step | Reference |', '|---|---|---|', ...rows].join('\n');
}

/** The table of what people decided. */
export function describeDecisions(decisions: readonly PersonsDecision[]): string {
  const rows = decisions.map(
    ({ at, by, action, reason, evidence }) =>
      `| ${toTheSecond(at)} | ${cell(by)} | ${action} | ${cell(reason)} | ${cell(evidence ?? '')} |`,
  );
  return ['| Time (UTC) | Who | Decision | Why | Evidence |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** `2026-11-21 10:18:51` of an ISO time. */
export function toTheSecond(isoTime: string): string {
  return isoTime.slice(0, 19).replace('T', ' ');
}

/** Text as one cell of a table: what a person typed cannot break out of it. */
export function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|\\`<>[\]*_]/g, (mark) => `\\${mark}`);
}
