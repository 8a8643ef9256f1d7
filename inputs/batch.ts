import { z } from 'zod';
import { MAX_BATCH_CONCURRENCY, MAX_BATCH_ROWS } from '../contract/batch';
import { id, sha256 } from './fields';

/** The argument of `runBatch` (contract/batch.ts, BatchRequest). */
export const batchRequestSchema = z.strictObject({
  provider: id,
  batchId: id,
  sha256,
  rows: z.int().min(1).max(MAX_BATCH_ROWS),
  concurrency: z.int().min(1).max(MAX_BATCH_CONCURRENCY).exactOptional(),
});
