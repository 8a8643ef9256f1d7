import { optionalTsToDate, optionalTsToMs } from '@temporalio/common/lib/time';
import type { Connection } from '@temporalio/client';
import { providerTaskQueue } from '../../../contract/task-queues';
import type { Finding } from '../../../providers/port';
import { connect } from '../../../temporal/connect';
import { temporalSettings, TemporalSettingsError, type TemporalSettings } from '../../../temporal/connection';
import { RETENTION_MS } from '../../../temporal/namespace';
import { missingSearchAttributes, SearchAttributesError } from '../../../temporal/search-attributes';
import { fromTemporal, unreachable } from '../../flow/from-temporal';

const DAY_MS = 24 * 60 * 60 * 1000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A worker's poll lasts a minute at most. */
const POLLER_FRESH_MS = 75_000;

/** What can be told of Temporal: server, namespace, search attributes, and whether a worker takes a provider's work. */
export async function checkTemporal(env: NodeJS.ProcessEnv, provider: string): Promise<readonly Finding[]> {
  const settings = readSettings(env);
  if ('check' in settings) return [settings];
  const connection = await connect(settings, CONNECT_TIMEOUT_MS).catch((error: unknown) =>
    unreachable(error, settings.address),
  );
  if (connection instanceof Error) {
    const todo = 'Start a server with `npx gangway up`, or set TEMPORAL_ADDRESS.';
    return [{ check: 'server', state: 'fail', found: `${settings.address} does not answer`, todo }];
  }
  try {
    return [
      await checkServer(connection, settings),
      await guarded('namespace', () => checkNamespace(connection, settings)),
      await guarded('search attributes', () => checkSearchAttributes(connection, settings)),
      await guarded('worker', () => checkWorker(connection, settings, provider)),
    ];
  } finally {
    await connection.close();
  }
}

function readSettings(env: NodeJS.ProcessEnv): TemporalSettings | Finding {
  try {
    return temporalSettings(env);
  } catch (error) {
    if (!(error instanceof TemporalSettingsError)) throw error;
    const todo = 'Correct these variables.';
    return { check: 'settings', state: 'fail', found: error.problems.join('; '), todo };
  }
}

async function guarded(check: string, work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    const todo = 'Check the namespace and what this client may do in it.';
    return { check, state: 'fail', found: fromTemporal(error).message, todo };
  }
}

async function checkServer(connection: Connection, { address }: TemporalSettings): Promise<Finding> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return { check: 'server', state: 'ok', found: `${address} answers, version ${serverVersion}` };
}

async function checkNamespace(connection: Connection, { namespace }: TemporalSettings): Promise<Finding> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const retention = optionalTsToMs(config?.workflowExecutionRetentionTtl) ?? 0;
  const found = `${namespace} keeps what has ended for ${Math.floor(retention / DAY_MS)} days`;
  if (retention >= RETENTION_MS) return { check: 'namespace', state: 'ok', found };
  const todo =
    `A fundingId is refused a second time only while its workflow is kept: raise the retention to ` +
    `${RETENTION_MS / DAY_MS} days or more.`;
  return { check: 'namespace', state: 'warn', found, todo };
}

async function checkSearchAttributes(connection: Connection, { namespace }: TemporalSettings): Promise<Finding> {
  const check = 'search attributes';
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.absent.length + missing.conflicting.length === 0) return { check, state: 'ok', found: 'all registered' };
  const found = `missing or of another type: ${[...missing.absent, ...missing.conflicting].join(', ')}`;
  return { check, state: 'fail', found, todo: new SearchAttributesError(missing, namespace).message };
}

async function checkWorker(
  connection: Connection,
  { namespace }: TemporalSettings,
  provider: string,
): Promise<Finding> {
  const name = providerTaskQueue(provider);
  // Without a type it is asked who polls for workflow tasks; a worker of ours always polls for activities too.
  const { pollers } = await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name } });
  const fresh = pollers.filter(({ lastAccessTime }) => isFresh(optionalTsToDate(lastAccessTime)));
  const workers = new Set(fresh.map(({ identity }) => identity)).size;
  if (workers > 0) return { check: 'worker', state: 'ok', found: `${workers} on ${name}` };
  const todo = 'Start one with `npx gangway worker`; what was started waits.';
  return { check: 'worker', state: 'warn', found: `nobody takes work on ${name}`, todo };
}

function isFresh(lastSeen: Date | undefined): boolean {
  return lastSeen !== undefined && Date.now() - lastSeen.getTime() < POLLER_FRESH_MS;
}
