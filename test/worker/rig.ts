import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { providerTaskQueue } from '../../contract/task-queues';
import { connect } from '../../temporal/connect';
import { startDevServer, type DevServer } from '../../temporal/dev-server';
import { startRig, sandboxEnvironment, applicant, run, type Rig } from '../activities/rig';

/**
 * A Temporal server of its own, because a worker's task queues are named by its providers and tests that share a
 * server would take each other's work; a sandbox; a bundle of one tiny workflow.
 */
export interface WorkerRig {
  readonly server: DevServer;
  readonly connection: Connection;
  readonly client: Client;
  readonly provider: Rig;
  /** The environment of a worker that works for all of this. */
  readonly environment: Record<string, string>;
  /** A client of the provider. */
  newClient(): Promise<string>;
  /** Starts the tiny workflow that deposits. */
  startDeposit(partnerClientId: string, ref: string): Promise<{ readonly workflowId: string }>;
  /** Waits until the provider has as many orders. */
  untilOrdered(ref: string): Promise<void>;
  eventTypes(workflowId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function startWorkerRig(): Promise<WorkerRig> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const directory = await mkdtemp(join(tmpdir(), 'gangway-worker-'));
  const server = await startDevServer({ env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  const provider = await startRig();
  const connection = await connect(server);
  const client = new Client({ connection, namespace: server.namespace });
  const bundle = join(directory, 'bundle.js');
  const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
  const workflowsPath = join(__dirname, 'tiny-workflows.ts');
  await writeFile(bundle, (await bundleWorkflowCode({ workflowsPath, logger: quiet })).code);
  return {
    server,
    connection,
    client,
    provider,
    environment: {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      GANGWAY_WORKFLOW_BUNDLE: bundle,
      GANGWAY_LOG_LEVEL: 'ERROR',
      ...sandboxEnvironment(provider.sandbox.url),
      ...provider.book.env,
    },
    newClient: async () => {
      const application = await provider.application();
      const key = { provider: 'coinmena', partnerClientId: application.partnerClientId };
      await run(provider.activities.createClient, { ...key, applicant: applicant() });
      return application.partnerClientId;
    },
    startDeposit: async (partnerClientId, ref) => {
      const { workflowId } = await client.workflow.start('depositOnce', {
        workflowId: `deposit-${ref}`,
        taskQueue: providerTaskQueue('coinmena'),
        args: [{ provider: 'coinmena', kind: 'deposit', partnerClientId, asset: 'USD', amount: '10.00', ref }],
      });
      return { workflowId };
    },
    untilOrdered: (ref) => provider.untilOrdered(ref),
    eventTypes: async (workflowId) => {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      return (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '');
    },
    close: async () => {
      await connection.close();
      await provider.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function nothing(): void {
  // The bundler talks.
}

export function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms));
}
