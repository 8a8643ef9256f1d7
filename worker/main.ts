import { Runtime } from '@temporalio/worker';
import { policySha256 } from '../activities';
import { GangwayError } from '../client/gangway-error';
import { keepFilesPrivate } from '../system/private-files';
import { readWorkerConfig, WorkerConfigError, type WorkerConfig } from './config';
import { startWorkerInProcess, type RunningWorkers } from './in-process';
import { installRuntime } from './logger';
import { metricsAddress, metricsUrl } from './metrics';

/**
 * The worker's process. Prints one line of JSON on stdout when it takes work, logs on stderr, and ends with
 * 0 after SIGTERM or SIGINT once everything under way has finished; 1 if it cannot start or its workers fail;
 * 2 if its settings make no sense; 4 if Temporal does not answer when it starts.
 */
async function main(): Promise<void> {
  keepFilesPrivate();
  const config = readConfig();
  if (config === undefined) {
    process.exitCode = 2;
    return;
  }
  const metrics = await metricsAddress(config);
  installRuntime(config.log, metrics);
  sayWhoIsLeftOut(config);
  sayWhatNeedsApproval(config);
  const workers = await startWorkerInProcess(config);
  stopOnSignal(workers);
  const { identity, taskQueues, health = null } = workers;
  const { notConfigured } = config;
  const ready = { ready: true, identity, health, metrics: metricsUrl(metrics), taskQueues, notConfigured };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await workers.ended;
}

function readConfig(): WorkerConfig | undefined {
  try {
    return readWorkerConfig(process.env);
  } catch (error) {
    if (!(error instanceof WorkerConfigError)) throw error;
    tellProblems(error);
    return undefined;
  }
}

function tellProblems({ problems }: WorkerConfigError): void {
  process.stderr.write(`The worker cannot start with these settings:\n`);
  for (const problem of problems) process.stderr.write(`  ${problem}\n`);
}

/** What is started for a provider that nobody serves waits silently, so it is said here. */
function sayWhoIsLeftOut({ providers, notConfigured }: WorkerConfig): void {
  const { logger } = Runtime.instance();
  logger.info('serves', { providers: providers.map(({ id }) => id).join(', ') });
  if (notConfigured.length === 0) return;
  logger.info('does not serve, because none of their variables is set', { providers: notConfigured.join(', ') });
}

/** Workers that log another hash have another policy: what an intent needs then depends on who checks it first. */
function sayWhatNeedsApproval({ approvals, requesterSecrets }: WorkerConfig): void {
  const { logger } = Runtime.instance();
  if (approvals.length === 0) {
    logger.info('no movement needs approval');
    return;
  }
  const requesters = requesterSecrets.length > 0 ? 'proven by secret' : 'never proven: one approver more is needed';
  logger.info('large movements need approval', {
    rules: approvals.length,
    sha256: policySha256(approvals),
    requesters,
  });
}

/**
 * The first signal ends the worker in order, which its grace bounds. More of them are usual and change nothing: a
 * terminal sends one to every process, and then the parent sends its own. A second Ctrl-C is a person in a hurry.
 */
function stopOnSignal(workers: RunningWorkers): void {
  let interrupts = 0;
  process.on('SIGTERM', () => {
    workers.shutdown();
  });
  process.on('SIGINT', () => {
    interrupts += 1;
    if (interrupts > 1) process.exit(130);
    workers.shutdown();
  });
}

main().catch((error: unknown) => {
  if (error instanceof WorkerConfigError) {
    tellProblems(error);
    process.exit(2);
  }
  process.stderr.write(`The worker stopped: ${error instanceof Error ? error.message : 'for a reason unknown'}\n`);
  // Ended here: workers that did not end in time, or the SDK's threads, would keep the process alive.
  process.exit(error instanceof GangwayError && error.code === 'TEMPORAL_UNREACHABLE' ? 4 : 1);
});
