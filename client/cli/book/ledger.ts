import type { Posting, PostingCause } from '../../../book/read/postings';
import { sameAsset } from '../../../contract/fold';
import { plainDecimal, sameAmount, type DecimalText } from '../../../contract/money';

/** What a line is about; `principal` is the movement itself, `received` what a conversion brings. */
export type LineRole = 'principal' | 'received' | 'fee' | 'vat';

/** Whose account a line is of. */
type Party = 'provider' | 'client' | 'fees' | 'vat';

export interface LedgerLine {
  readonly role: LineRole;
  readonly party: Party;
  readonly account: string;
  readonly asset: string;
  /** Above zero: a debit. */
  readonly amount: DecimalText;
}

/** One entry of the journal: in each asset its lines make zero. */
export interface LedgerEntry {
  /** The movement and the number of the audit's entry; what takes it back may have the same number. */
  readonly id: string;
  readonly reversesId: string | null;
  readonly posting: Posting;
  readonly description: string;
  readonly lines: readonly LedgerLine[];
}

/**
 * What a posting does to the accounts. The books are those of whoever runs Gangway: what a provider holds for a client is an
 * asset, what a client has is owed to it, and what the provider takes for it is an expense beside the amount, as the
 * reconciliation of balances has it (docs/book.md).
 */
export function ledgerEntry(posting: Posting): LedgerEntry {
  const { subject, entry, cause, reverses } = posting;
  const takesBack = isTakenBack(cause);
  const lines = linesOf(posting).filter(({ amount }) => !sameAmount(amount, '0'));
  return {
    id: `${subject}#${entry}${takesBack ? '-reversal' : ''}`,
    reversesId: reverses === null ? null : `${subject}#${reverses}`,
    posting,
    description: descriptionOf(posting),
    lines: takesBack ? lines.map((line) => ({ ...line, amount: negated(line.amount) })) : lines,
  };
}

/** Whether it is the reversal of an entry before it. */
export function isTakenBack(cause: PostingCause): boolean {
  return cause === 'reversed' || cause === 'word-replaced';
}

/** With all its decimal places; of an amount that is not zero. */
export function negated(amount: DecimalText): DecimalText {
  const plain = plainDecimal(amount);
  return plain.startsWith('-') ? plain.slice(1) : `-${plain}`;
}

/** Debits of the provider's account, each with what it is taken from or goes to. */
function linesOf(posting: Posting): readonly LedgerLine[] {
  const { kind, amount, fee, vat, received_amount: received } = posting;
  const asset = spelled(posting, posting.asset);
  const costs = spelled(posting, posting.fee_asset ?? posting.asset);
  const moved = both(posting, 'principal', asset, kind === 'deposit' ? amount : negated(amount), 'client');
  const got =
    kind === 'conversion' && received !== null
      ? both(posting, 'received', spelled(posting, posting.received_asset ?? ''), received, 'client')
      : [];
  return [
    ...moved,
    ...got,
    ...both(posting, 'fee', costs, negated(fee ?? '0'), 'fees'),
    ...both(posting, 'vat', costs, negated(vat ?? '0'), 'vat'),
  ];
}

function both(
  { provider, client_id: client }: Posting,
  role: LineRole,
  asset: string,
  amount: DecimalText,
  other: Exclude<Party, 'provider'>,
): readonly LedgerLine[] {
  const others: Readonly<Record<typeof other, string>> = {
    client: `liabilities:clients:${client}:${provider}`,
    fees: `expenses:fees:${provider}`,
    vat: `expenses:vat:${provider}`,
  };
  return [
    { role, party: 'provider', account: `assets:providers:${provider}:${client}`, asset, amount },
    { role, party: other, account: others[other], asset, amount: negated(amount) },
  ];
}

/** An asset as the intent spells it, where the provider spells it otherwise. */
function spelled({ asked_asset: asked }: Posting, asset: string): string {
  return sameAsset(asset, asked) ? asked : asset;
}

function descriptionOf({ kind, client_id: client, provider, cause }: Posting): string {
  const what = `${kind} for ${client} at ${provider}`;
  switch (cause) {
    case 'settled':
      return what;
    case 'reversed':
      return `${what}, taken back: the provider shows its order otherwise`;
    case 'by-word':
      return `${what}, by the word of a person`;
    case 'word-replaced':
      return `${what}, taken back: an order shows it`;
  }
}
