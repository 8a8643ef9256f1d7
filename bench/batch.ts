import { z } from 'zod';

/** Flows to be run. */
export const batchSchema = z.object({
  /** Distinguishes the flows of this batch from all others: part of every id. */
  prefix: z.string(),
  flows: z.int().positive(),
  concurrency: z.int().positive(),
});
export type Batch = z.output<typeof batchSchema>;

export const batchResultSchema = z.object({
  /** From the first start to the last end, in milliseconds. */
  wallMs: z.number(),
  /** From a flow's start to its result, in milliseconds. */
  latenciesMs: z.array(z.number()),
  /** The workflows that each flow consists of. */
  workflowIds: z.array(z.array(z.string())),
});
export type BatchResult = z.output<typeof batchResultSchema>;

/**
 * Runs flows, a fixed number at once: when one ends, the next begins.
 *
 * @param flow runs one to its end and gives the ids of its workflows
 */
export async function runBatch(
  { prefix, flows, concurrency }: Batch,
  flow: (id: string) => Promise<readonly string[]>,
): Promise<BatchResult> {
  const latenciesMs: number[] = [];
  const workflowIds: string[][] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < flows) {
      next += 1;
      const id = `${prefix}-${next}`;
      const began = performance.now();
      const ids = await flow(id);
      latenciesMs.push(performance.now() - began);
      workflowIds.push([...ids]);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: Math.min(concurrency, flows) }, lane));
  return { wallMs: performance.now() - began, latenciesMs, workflowIds };
}
