import { createGangwayWorkers } from '../../worker/compose';
import { readWorkerConfig } from '../../worker/config';
import { WorkerConnection } from '../../worker/connection';
import { installRuntime } from '../../worker/logger';
import { memoryBook } from './memory-book';

/** A process with Gangway's own worker, but for its book: that is in memory. Ends on SIGTERM. */
async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  installRuntime(config.log);
  const connection = await WorkerConnection.open(config.temporal);
  try {
    const workers = await createGangwayWorkers(config, connection.current, memoryBook());
    process.once('SIGTERM', () => {
      workers.shutdown();
    });
    const running = workers.run();
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
