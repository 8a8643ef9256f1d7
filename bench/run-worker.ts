import type { NativeConnection } from '@temporalio/worker';
import { readWorkerConfig, type WorkerConfig } from '../worker/config';
import { WorkerConnection } from '../worker/connection';
import { installRuntime } from '../worker/logger';

interface Runnable {
  run(): Promise<void>;
  shutdown(): void;
}

/** The life of a process with a worker: says that it is ready, and ends on SIGTERM. */
export function runWorker(create: (config: WorkerConfig, connection: NativeConnection) => Promise<Runnable>): void {
  live(create).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

async function live(create: Parameters<typeof runWorker>[0]): Promise<void> {
  const config = readWorkerConfig(process.env);
  installRuntime(config.log);
  const connection = await WorkerConnection.open(config.temporal);
  try {
    const worker = await create(config, connection.current);
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
