import type { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { grpcStatus, GRPC } from './grpc-status';
import { ensureSearchAttributes, SearchAttributesError } from './search-attributes';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How long closed workflows are to be kept at least. A workflow's id guards its intent at Temporal only while the server
 * remembers it; then the book does.
 */
export const RETENTION_MS = 30 * DAY_MS;

/** Raises a namespace's retention to RETENTION_MS; leaves a longer one alone. */
export async function ensureRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if ((optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0) >= RETENTION_MS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(RETENTION_MS) },
  });
}

/** A namespace that Gangway can work in. */
export interface ReadyNamespace {
  /** Whether it was made now. */
  readonly created: boolean;
  /** How long it keeps closed workflows, in milliseconds. */
  readonly retentionMs: number;
  /** The search attributes that were registered now. */
  readonly registered: readonly string[];
}

/** The server's own parts learn of a new namespace, and of new attributes, one after the other. */
const VISIBLE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 500;

/**
 * Makes a namespace ready, and waits until all of it is visible: the namespace, with {@link RETENTION_MS}, if it is not there;
 * the search attributes that it lacks. Done already, it changes nothing. The retention of one that is there stays as it is.
 *
 * @throws SearchAttributesError if an attribute has another type, or is absent and this client may not register it
 * @throws whatever the SDK throws if Temporal does not answer, or refuses this client
 */
export async function setUpNamespace(connection: Connection, namespace: string): Promise<ReadyNamespace> {
  const isThere = (await retentionOf(connection, namespace)) !== undefined;
  const created = !isThere && (await create(connection, namespace));
  const retentionMs = await untilVisible(async () => {
    const retention = await retentionOf(connection, namespace);
    if (retention === undefined) throw new Error(`Namespace ${namespace} is not visible yet.`);
    return retention;
  });
  // Just made, it may not be known to all that know its attributes.
  const registered = isThere
    ? await ensureSearchAttributes(connection, namespace)
    : await untilVisible(() => ensureSearchAttributes(connection, namespace));
  await untilVisible(() => requireQueries(connection, namespace));
  return { created, retentionMs, registered };
}

/** Undefined if there is no such namespace. */
async function retentionOf(connection: Connection, namespace: string): Promise<number | undefined> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0;
  } catch (error) {
    if (grpcStatus(error) === GRPC.NOT_FOUND) return undefined;
    throw error;
  }
}

/** Whether it was made here, and not by another at the same time. */
async function create(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(RETENTION_MS),
    });
    return true;
  } catch (error) {
    if (grpcStatus(error) === GRPC.ALREADY_EXISTS) return false;
    throw error;
  }
}

/** What whoever lists workflows asks for. */
async function requireQueries(connection: Connection, namespace: string): Promise<void> {
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `${name} = 'any'`).join(' AND ');
  await connection.workflowService.countWorkflowExecutions({ namespace, query });
}

async function untilVisible<Result>(look: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + VISIBLE_WITHIN_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end || error instanceof SearchAttributesError) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}
