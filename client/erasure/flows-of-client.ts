import { WorkflowNotFoundError } from '@temporalio/client';
import type { HeldOfClient } from '../../contract/erasure';
import type { ClientKey } from '../../contract/records';
import { NEEDS_ATTENTION, PARTNER_CLIENT_ID, PROVIDER } from '../../contract/search-attributes';
import { inLanes } from '../../system/in-lanes';
import { readWorkflowId } from '../flow/flow-id';
import { fromTemporal } from '../flow/from-temporal';
import type { TemporalAccess } from '../flow/temporal-access';

/** What of a client's runs in Temporal, as an erasure has to know it. Workflow ids each. */
export interface FlowsOfClient {
  /** Money may be under way, or is about to be: not to be ended. */
  readonly moving: readonly string[];
  /** Movements that wait for a person, with nothing under way. */
  readonly parked: readonly string[];
  readonly onboardings: readonly string[];
  /** What the partner is being told. */
  readonly deliveries: readonly string[];
  /** Batches with rows of the client. */
  readonly batches: readonly string[];
  readonly ended: ReadonlySet<string>;
}

const AT_ONCE = 10;
const PAGE = 1_000;

/** Every workflow that Temporal lists of a client, running or not. The list lags: what began a moment ago may be missing. */
export async function listedOf(
  { client }: TemporalAccess,
  { provider, partnerClientId }: ClientKey,
): Promise<readonly string[]> {
  // Both are ids: nothing in them needs quoting.
  const query = `${PROVIDER.name} = '${provider}' AND ${PARTNER_CLIENT_ID.name} = '${partnerClientId}'`;
  const ids = new Set<string>();
  try {
    for await (const { workflowId } of client.workflow.list({ query, pageSize: PAGE })) ids.add(workflowId);
  } catch (error) {
    throw fromTemporal(error);
  }
  return [...ids];
}

/** Asks Temporal itself about each, not its list: what has ended there has ended. */
export async function flowsOf(
  temporal: TemporalAccess,
  { subjects, batches, movements }: HeldOfClient,
): Promise<FlowsOfClient> {
  const underWay = new Set(movements.flatMap((each) => (each.underWay ? [each.workflowId] : [])));
  const found: Record<Kind, string[]> = { moving: [], parked: [], onboardings: [], deliveries: [], batches: [] };
  const ended = new Set<string>();
  await inLanes(AT_ONCE, [...subjects, ...batches], async (id) => {
    const running = await runningAt(temporal, id);
    // What was ended in Temporal while its money was under way is under way still.
    if (running === undefined && !underWay.has(id)) ended.add(id);
    else found[kindOf(id, { isParked: running?.isParked === true, underWay: underWay.has(id) })].push(id);
  });
  return { ...found, ended };
}

type Kind = Exclude<keyof FlowsOfClient, 'ended'>;

function kindOf(
  workflowId: string,
  { isParked, underWay }: { readonly isParked: boolean; readonly underWay: boolean },
): Kind {
  const [room] = workflowId.split('/');
  if (room === 'event') return 'deliveries';
  if (room === 'batch') return 'batches';
  if (readWorkflowId(workflowId)?.kind === 'onboarding') return 'onboardings';
  return isParked && !underWay ? 'parked' : 'moving';
}

/** Undefined if nothing of that id runs. */
async function runningAt(
  { client }: TemporalAccess,
  workflowId: string,
): Promise<{ readonly isParked: boolean } | undefined> {
  try {
    const { status, typedSearchAttributes } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return undefined;
    return { isParked: typedSearchAttributes.get(NEEDS_ATTENTION) !== undefined };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw fromTemporal(error, workflowId);
  }
}
