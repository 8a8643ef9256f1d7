import { type Decision, stopAt, wantedFreshRef } from './decisions';

/** An order of an intent in a provider's book, in the words that every judge shares. */
export interface OwnOrder {
  readonly ref: string;
  /** Which of the intent's refs it carries, from 1. */
  readonly attempt: number;
  /** `draft`: it moves nothing and sets nothing aside before it is confirmed. */
  readonly state: 'completed' | 'failed' | 'cancelled' | 'open' | 'draft';
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When it came into its state, if the book says so. */
  readonly changedAt?: number;
  /** In a few words. */
  readonly says: string;
}

/** A send, or a confirmation, that a workflow scheduled. */
export interface Send {
  readonly ref: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type OrderViolation = readonly [
  kind: 'DOUBLED' | 'SECOND_ORDER_OPEN' | 'FRESH_REF_TOO_SOON' | 'AGAINST_DECISION',
  says: string,
];

export interface IntentOrders {
  readonly workflowId: string;
  readonly orders: readonly OwnOrder[];
  readonly sends: readonly Send[];
  readonly decisions: readonly Decision[];
  /** Attempts whose ref the campaign gave to somebody else. */
  readonly taken: readonly number[];
}

/** What a provider's book shows of one intent that must never be, at any provider. */
export function judgeOrders(intent: IntentOrders): readonly OrderViolation[] {
  return [...secondOrders(intent), ...freshRefs(intent), ...againstDecisions(intent)];
}

function secondOrders({ orders }: IntentOrders): readonly OrderViolation[] {
  const completed = orders.filter(({ state }) => state === 'completed');
  const live = orders.filter(({ state }) => state === 'completed' || state === 'open');
  if (completed.length > 1) return [['DOUBLED', sayAll(completed)]];
  return live.length > 1 ? [['SECOND_ORDER_OPEN', sayAll(live)]] : [];
}

function sayAll(orders: readonly OwnOrder[]): string {
  return orders.map(({ says }) => says).join(' and ');
}

/**
 * Every ref but the first needs all earlier ones to have failed before it; if one was cancelled, or is somebody else's,
 * a person must have asked for the next.
 */
function freshRefs({ workflowId, orders, decisions, taken }: IntentOrders): readonly OrderViolation[] {
  return orders.flatMap((order) => {
    const wanted = wantedFreshRef(decisions, workflowId, order.createdAt);
    const earlier = Array.from({ length: order.attempt - 1 }, (_, index) => index + 1);
    return earlier.flatMap((attempt) => {
      if (taken.includes(attempt)) return wanted ? [] : [tooSoon(order, 'with nobody having asked for a fresh ref')];
      const before = orders.filter((one) => one.attempt === attempt && one.state !== 'draft');
      if (before.length === 0) return [tooSoon(order, `without an order of attempt ${attempt}`)];
      return before.flatMap((one) => freshRefAfter(order, one, wanted));
    });
  });
}

function freshRefAfter(order: OwnOrder, before: OwnOrder, wanted: boolean): readonly OrderViolation[] {
  switch (before.state) {
    case 'cancelled':
      return wanted ? [] : [['AGAINST_DECISION', `${order.says}, and nobody decided so after ${before.says}`]];
    case 'completed':
    case 'open':
      return [tooSoon(order, `beside ${before.says}`)];
    case 'failed':
    case 'draft':
      return before.changedAt !== undefined && order.createdAt < before.changedAt
        ? [tooSoon(order, `before the end of ${before.says}`)]
        : [];
  }
}

function tooSoon({ says }: OwnOrder, why: string): OrderViolation {
  return ['FRESH_REF_TOO_SOON', `${says}, ${why}`];
}

/** What was sent after somebody had ended the intent, and what follows a cancelled order under its own ref. */
function againstDecisions({ workflowId, orders, sends, decisions }: IntentOrders): readonly OrderViolation[] {
  const late = sends.filter(({ at }) => stopAt(decisions, workflowId, at) !== undefined);
  const repeated = orders.filter(
    (order) =>
      order.state !== 'cancelled' &&
      order.state !== 'draft' &&
      orders.some(
        ({ ref, state, changedAt }) =>
          ref === order.ref && state === 'cancelled' && changedAt !== undefined && changedAt < order.createdAt,
      ),
  );
  return [
    ...late.map(({ ref, at }): OrderViolation => [
      'AGAINST_DECISION',
      `${ref} was sent at ${new Date(at).toISOString()}, after ${stopAt(decisions, workflowId, at)?.how ?? 'the end'}`,
    ]),
    ...repeated.map(({ says }): OrderViolation => [
      'AGAINST_DECISION',
      `${says}, after one under its ref was cancelled`,
    ]),
  ];
}
