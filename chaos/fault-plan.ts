import { refForAttempt } from '../contract/refs';
import { OPERATIONS, type Operation } from '../sandbox/coinmena/fault-rules';
import { Chance } from './chance';
import type { ClientPlan, IntentPlan, LoadPlan } from './plan';

/** A rule as the sandbox's control port takes it (sandbox/README.md). */
export interface FaultRule {
  readonly id: string;
  readonly operation: string;
  readonly kind: string;
  readonly match?: { readonly partner_client_id?: string; readonly partner_order_ref?: string };
  readonly probability?: number;
  readonly times: number | null;
  readonly params?: object;
}

/** One way in which a request can fail, and how often beside the others. */
export interface Fault {
  readonly weight: number;
  readonly name: string;
  readonly kind: string;
  readonly params?: object;
}

/** Twice the HTTP timeout of the workers, and more than an attempt of an activity has. */
const LONG_MS = 2_000;
const VERY_LONG_MS = 40_000;

/** How long the request of an intent that arrives late lies on the way: for longer than the window, or than an attempt. */
const LATE_MS = [12_000, 35_000] as const;
/** When all that was under way at the end of the faults has arrived at the provider's book. */
export const ALL_ARRIVED_AFTER_MS = Math.max(...LATE_MS) + 1_000;

/**
 * The part of the faults by chance that the line and the service show. A 4xx never follows a commit: that an error
 * response means no effect is what CoinMENA states (Funding and Reconciliation page), and Gangway takes it at its word.
 */
export const ANSWER_FAULTS: readonly Fault[] = [
  { weight: 2, name: 'reset-before', kind: 'reset', params: { when: 'before-commit' } },
  { weight: 3, name: 'reset-after', kind: 'reset', params: { when: 'after-commit' } },
  { weight: 1, name: 'truncated', kind: 'truncated', params: { end: 'clean' } },
  { weight: 1, name: 'cut-short', kind: 'truncated', params: { end: 'cut' } },
  { weight: 1, name: 'wrong-types', kind: 'wrong-types' },
  { weight: 1, name: 'html-success', kind: 'wrong-content-type', params: { body: 'html' } },
  { weight: 1, name: 'called-html', kind: 'wrong-content-type', params: { body: 'json' } },
  { weight: 1, name: '500', kind: 'status', params: { status: 500 } },
  { weight: 1, name: '500-after', kind: 'status', params: { status: 500, commit: 'before' } },
  { weight: 1, name: '502-html', kind: 'status', params: { status: 502, body: 'html' } },
  { weight: 1, name: '502-html-after', kind: 'status', params: { status: 502, body: 'html', commit: 'before' } },
  { weight: 1, name: '503-retry-after', kind: 'status', params: { status: 503, body: 'empty', retry_after: 1 } },
  { weight: 1, name: '504-after', kind: 'status', params: { status: 504, body: 'empty', commit: 'before' } },
  { weight: 1, name: '408-after', kind: 'status', params: { status: 408, body: 'html', commit: 'before' } },
  { weight: 2, name: '429', kind: 'status', params: { status: 429, retry_after: 1 } },
  { weight: 0.5, name: '400-html', kind: 'status', params: { status: 400, body: 'html' } },
  { weight: 0.5, name: '404-html', kind: 'status', params: { status: 404, body: 'html' } },
  { weight: 0.3, name: '403-html', kind: 'status', params: { status: 403, body: 'html' } },
];

/**
 * Waits. If a repeat would not be refused, a request that arrives after it was given up arrives within the window that
 * the connector declares for look-ups (SETTLE_WINDOW_MS): an upload is not idempotent and has no reference.
 */
function stallFaults(operation: Operation): readonly Fault[] {
  const latest = operation === 'upload-document' ? LONG_MS : 9_000;
  return [
    { weight: 1, name: 'stall-before', kind: 'stall', params: { when: 'before-commit', ms: LONG_MS } },
    { weight: 1, name: 'stall-lost', kind: 'stall', params: { when: 'before-commit', ms: LONG_MS, then: 'destroy' } },
    { weight: 1, name: 'stall-after', kind: 'stall', params: { when: 'after-commit', ms: LONG_MS } },
    {
      weight: 1,
      name: 'stall-after-long',
      kind: 'stall',
      params: { when: 'after-commit', ms: VERY_LONG_MS, then: 'destroy' },
    },
    { weight: 1, name: 'late', kind: 'late-duplicate', params: { ms: latest } },
  ];
}

export const UNAUTHORIZED: Fault = { weight: 0.3, name: '401', kind: 'unauthorized' };

/** Spoilings that must make no difference: they come on top of the fault rate. */
const HARMLESS: readonly Fault[] = [
  { weight: 1, name: 'extra-fields', kind: 'extra-fields' },
  { weight: 1, name: 'latency', kind: 'latency', params: { ms: 250 } },
];
const HARMLESS_PART = 0.15;

/** Whether faults of this name make no difference. */
export function isHarmless(name: string): boolean {
  return HARMLESS.some((fault) => fault.name === name);
}

/** What CoinMENA's business shows beside, as parts of the fault rate. */
const BUSINESS_FAULTS: readonly { readonly operation: Operation; readonly part: number; readonly fault: Fault }[] = [
  ...(['deposit', 'withdrawal'] as const).flatMap((operation) => [
    business(operation, 0.12, 'order-failed', 'order-outcome', { status: 'failed' }),
    business(operation, 0.08, 'order-rejected', 'order-outcome', { status: 'rejected', http_status: 200 }),
    business(operation, 0.08, 'order-open', 'order-outcome', { status: 'open', http_status: 202 }),
    business(operation, 0.05, 'order-odd', 'order-outcome', { status: 'being_looked_into' }),
  ]),
  business('create-client', 0.15, 'client-pending', 'client-status', { status: 'pending' }),
  business('create-client', 0.05, 'client-odd', 'client-status', { status: 'to_be_reviewed' }),
  business('create-client', 0.1, 'client-inactive', 'client-inactive'),
  business('get-order-by-ref', 0.5, 'order-missed', 'lookup-misses'),
  business('get-client', 0.2, 'client-missed', 'lookup-misses'),
  ...(['deposit', 'withdrawal', 'get-order-by-ref'] as const).map((operation) =>
    business(operation, 0.5, 'asset-in-lower-case', 'respelt', {
      fields: ['credit_asset_id', 'debit_asset_id', 'fee_asset_id'],
      how: 'lower',
    }),
  ),
];

function business(operation: Operation, part: number, name: string, kind: string, params?: object) {
  return { operation, part, fault: { weight: 1, name, kind, ...(params === undefined ? {} : { params }) } };
}

/** The faults that any request can meet: those of the line and the service strike `rate` of them, the others beside. */
export function chanceFaults(rate: number): readonly FaultRule[] {
  if (rate === 0) return [];
  return [
    ...OPERATIONS.flatMap((operation) => [
      ...spread(operation, [UNAUTHORIZED, ...stallFaults(operation), ...ANSWER_FAULTS], rate),
      ...spread(operation, HARMLESS, rate * HARMLESS_PART),
    ]),
    ...BUSINESS_FAULTS.map(({ operation, part, fault }) => rule(operation, fault, part * rate)),
  ];
}

/** Rules of which at least one strikes in `rate` of the requests, each as often as its weight says. */
export function spread(operation: string, faults: readonly Fault[], rate: number): readonly FaultRule[] {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  let untouched = 1;
  return faults.map((fault) => {
    const part = (rate * fault.weight) / total;
    const probability = part / untouched;
    untouched -= part;
    return rule(operation, fault, probability);
  });
}

function rule(operation: string, { name, kind, params }: Fault, probability: number): FaultRule {
  return {
    id: `${name}.${operation}`,
    operation,
    kind,
    probability: Number(Math.min(1, probability).toFixed(6)),
    times: null,
    ...(params === undefined ? {} : { params }),
  };
}

/** The faults that are planned for single clients and intents. */
export function plannedFaults({ clients, intents }: LoadPlan): readonly FaultRule[] {
  return [...clients.flatMap(faultsOfClient), ...intents.flatMap(faultsOfIntent)];
}

function faultsOfClient({ id, twist }: ClientPlan): readonly FaultRule[] {
  const base = { operation: 'create-client', match: { partner_client_id: id }, times: 1 } as const;
  switch (twist) {
    case 'verified-late':
      return [{ ...base, id: `planned-pending.${id}`, kind: 'client-status', params: { status: 'pending' } }];
    case 'inactive':
      return [{ ...base, id: `planned-inactive.${id}`, kind: 'client-inactive' }];
    case 'none':
    case 'known':
    case 'taken':
    case 'email-taken':
    case 'bad-country':
    case 'file-missing':
      return [];
  }
}

/** The rule that hides an order from every look-up until a person has asked the provider. */
export function hidingRule(fundingId: string): string {
  return `planned-hidden.${fundingId}`;
}

function lateBy(fundingId: string): number {
  return new Chance(0, `lateness of ${fundingId}`).pick(...LATE_MS);
}

function faultsOfIntent({ twist, request: { fundingId, kind, policy } }: IntentPlan): readonly FaultRule[] {
  const of = (name: string, fault: Omit<FaultRule, 'id' | 'match'>, ref = fundingId): FaultRule => ({
    // A rule's id may not hold what separates a ref from its attempt.
    id: `planned-${name}.${ref.replaceAll('~', '_')}`,
    match: { partner_order_ref: ref },
    ...fault,
  });
  const lost = of('lost', { operation: kind, kind: 'reset', times: 1, params: { when: 'after-commit' } });
  const fails = (ref: string): FaultRule =>
    of('failed', { operation: kind, kind: 'order-outcome', times: 1, params: { status: 'failed' } }, ref);
  switch (twist) {
    case 'late-2020':
      return [lost, of('missed', { operation: 'get-order-by-ref', kind: 'lookup-misses', times: 8 })];
    case 'unfindable':
      return [
        lost,
        {
          ...of('hidden', { operation: 'get-order-by-ref', kind: 'lookup-misses', times: null }),
          id: hidingRule(fundingId),
        },
      ];
    case 'fails-first':
      return [fails(fundingId)];
    case 'fails-always':
      return Array.from({ length: policy?.maxRefs ?? 5 }, (_, index) => fails(refForAttempt(fundingId, index + 1)));
    case 'arrives-late':
      return [of('late', { operation: kind, kind: 'late-duplicate', times: 1, params: { ms: lateBy(fundingId) } })];
    case 'long-stall':
      return [
        of('stall', { operation: kind, kind: 'stall', times: 1, params: { when: 'after-commit', ms: VERY_LONG_MS } }),
      ];
    case 'settles-late':
      return [of('open', { operation: kind, kind: 'order-outcome', times: 1, params: { status: 'open' } })];
    case 'shown-net':
    case 'shown-rounded': {
      const how = twist === 'shown-net' ? 'net' : 'rounded';
      const params = { fields: ['credit', 'debit'], how };
      return [kind, 'get-order-by-ref'].map((operation) =>
        of(`${twist}-${operation}`, { operation, kind: 'respelt', times: null, params }),
      );
    }
    case 'none':
    case 'ref-taken':
    case 'made-before':
    case 'too-early':
    case 'too-much':
    case 'ineligible':
      return [];
  }
}
