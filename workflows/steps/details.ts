import type { ParkedState, ParkReason, PersonsDecision, StepRecord } from '../../contract/progress';

interface Shown {
  readonly stage: string;
  readonly steps: readonly StepRecord[];
  readonly decisions: readonly PersonsDecision[];
  readonly parked?: ParkedState<ParkReason>;
}

/** What the Temporal UI shows of a workflow, in Markdown: where it stands, what it waits for, what was done. */
export function describeProgress(title: string, shown: Shown): string {
  return [
    `**${title}** is at stage **${shown.stage}**.`,
    ...(shown.parked === undefined ? [] : [describeQuestion(shown.parked)]),
    ...(shown.steps.length === 0 ? [] : [describeSteps(shown.steps)]),
    ...(shown.decisions.length === 0 ? [] : [describeDecisions(shown.decisions)]),
  ].join('\n\n');
}

function describeQuestion(parked: ParkedState<ParkReason>): string {
  const fields = (parked.fields ?? []).map(({ field, problem }) => `- \`${field}\` ${problem}`);
  const evidence = (parked.evidence ?? []).map((seen) => `- ${cell(seen)}`);
  return [
    `### Waits for a person: ${parked.reason}`,
    `${parked.because} ${parked.todo}`,
    ...fields,
    ...evidence,
    `Accepted now: ${parked.accepts.map((answer) => `\`${answer}\``).join(', ')}. Waiting since ${toTheSecond(parked.since)} UTC.`,
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
