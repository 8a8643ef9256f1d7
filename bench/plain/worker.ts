import { NativeConnection, Worker } from '@temporalio/worker';
import { workerTuning } from '../../worker/compose';
import { readWorkerConfig } from '../../worker/config';
import { installRuntime } from '../../worker/logger';
import * as activities from './activities';
import { PLAIN_TASK_QUEUE } from './flow';

/**
 * A process that works the task queue that its argument names, with the settings of Gangway's own worker. Ends on
 * SIGTERM.
 */
async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  installRuntime(config.log);
  const { address, namespace } = config.temporal;
  const connection = await NativeConnection.connect({ address, tls: false });
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: process.argv[2] ?? PLAIN_TASK_QUEUE,
      workflowsPath: require.resolve('./workflows'),
      activities,
      ...workerTuning(config),
    });
    process.once('SIGTERM', () => {
      worker.shutdown();
    });
    const running = worker.run();
    process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
    await running;
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
