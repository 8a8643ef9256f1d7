import { createGangwayWorkers } from '../../worker/compose';
import { runWorker } from '../run-worker';
import { memoryBook } from './memory-book';

/** A process with Gangway's own worker, but for its book: that is in memory. */
runWorker((config, connection) => createGangwayWorkers(config, connection, memoryBook()));
