import { fundingWorkflowId, onboardingWorkflowId } from '../contract/ids';
import { differing, type ClientPapers } from './applications';
import type { ClientPlan, IntentPlan, LoadPlan } from './plan';
import { PROVIDER } from './plan';
import type { StartedFlow } from './starts';

/** Something that reaches Gangway at a planned moment. */
export type Delivery = { readonly atMs: number; readonly workflowId: string } & (
  | {
      readonly what: 'start';
      readonly flow: StartedFlow;
      readonly request: object;
      /** Whether it asks for something else than the first of its id did. */
      readonly differs: boolean;
    }
  | { readonly what: 'cancel'; readonly how: 'update' | 'server' }
  | { readonly what: 'hint' }
  /** A person puts a missing file in its place and applies again. */
  | { readonly what: 'file-comes' }
  /** The provider has the order already: an earlier run of the same intent made it. */
  | { readonly what: 'made-before' }
);

/** When a missing file comes: after the application was refused for the want of it. */
const FILE_COMES_AFTER_MS = 8_000;
/** How long before its intent an order was made, if a run before this one made it. */
const MADE_BEFORE_MS = 500;

/** All deliveries of a plan, in the order of their times. */
export function deliveriesOf(
  { clients, intents }: LoadPlan,
  papers: ReadonlyMap<string, ClientPapers>,
): readonly Delivery[] {
  return [
    ...clients.flatMap((client) => deliveriesOfClient(client, papers.get(client.id))),
    ...intents.flatMap(deliveriesOfIntent),
  ].sort((one, other) => one.atMs - other.atMs);
}

function deliveriesOfClient(client: ClientPlan, papers: ClientPapers | undefined): readonly Delivery[] {
  if (papers === undefined) return [];
  const { delivered } = papers;
  const workflowId = onboardingWorkflowId(PROVIDER, client.id);
  const flow = 'funding' in delivered ? 'onboardAndFund' : 'onboard';
  const start = (atMs: number, differs: boolean): Delivery => ({
    atMs,
    workflowId,
    what: 'start',
    flow,
    request: differs ? differing(delivered) : delivered,
    differs,
  });
  const { atMs, cancelAtMs } = client;
  return [
    start(atMs, false),
    ...client.repeats.map((repeat) => start(repeat.atMs, repeat.differs)),
    ...(cancelAtMs === undefined ? [] : [{ atMs: cancelAtMs, workflowId, what: 'cancel', how: 'update' } as const]),
    ...(papers.missing.length === 0
      ? []
      : [{ atMs: atMs + FILE_COMES_AFTER_MS, workflowId, what: 'file-comes' } as const]),
  ];
}

function deliveriesOfIntent({ request, atMs, twist, repeats, cancel, hintsAtMs }: IntentPlan): readonly Delivery[] {
  const workflowId = fundingWorkflowId(PROVIDER, request.fundingId);
  const start = (time: number, differs: boolean): Delivery => ({
    atMs: time,
    workflowId,
    what: 'start',
    flow: 'fund',
    request: differs ? differing(request) : request,
    differs,
  });
  return [
    ...(atMs === undefined ? [] : [start(atMs, false)]),
    ...(atMs === undefined || twist !== 'made-before'
      ? []
      : [{ atMs: Math.max(0, atMs - MADE_BEFORE_MS), workflowId, what: 'made-before' } as const]),
    ...repeats.map((repeat) => start(repeat.atMs, repeat.differs)),
    ...(cancel === undefined ? [] : [{ atMs: cancel.atMs, workflowId, what: 'cancel', how: cancel.how } as const]),
    ...hintsAtMs.map((time) => ({ atMs: time, workflowId, what: 'hint' }) as const),
  ];
}
