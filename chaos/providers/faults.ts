import { ANSWER_FAULTS, type Fault, type FaultRule, spread, UNAUTHORIZED } from '../fault-plan';

/** How long a request that arrives late lies on the way: for longer than an attempt's answer is waited for. */
const LATE_MS = 9_000;
/** When all that was under way at the end of the faults has arrived at the provider's book. */
export const ALL_ARRIVED_AFTER_MS = LATE_MS + 1_000;

/**
 * The faults of the line and the service that can do harm, so that `rate` of the requests meet one. A 4xx never follows
 * a commit, except 408: none of the providers is said to refuse what it did.
 *
 * @param timeoutMs how long a worker waits for an answer
 */
export function serviceFaults(operations: readonly string[], rate: number, timeoutMs: number): readonly FaultRule[] {
  if (rate === 0) return [];
  const ms = Math.round(timeoutMs * 1.4);
  const stalls: readonly Fault[] = [
    { weight: 1, name: 'stall-before', kind: 'stall', params: { when: 'before-commit', ms } },
    { weight: 1, name: 'stall-lost', kind: 'stall', params: { when: 'before-commit', ms, then: 'destroy' } },
    { weight: 2, name: 'stall-after', kind: 'stall', params: { when: 'after-commit', ms } },
    { weight: 1, name: 'late', kind: 'late-duplicate', params: { ms: LATE_MS } },
  ];
  return operations.flatMap((operation) => spread(operation, [UNAUTHORIZED, ...stalls, ...ANSWER_FAULTS], rate));
}

/** What goes wrong with any callback, and with one that is signed. */
export const CALLBACK_FAULTS = ['callback-lost', 'callback-duplicated', 'callback-late', 'callback-reordered'] as const;
export const SIGNED_CALLBACK_FAULTS = [...CALLBACK_FAULTS, 'callback-bad-signature'] as const;

/** Callbacks go wrong at `rate`, in each of the ways. */
export function callbackFaults(rate: number, kinds: readonly string[]): readonly FaultRule[] {
  if (rate === 0) return [];
  return kinds.map((kind) => ({
    id: `${kind}.callback`,
    operation: 'callback',
    kind,
    probability: rate,
    times: null,
    ...(kind === 'callback-late' ? { params: { ms: 2_500 } } : {}),
  }));
}

/** A rule of the provider's own business, for all that is asked of an operation. */
export function businessFault(
  operation: string,
  name: string,
  probability: number,
  rule: Pick<FaultRule, 'kind' | 'params'>,
): FaultRule {
  return { id: `${name}.${operation.replace('*', 'any')}`, operation, probability, times: null, ...rule };
}

/** A right answer in another spelling. */
export function shownFault(
  operation: string,
  name: string,
  probability: number,
  params: { readonly fields: readonly string[]; readonly how: 'upper' | 'lower' | 'net' | 'rounded' },
): FaultRule {
  return businessFault(operation, name, probability, { kind: 'respelt', params });
}

/** A rule for one ref alone. */
export function plannedFault(
  ref: string,
  operation: string,
  kind: string,
  params: object,
  times: number | null = 1,
): FaultRule {
  const id = `planned-${kind}-${operation}.${ref.replaceAll('~', '_')}`;
  return { id, operation, kind, match: { partner_order_ref: ref }, times, params };
}
