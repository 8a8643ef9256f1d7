import { CAPABILITIES, type Capability, type ProviderSemantics } from '../contract/provider';
import type { ProviderModule } from './port';

/** What a provider's module declares, for people and programs to read. */
export interface ProviderManifest extends ProviderSemantics {
  readonly name: string;
  readonly requestsPerSecond: number | null;
  /** How many undocumented facts its connector assumes. */
  readonly assumptions: number;
}

export function manifestOf({ name, semantics, requestsPerSecond, assumptions = [] }: ProviderModule): ProviderManifest {
  return { name, ...semantics, requestsPerSecond: requestsPerSecond ?? null, assumptions: assumptions.length };
}

const CAPABILITY_WORDS: Record<Capability, string> = {
  'create-client': 'creates clients',
  'upload-documents': 'takes documents',
  'submit-for-verification': 'verifies what is submitted',
  'read-client': 'shows clients',
  'activate-client': 'activates clients',
  deposit: 'deposit call',
  withdrawal: 'withdrawal call',
  conversion: 'conversion call',
  'receive-deposit': 'deposits that arrive',
  quote: 'quotes',
  'confirm-order': 'orders to confirm',
  'cancel-order': 'orders to cancel',
  'supply-information': 'asks for information',
  balances: 'balances',
  transactions: 'transactions to reconcile',
  assets: 'assets',
  countries: 'countries',
  callbacks: 'callbacks',
};

const REPEATED_REF: Record<ProviderSemantics['repeatedRef'], string> = {
  rejects: 'refused',
  replays: 'answered with the first order',
  duplicates: 'moves money again',
};

const ORDER_LOOKUP: Record<ProviderSemantics['orderLookup'], string> = {
  'by-ref': 'by its reference',
  'by-listing': 'in a list',
  'by-resending': 'by sending it again',
  'by-callback': 'by a callback',
};

/**
 * The manifests as a table: a head, and a row for each property, with a cell for each provider. `-` marks what a
 * provider lacks.
 */
export function manifestTable(manifests: readonly ProviderManifest[]): readonly (readonly string[])[] {
  const row = (label: string, cell: (manifest: ProviderManifest) => string): readonly string[] => [
    label,
    ...manifests.map(cell),
  ];
  return [
    row('', ({ name }) => name),
    row('id', ({ provider }) => provider),
    ...CAPABILITIES.map((capability) =>
      row(CAPABILITY_WORDS[capability], ({ capabilities }) => (capabilities.includes(capability) ? 'yes' : '-')),
    ),
    row('a repeated reference is', ({ repeatedRef }) => REPEATED_REF[repeatedRef]),
    row('a lost order is found', ({ orderLookup }) => ORDER_LOOKUP[orderLookup]),
    row('an order is final', ({ settlement }) => (settlement === 'in-call' ? 'in the call' : 'later')),
    row('needs a quote', ({ quotes = [] }) => quotes.join(', ') || '-'),
    row('needs a confirmation', ({ confirms = [] }) => confirms.join(', ') || '-'),
    row('may not show yet for', ({ settleWindowMs }) => seconds(settleWindowMs)),
    row('longest reference', ({ maxRefLength }) => `${maxRefLength} characters`),
    row('decimal places', ({ maxAmountDecimals }) => String(maxAmountDecimals)),
    row('requests per second', ({ requestsPerSecond }) =>
      requestsPerSecond === null ? '-' : String(requestsPerSecond),
    ),
    row('facts assumed', ({ assumptions }) => String(assumptions)),
  ];
}

/** The same table in Markdown, in columns of equal width, as the README has it. */
export function manifestMarkdown(manifests: readonly ProviderManifest[]): string {
  const table = manifestTable(manifests);
  const widths = (table[0] ?? []).map((_, column) => Math.max(3, ...table.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rows] = table;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
