import { DISCREPANCY_ANSWERS } from '../../contract/discrepancies';
import { FINDING_CLASSES, type Discrepancy, type ReconciledDay } from '../../contract/reconciliation';

/** What people read of a day in the Temporal UI: counts and classes; both sides are in the book. */
export function describeDay({ run, classes }: ReconciledDay): string {
  const { provider, day, counted, matched, watermark, closed } = run;
  const found = FINDING_CLASSES.flatMap((name) => (classes[name] === undefined ? [] : [`* ${name}: ${classes[name]}`]));
  return [
    `**Reconciliation of ${provider}, ${day}**`,
    `${matched} of ${counted} transactions agree with the book, as of ${watermark}.`,
    ...(found.length === 0 ? [] : ['', 'Found:', '', ...found]),
    ...(closed ? [] : ['', 'Pages were missing: the day stays open.']),
  ].join('\n');
}

/** The question about a discrepancy in the Temporal UI: both sides, and what may be answered. */
export function describeDiscrepancy({
  provider,
  class: what,
  subject,
  sides,
  datedOn,
  firstSeenOn,
  state,
  answer,
}: Discrepancy): string {
  const rows = sides.map(({ field, ours, theirs }) => `| ${field} | ${ours} | ${theirs} |`);
  const asked = DISCREPANCY_ANSWERS[what].map((known) => `* \`${known.answer}\`: ${known.says}`);
  const how =
    asked.length === 0
      ? ['Nothing is answered: it closes by itself once a run finds it gone.']
      : [
          'Answer by the update `settle`; or leave it open, and it closes by itself once a run finds it gone.',
          '',
          ...asked,
        ];
  const end = answer === undefined ? [`It is ${state}.`] : [`${answer.answer} by ${answer.by}: ${answer.reason}`];
  return [
    `**${what} at ${provider}: ${subject}**`,
    `Dated ${datedOn}, found in the reconciliation of ${firstSeenOn}.`,
    '',
    '| Field | Ours | Theirs |',
    '|---|---|---|',
    ...rows,
    '',
    ...(state === 'open' ? how : end),
  ].join('\n');
}
