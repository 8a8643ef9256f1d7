import { howToAnswer } from './how-to-answer';
import { nextWords, type FlowStage } from './next-words';
import type { ParkedState, ParkReason, PersonsDecision, StepRecord } from '../../contract/progress';

interface Shown {
  readonly stage: FlowStage;
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly PersonsDecision[];
  readonly parked?: ParkedState<ParkReason>;
}

/** What the Temporal UI shows of a workflow, in Markdown: where it stands, what it waits for, what was done. */
export function describeProgress(title: string, shown: Shown): string {
  return [
    `**${title}** is at stage **${shown.stage}**. ${nextWords(shown.stage)}`,
    ...(shown.parked === undefined ? [] : [describeQuestion(shown.parked)]),
    ...(shown.steps.length === 0 ? [] : ['### What was done', describeSteps(shown.steps)]),
    ...(shown.decisions.length === 0 ? [] : ['### What people decided', describeDecisions(shown.decisions)]),
  ].join('\n\n');
}

function describeQuestion(parked: ParkedState<ParkReason>): string {
  const fields = (parked.fields ?? []).map(({ field, problem }) => `- \`${field}\` ${problem}`);
  const evidence = (parked.evidence ?? []).map((seen) => `- ${cell(seen)}`);
  const seen = [...fields, ...evidence];
  return [
    `### Waits for a person: ${parked.reason}`,
    `**Why:** ${parked.because} It waits since ${toTheSecond(parked.since)} UTC.`,
    ...(seen.length === 0 ? [] : [seen.join('\n')]),
    `**What to do next:** ${parked.todo}`,
    '**How:** under *More Actions*, *Send an Update*, one of these:',
    howToAnswer(parked.accepts),
  ].join('\n\n');
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
function toTheSecond(isoTime: string): string {
  return isoTime.slice(0, 19).replace('T', ' ');
}

/** Text as one cell of a table: what a person typed cannot break out of it. */
export function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|\\`<>[\]*_]/g, (mark) => `\\${mark}`);
}
