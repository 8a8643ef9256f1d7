import { contentOf, type Content } from '../../../book/audit/content';
import type { AuditEntry } from '../../../book/audit/entries';
import { plainDecimal } from '../../../contract/money';

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What an entry of the audit says happened, in words. */
export function entryWords({ action, ofTable, content }: AuditEntry): string {
  const row = contentOf(content);
  if (row === undefined) return `${action}, in words that cannot be read`;
  return (WORDS.get(action) ?? otherWords)(row, ofTable);
}

const WORDS: ReadonlyMap<string, (row: Content, ofTable: string) => string> = new Map([
  ['admit', (row) => `Asked for: ${row['kind'] ?? ''} of ${amount(row)} for client ${row['client_id'] ?? ''}`],
  ['begin', (row) => `Send ${row['send_number'] ?? ''} of ${row['ref'] ?? ''} may leave`],
  ['fence', (row) => `Send ${row['send_number'] ?? ''} of ${row['ref'] ?? ''} never left, and never will`],
  ['settle', settled],
  ['see', seen],
  ['end', (row) => `Ended: ${row['outcome'] ?? ''}${row['order_id'] == null ? '' : ` by order ${row['order_id']}`}`],
  ['decide', decided],
  ['refuse', (row) => `Refused: ${decided(row)}. Why refused: ${row['refused'] ?? ''}`],
  ['client', client],
  [
    'file',
    (row) => `Document ${row['type'] ?? ''} on file as ${row['provider_document_id'] ?? ''}, ${row['how'] ?? ''}`,
  ],
  ['batch', (row) => `Begun: ${row['row_count'] ?? ''} rows of the file ${(row['file_sha256'] ?? '').slice(0, 16)}…`],
  ['row', (row) => `Line ${row['line'] ?? ''}, ${row['id'] ?? ''}: ${row['outcome'] ?? ''}${codeOf(row['code'])}`],
  ['start', started],
  ['judge', judged],
  ['ask', asked],
  ['compare', compared],
  ['reconcile', (row) => `Day ${row['business_date'] ?? ''} has seen ${row['transactions'] ?? ''} transactions`],
  ['differ', differs],
  ['erase', erased],
  ['forget', (row) => `What stood beside this is erased by ${row['erasure_id'] ?? ''}`],
  ['find', asking],
]);

function otherWords(row: Content, ofTable: string): string {
  return `Had before the audit began, of ${ofTable}: ${row['state'] ?? row['outcome'] ?? row['kind'] ?? ''}`;
}

function amount(row: Content): string {
  return `${plainDecimal(row['amount'] ?? '0')} ${row['asset'] ?? ''}`;
}

function codeOf(code: string | null | undefined): string {
  return code == null ? '' : ` (${code})`;
}

function settled(row: Content): string {
  const send = `Send ${row['send_number'] ?? ''} of ${row['ref'] ?? ''}`;
  switch (row['state']) {
    case 'applied':
      return `${send} was taken, as order ${row['order_id'] ?? ''}`;
    case 'not-applied':
      return `${send} was not taken${codeOf(row['error_code'])}`;
    case null:
    case undefined:
    default:
      return `${send} left, and what came of it is not known${codeOf(row['error_code'])}`;
  }
}

function seen(row: Content): string {
  const fee = row['fee'] == null ? '' : `, fee ${plainDecimal(row['fee'])} ${row['fee_asset'] ?? row['asset'] ?? ''}`;
  return `The provider shows order ${row['order_id'] ?? ''}: ${amount(row)}, ${row['status'] ?? ''} (${row['state'] ?? ''})${fee}`;
}

function decided(row: Content): string {
  const what = row['action'] ?? row['decision'] ?? '';
  const answers = row['question'] == null ? '' : ` to ${row['question']}`;
  const evidence = row['evidence'] == null ? '' : ` Evidence: ${row['evidence']}`;
  return `${row['decided_by'] ?? ''} decided ${what}${answers}: ${row['reason'] ?? ''}${evidence}`;
}

function client(row: Content): string {
  if (row['status'] == null) return 'The onboarding began, its application checked';
  const rejected = row['rejected'] === 'true' ? ', rejected' : '';
  const [verified, active] = [row['verified'] === 'true', row['active'] === 'true'];
  return (
    `The provider shows client ${row['provider_client_id'] ?? ''}: ${row['status']}, ` +
    `${verified ? 'verified' : 'not verified'}, ${active ? 'active' : 'not active'}${rejected}`
  );
}

function asked(row: Content): string {
  if (row['requested_by'] == null) return 'Started; who asked for it was not said';
  return `Started for ${row['requested_by']}${row['proven'] === 'true' ? '' : ', which nothing proves'}`;
}

function compared(row: Content): string {
  const closed = row['closed'] === 'true' ? 'closed' : 'still open';
  return `Day ${row['business_date'] ?? ''} was compared: ${row['matched'] ?? ''} of ${row['counted'] ?? ''} agree, ${closed}`;
}

function differs(row: Content): string {
  const answer =
    row['answer'] == null ? '' : `: ${row['answered_by'] ?? ''} decided ${row['answer']}, ${row['reason'] ?? ''}`;
  return `Discrepancy ${row['discrepancy_id'] ?? ''}, ${row['class'] ?? ''} of ${row['about'] ?? ''}, ${row['state'] ?? ''}${answer}`;
}

function erased(row: Content): string {
  return (
    `${row['erased_by'] ?? ''} had the client forgotten: ${row['reason'] ?? ''} (${row['erasure_id'] ?? ''}; ` +
    `${listed(row['data_keys'])} keys, ${row['documents'] ?? ''} documents, ${row['words'] ?? ''} texts)`
  );
}

function asking(row: Content): string {
  const who = `${row['asked_by'] ?? ''} asked for a client by ${row['field'] ?? ''}`;
  return row['refused'] === 'true' ? `${who}, too often, and was refused` : `${who}: ${listed(row['found'])} found`;
}

/** How many are in a list, as the audit has it. */
function listed(text: string | null | undefined): number {
  const list: unknown = JSON.parse(text ?? '[]');
  return Array.isArray(list) ? list.length : 0;
}

function judged(row: Content): string {
  switch (row['verdict']) {
    case 'within':
      return 'Counted: it is within every limit';
    case 'withdrawn':
      return 'Counts no longer: nothing of it was sent, and it was refused for another reason';
    case null:
    case undefined:
    default: {
      const verdict = row['verdict'] === 'refused' ? 'it is refused' : 'others must approve it';
      const limit = row['from_sum'] == null ? `number ${row['from_number'] ?? ''}` : plainDecimal(row['from_sum']);
      return (
        `Over a limit, so ${verdict}: with it ${row['counted_number'] ?? ''} of its kind within ${row['within'] ?? ''}, ` +
        `${plainDecimal(row['counted_sum'] ?? '0')} in all, and over from ${limit} on`
      );
    }
  }
}

function started(row: Content): string {
  const policy = row['policy_sha256'] == null ? 'no movement needs approval' : `approval rules ${row['policy_sha256']}`;
  return `Started for ${row['providers'] ?? ''}: ${policy}`;
}

/** To the second, such as `2026-12-01 14:02:33`. */
export function timeWords(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
