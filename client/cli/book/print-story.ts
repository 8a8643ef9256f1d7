import type { MovementRow, MovementState } from '../../../book/read/movements';
import type { Story } from '../../../book/read/story';
import { withWords } from '../../../book/read/words';
import { plainDecimal } from '../../../contract/money';
import { newTable } from '../new-table';
import { timeWords } from './story-words';
import type { Output } from '../output';
import { counted, entryWords } from './story-words';

/** Where a movement is, as the first line of its story says it. */
const STATE_WORDS: Readonly<Record<MovementState, string>> = {
  'not-sent': 'Not sent: nothing has left for the provider, or nothing of it was taken.',
  'in-doubt': 'Sent, and it is not known whether the provider took it: it is looked up, and not sent again before.',
  'at-provider': 'At the provider: its order is open.',
  failed: "The provider's order failed: nothing moved by it.",
  settled: 'Settled at the provider; the movement has yet to end.',
  completed: 'Completed: the money has moved, once.',
  'marked-completed': 'Completed by the word of a person, with evidence.',
  abandoned: 'Given up by a person.',
  cancelled: 'Cancelled before anything of it took effect.',
};

/** The whole story, from the book alone. */
export function printStory(story: Story, output: Output): void {
  const { colors } = output;
  const { subject, movement, audit, entries } = story;
  output.say(colors.bold(titleOf(story)));
  output.say(colors.dim(`  ${subject}`));
  if (movement !== undefined) printMovement(movement, output);
  printRows(story, output);
  const table = newTable(['Time (UTC)', 'Who', 'What'], output, [25, 24, 76]);
  for (const entry of entries)
    table.push([timeWords(entry.at), entry.actor, withWords(entryWords(entry), story.words)]);
  output.say(table.toString());
  printEvents(story, output);
  if (story.movements.length > 0) printMovements(story.movements, output);
  if (audit.faultCount === 0) {
    output.say(
      `${colors.green('✓')} The audit holds: ${counted(audit.entries, 'entry', 'entries')}, ${counted(audit.rows, 'row')} as they tell.`,
    );
    return;
  }
  output.say(`${colors.red('✗')} The audit does not hold:`);
  for (const { entry, problem } of audit.faults) {
    output.say(`  ${entry === undefined ? 'it' : `entry ${entry}`} ${problem}`);
  }
}

function titleOf({ subject, movement }: Story): string {
  const [kind, provider = '', own = ''] = subject.split('/');
  if (movement !== undefined) {
    const { type, amount, currency, client_id: client } = movement;
    return `${type[0]?.toUpperCase() ?? ''}${type.slice(1)} of ${plainDecimal(amount)} ${currency} for ${client} at ${provider}`;
  }
  switch (kind) {
    case 'onboarding':
      return `Client ${own} at ${provider}`;
    case 'batch':
      return `Batch ${own} at ${provider}`;
    case 'workers':
      return 'Workers, and with what they started';
    case undefined:
    default:
      return `${own} at ${provider}, which was never admitted to the book`;
  }
}

function printMovement(movement: MovementRow, output: Output): void {
  const {
    status,
    provider_ref: order,
    fee,
    fee_currency: feeCurrency,
    approvers,
    batch_id: batch,
    row_no: row,
  } = movement;
  output.say(`  ${STATE_WORDS[status]}`);
  if (order !== null)
    output.say(`  Order ${order}${fee === null ? '' : `, fee ${plainDecimal(fee)} ${feeCurrency ?? ''}`}`);
  if (approvers !== null) output.say(`  Approved by ${approvers.replaceAll(' ', ', ')}`);
  if (batch !== null && batch !== '') output.say(`  Line ${row ?? ''} of batch ${batch}`);
}

const MOST_ROWS = 20;

function printRows({ rows }: Story, output: Output): void {
  if (rows.length === 0) return;
  const counts = new Map<string, number>();
  for (const { outcome } of rows) counts.set(String(outcome), (counts.get(String(outcome)) ?? 0) + 1);
  output.say(`  ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
  const notDone = rows.filter(({ outcome }) => outcome !== 'done');
  for (const { line, id, outcome, code } of notDone.slice(0, MOST_ROWS)) {
    output.say(`  Line ${line ?? ''}, ${id ?? ''}: ${outcome ?? ''}${code == null ? '' : ` (${code})`}`);
  }
  if (notDone.length > MOST_ROWS) output.say(`  and ${notDone.length - MOST_ROWS} more that are not done`);
}

/** What the partner is told, and what became of it. */
function printEvents({ events }: Story, output: Output): void {
  if (events.length === 0) return;
  const table = newTable(['Happened (UTC)', 'The partner is told', 'As', 'What became of it'], output);
  for (const { happened_at: at, type, reason, event_id: id, delivered_at: delivered, put_aside: why } of events) {
    const state =
      typeof delivered === 'string'
        ? `delivered ${timeWords(delivered)}`
        : why == null
          ? 'not delivered yet'
          : `put aside: ${why}`;
    const what = `${type ?? ''}${reason == null ? '' : ` (${reason})`}`;
    table.push([timeWords(String(at)), what, id ?? '', state]);
  }
  output.say(table.toString());
}

/** A line a movement. */
export function printMovements(rows: readonly MovementRow[], output: Output): void {
  if (rows.length === 0) {
    output.say('Nothing matches.');
    return;
  }
  const table = newTable(['Asked (UTC)', 'Movement', 'Client', 'Kind', 'Amount', 'Fee', 'State', 'Order'], output);
  for (const row of rows) {
    table.push([
      timeWords(row.created_at),
      row.movement_id,
      row.client_id,
      row.type,
      { content: `${plainDecimal(row.amount)} ${row.currency}`, hAlign: 'right' },
      { content: row.fee === null ? '' : plainDecimal(row.fee), hAlign: 'right' },
      stateMark(row.status, output),
      row.provider_ref ?? '',
    ]);
  }
  output.say(table.toString());
}

function stateMark(state: MovementState, { colors }: Output): string {
  switch (state) {
    case 'completed':
    case 'marked-completed':
    case 'settled':
      return colors.green(state);
    case 'in-doubt':
    case 'failed':
    case 'abandoned':
    case 'cancelled':
      return colors.yellow(state);
    case 'not-sent':
    case 'at-provider':
      return colors.cyan(state);
  }
}
