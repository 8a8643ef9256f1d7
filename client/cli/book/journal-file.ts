import type { BookDatabase } from '../../../book/connection';
import { postings, type PostingFilter } from '../../../book/read/postings';
import { isNegative, plainDecimal } from '../../../contract/money';
import { isTakenBack, ledgerEntry, negated, type LedgerEntry } from './ledger';
import { TABLE_FORMATS, TableText, type TableFormat } from './table-text';
import type { FileMaker } from './written-file';

export const JOURNAL_FORMATS = ['hledger', ...TABLE_FORMATS] as const;
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];

const COLUMNS = [
  ...(['entry_id', 'transaction_id', 'line_no', 'account', 'debit', 'credit', 'currency', 'effective_date'] as const),
  ...(['posted_at', 'source_id', 'reverses_id', 'description', 'hash'] as const),
];

/** Every entry of the journal in the order of time, some at a time. */
export async function* ledgerEntries(
  within: BookDatabase,
  filter: PostingFilter,
): AsyncGenerator<readonly LedgerEntry[]> {
  for await (const page of postings(within, filter)) yield page.map(ledgerEntry);
}

/** The journal: of a table, each line is a row; of hledger, each entry is a transaction. */
export function journalFile(format: JournalFormat, filter: PostingFilter): FileMaker {
  return async (within, asOf, write) => {
    const text = format === 'hledger' ? hledgerText(asOf, filter) : tableText(format);
    let rows = 0;
    await write(text.head);
    for await (const page of ledgerEntries(within, filter)) {
      rows += page.length;
      await write(text.of(page));
    }
    return { rows };
  };
}

interface JournalText {
  readonly head: string;
  of(entries: readonly LedgerEntry[]): string;
}

function tableText(format: TableFormat): JournalText {
  const table = new TableText(format, COLUMNS);
  return { head: table.head, of: (entries) => table.of(entries.flatMap(rowsOf)) };
}

type JournalRow = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

function rowsOf({ id, reversesId, posting, description, lines }: LedgerEntry): readonly JournalRow[] {
  return lines.map(({ account, asset, amount }, at) => ({
    entry_id: `${id}.${at + 1}`,
    transaction_id: id,
    line_no: at + 1,
    account,
    debit: isNegative(amount) ? null : amount,
    credit: isNegative(amount) ? negated(amount) : null,
    currency: asset,
    effective_date: dayOf(posting.effective_at),
    posted_at: posting.posted_at,
    source_id: posting.order_id ?? posting.subject,
    reverses_id: reversesId,
    description,
    hash: posting.sha256,
  }));
}

/** What hledger reads; a person's word is marked `!`, which it calls pending. */
function hledgerText(asOf: Date, { provider, client, from, to }: PostingFilter): JournalText {
  const period = [
    ...(from === undefined ? [] : [`from ${from.toISOString()}`]),
    ...(to === undefined ? [] : [`before ${to.toISOString()}`]),
  ];
  const asked = [provider ?? 'all providers', client ?? 'all clients', ...period].join(', ');
  return {
    head: `; Journal of Gangway's book as of ${asOf.toISOString()}: ${asked}\ndecimal-mark .\n`,
    of: (entries) => entries.map(transactionText).join(''),
  };
}

function transactionText({ id, reversesId, posting, description, lines }: LedgerEntry): string {
  const { cause, funding_id: fundingId, order_id: orderId, posted_at: postedAt, sha256 } = posting;
  const mark = cause === 'by-word' || cause === 'word-replaced' ? '!' : '*';
  const tags = [
    `entry:${id}`,
    ...(reversesId === null || !isTakenBack(cause) ? [] : [`reverses:${reversesId}`]),
    ...(orderId === null ? [] : [`order:${plainWord(orderId)}`]),
    `posted:${postedAt}`,
    `sha256:${sha256}`,
  ];
  return [
    '',
    `${dayOf(posting.effective_at)} ${mark} (${fundingId}) ${description}`,
    ...tags.map((tag) => `    ; ${tag}`),
    ...lines.map(({ account, asset, amount }) => `    ${account}  ${plainDecimal(amount)} "${plainWord(asset)}"`),
    '',
  ].join('\n');
}

/** The UTC day. */
function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

/** What a provider named, in letters that end no word and no line of a file. */
export function plainWord(text: string): string {
  return text.replaceAll(/[^\w.:/@+-]/gu, encodeURIComponent);
}
