import { createHash } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  callbackWorkflowId,
  RELAY_WORKFLOW_TYPE,
  type NewsTarget,
  type StoredCallback,
} from '../../contract/callbacks';
import { fundingWorkflowId, idProblem, onboardingWorkflowId, REF_ATTEMPT_SEPARATOR } from '../../contract/ids';
import { PARTNER_CLIENT_ID, PROVIDER, STAGE } from '../../contract/search-attributes';
import { providerTaskQueue } from '../../contract/task-queues';
import type { FundingStage } from '../../contract/funding';
import type { CallbackHint } from '../../providers/callbacks';
import { fromTemporal } from './from-temporal';
import type { TemporalAccess } from './temporal-access';

/** A provider's callback that was verified. */
export interface VerifiedCallback {
  readonly provider: string;
  /** The same in all deliveries of an event, and in no other event's; bytes if the provider gives it no id. */
  readonly event: string | Buffer;
  readonly hints: readonly CallbackHint[];
}

/** `known`: the event was stored before. `nobody`: it can concern nobody. */
export type StoredHow = 'new' | 'known' | 'nobody';

/** The most workflows that one callback is told to; any others find out by polling. */
const MOST_TARGETS = 50;
/** An order's id as it may be handed on. */
const ORDER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** The stages in which an intent may wait for news of an order whose id it does not know. */
const WAITING: readonly FundingStage[] = ['submitting', 'looking-up', 'settling', 'parked'];

/**
 * Stores a callback durably, and has everybody whom it may concern read the provider again. Harmless when repeated.
 *
 * @throws GangwayError TEMPORAL_UNREACHABLE: it is not known to be stored, and should be sent again
 */
export async function storeCallback(temporal: TemporalAccess, callback: VerifiedCallback): Promise<StoredHow> {
  const { provider, event, hints } = callback;
  try {
    const named = await targetsOf(temporal, provider, hints);
    const targets = typeof event === 'string' ? named : await running(temporal, named);
    if (targets.length === 0) return 'nobody';
    const stored: StoredCallback = { provider, targets };
    const digest = digestOf(event);
    for (const key of keysOf(callback, digest)) {
      const workflowId = callbackWorkflowId(provider, key);
      if (await isStarted(temporal, workflowId, stored, digest)) return 'new';
      if (typeof event === 'string' || (await isOf(temporal, workflowId, digest))) return 'known';
    }
    return 'known';
  } catch (error) {
    throw fromTemporal(error);
  }
}

/** Starts a callback's workflow; false if there is or was one of its id. */
async function isStarted(
  { client }: TemporalAccess,
  workflowId: string,
  stored: StoredCallback,
  digest: string,
): Promise<boolean> {
  const { provider, targets } = stored;
  try {
    await client.workflow.start(RELAY_WORKFLOW_TYPE, {
      workflowId,
      taskQueue: providerTaskQueue(provider),
      args: [stored],
      memo: { [EVENT_MEMO]: digest },
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `News of ${provider} for ${targets.length}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Whether that workflow relays this event, and not another one that took the place first. */
async function isOf({ client }: TemporalAccess, workflowId: string, digest: string): Promise<boolean> {
  const { memo } = await client.workflow.getHandle(workflowId).describe();
  return memo?.[EVENT_MEMO] === digest;
}

/** What a callback's workflow keeps of its event: the hash of it. */
const EVENT_MEMO = 'event';
/** How many different callbacks without an id are passed on for one ref in one span of time. */
const MOST_IN_A_SPAN = 16;
const SPAN_MS = 10 * 60_000;

/**
 * The ids that a callback's workflow may have, the first that is free first. Workflow ids are shown in clear, so an id that
 * is not opaque is replaced by one that is. A callback without an id proves only that its sender knows the address, and that
 * sender could make up any number of bodies. So those of one ref share a few places in each span of time, each of them in the
 * first free one from where its bytes begin; if all are taken, polling finds the news.
 */
function keysOf({ event, hints }: VerifiedCallback, digest: string): readonly string[] {
  if (typeof event === 'string') return [idProblem(event) === undefined ? event : digest];
  const first = Number.parseInt(digest.slice(0, 8), 16);
  const about = digestOf(JSON.stringify(hints.map(({ ref }) => ref ?? ''))).slice(0, 32);
  const span = Math.floor(Date.now() / SPAN_MS);
  const places = Array.from({ length: MOST_IN_A_SPAN }, (_, index) => (first + index) % MOST_IN_A_SPAN);
  return places.map((place) => `${about}.${span}.${place}`);
}

function digestOf(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Only those that run: a callback to a flow that has ended starts nothing. */
async function running({ client }: TemporalAccess, targets: readonly NewsTarget[]): Promise<readonly NewsTarget[]> {
  const found = await Promise.all(
    targets.map(async (target) => {
      try {
        const { status } = await client.workflow.getHandle(target.workflowId).describe();
        return status.name === 'RUNNING' ? [target] : [];
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

async function targetsOf(
  temporal: TemporalAccess,
  provider: string,
  hints: readonly CallbackHint[],
): Promise<readonly NewsTarget[]> {
  const found = new Map<string, NewsTarget>();
  for (const hint of hints) {
    for (const target of await ofHint(temporal, provider, hint)) {
      if (found.size < MOST_TARGETS || found.has(target.workflowId)) found.set(target.workflowId, target);
    }
  }
  return [...found.values()];
}

/**
 * Whom a hint means. A ref names its intent. If only the client is named: its onboarding and all its running movements.
 * If only an order is named: every movement that waits for one. The order's id is passed on only if the ref says whose
 * order it is: others would look at it in vain.
 */
async function ofHint(temporal: TemporalAccess, provider: string, hint: CallbackHint): Promise<readonly NewsTarget[]> {
  const { ref, orderId, partnerClientId } = hint;
  const fundingId = ref?.split(REF_ATTEMPT_SEPARATOR)[0];
  if (fundingId !== undefined && idProblem(fundingId) === undefined) {
    const known = orderId !== undefined && ORDER_ID.test(orderId);
    return [{ workflowId: fundingWorkflowId(provider, fundingId), ...(known ? { orderId } : {}) }];
  }
  const running = `ExecutionStatus = 'Running' AND ${PROVIDER.name} = '${provider}'`;
  if (partnerClientId !== undefined && idProblem(partnerClientId) === undefined) {
    const ofClient = await idsOf(temporal, `${running} AND ${PARTNER_CLIENT_ID.name} = '${partnerClientId}'`);
    // Named even if it began a moment ago, which Temporal's list may not show yet.
    return [onboardingWorkflowId(provider, partnerClientId), ...ofClient].map((workflowId) => ({ workflowId }));
  }
  if (orderId === undefined) return [];
  const stages = WAITING.map((stage) => `'${stage}'`).join(', ');
  const waiting = await idsOf(temporal, `${running} AND ${STAGE.name} IN (${stages})`);
  return waiting.map((workflowId) => ({ workflowId }));
}

async function idsOf({ client }: TemporalAccess, query: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query, pageSize: MOST_TARGETS })) {
    ids.push(workflowId);
    if (ids.length >= MOST_TARGETS) break;
  }
  return ids;
}
