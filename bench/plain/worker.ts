import { Worker } from '@temporalio/worker';
import { workerTuning } from '../../worker/compose';
import { runWorker } from '../run-worker';
import * as activities from './activities';
import { PLAIN_TASK_QUEUE } from './flow';

/** A process that works the task queue that its argument names, with the settings of Gangway's own worker. */
runWorker((config, connection) =>
  Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: process.argv[2] ?? PLAIN_TASK_QUEUE,
    workflowsPath: require.resolve('./workflows'),
    activities,
    ...workerTuning(config),
  }),
);
