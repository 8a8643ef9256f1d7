import { z } from 'zod';

/** How a flow ends that the server was asked to cancel. */
export const CANCELLED = 'CANCELLED';

const text = z.string();
const decisions = z.array(z.object({ action: text, by: text }));
const funding = z.object({
  outcome: text,
  order: z.object({ ref: text, kind: text, asset: text, amount: text, status: text }).optional(),
  refs: z.array(z.object({ ref: text, state: text })),
  decisions,
});
const onboarding = z.object({
  outcome: text,
  client: z.object({ status: text, verified: z.boolean(), active: z.boolean() }).optional(),
  documents: z
    .array(z.object({ type: text }).transform(({ type }) => type))
    .transform((types) => types.sort((one, other) => one.localeCompare(other))),
  decisions,
});
const receiving = z.object({
  outcome: text,
  deposit: z.object({ asset: text, amount: text }).optional(),
  decisions,
});
/** A movement of a chain: how it ended, or that it is a flow of its own. */
const chained = z.union([funding, z.object({ outcome: text, workflowId: text })]);
const ending = z.union([funding, onboarding, receiving, z.object({ onboarding, funding: z.array(chained) })]);

/**
 * What a result says that must not depend on who died: outcome, order, refs, client, documents, decisions. Not how often
 * a ref was sent, whether an order was adopted, or the provider's ids.
 */
export function endingOf(result: unknown, id: string): string {
  return JSON.stringify(ending.parse(result)).replaceAll(id, 'ID');
}
