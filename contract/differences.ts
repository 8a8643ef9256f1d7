import type { FundingKind, Order } from './funding';
import { sameAsset } from './fold';
import { sameAmount, type DecimalText } from './money';
import type { ProviderSemantics } from './provider';

/** A field in which an order is not what was asked for, both sides as a person may see them. */
export interface Difference {
  readonly field: string;
  readonly asked: string;
  readonly shown: string;
}

/** What an order is asked to be. */
export interface AskedOrder {
  readonly ref: string;
  readonly kind: FundingKind;
  readonly partnerClientId: string;
  readonly asset: string;
  readonly amount: DecimalText;
}

type Spelling = Pick<ProviderSemantics, 'clientIds'>;

/**
 * Every field in which an order is not what was asked for; none if it is. Canonical forms are compared: a GUID and an
 * asset in either case, an amount in any scale. What the connector itself found differing, such as the destination,
 * stands last.
 */
export function differencesOf(order: Order, asked: AskedOrder, spelling: Spelling): readonly Difference[] {
  const same = {
    ref: order.ref === asked.ref,
    kind: order.kind === asked.kind,
    partnerClientId: isSameClient(order.partnerClientId, asked.partnerClientId, spelling),
    asset: sameAsset(order.asset, asked.asset),
    amount: sameAmount(order.amount, asked.amount),
  };
  const fields = ['ref', 'kind', 'partnerClientId', 'asset', 'amount'] as const;
  return [
    ...fields.flatMap((field) => (same[field] ? [] : [{ field, asked: asked[field], shown: order[field] }])),
    ...(order.differs ?? []),
  ];
}

/** Whether the provider means one client by both ids. */
function isSameClient(a: string, b: string, { clientIds }: Spelling): boolean {
  return a === b || (clientIds === 'guid' && a.toLowerCase() === b.toLowerCase());
}

/** Fields in which one intent's order is never another's. */
const TELLING_FIELDS: readonly string[] = [
  'ref',
  'kind',
  'partnerClientId',
  'asset',
] satisfies readonly (keyof AskedOrder)[];

/**
 * Whether an order with these differences could still be the intent's own, or an earlier intent's of the same client:
 * client, kind and asset agree, as they do if a provider shows an amount net of a fee, or rounded.
 */
export function mayBeOwn(differences: readonly Difference[]): boolean {
  return !differences.some(({ field }) => TELLING_FIELDS.includes(field));
}

/** `amount: asked 100.00, shown 99.50`. */
export function describeDifference({ field, asked, shown }: Difference): string {
  return `${field}: asked ${asked}, shown ${shown}`;
}
