import { Client } from '@temporalio/client';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess } from '../../worker/in-process';
import { installRuntime } from '../../worker/logger';
import { batchSchema, runBatch } from '../batch';
import { onboardAndFundFlow } from '../onboard-and-fund-flow';

/**
 * Client and worker in one process: a start brings its first workflow task back with it. Takes batches over IPC, one
 * at a time, and answers with their results. Ends on SIGTERM.
 */
async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  installRuntime(config.log);
  const workers = await startWorkerInProcess(config);
  const client = new Client({ connection: workers.connection, namespace: config.temporal.namespace });
  process.once('SIGTERM', () => {
    workers.shutdown();
  });
  process.on('message', (message) => {
    runBatch(batchSchema.parse(message), (id) => onboardAndFundFlow(client, id, { requestEagerStart: true })).then(
      (result) => process.send?.(result),
      fail,
    );
  });
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await workers.ended;
  process.disconnect();
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
