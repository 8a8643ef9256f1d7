import { z } from 'zod';
import { keptUntil, RETAINED_KINDS } from '../contract/erasure';
import { id, repeats, text } from './fields';

const MOST_RULES = 100;
const LONGEST_LAW = 200;

const keep = z.string().check((context) => {
  if (keptUntil(new Date(0), context.value) !== undefined) return;
  const message = 'must be days or years, up to 100 years, such as 90d or 5y';
  context.issues.push({ code: 'custom', message, input: context.value });
});

const retentionRule = z.strictObject({
  kind: z.enum(RETAINED_KINDS),
  keep,
  law: text(LONGEST_LAW),
  provider: id.exactOptional(),
});

/** For how long laws have data kept (contract/erasure.ts, RetentionRule[]): at most one rule a kind and provider. */
export const retentionRulesSchema = z
  .array(retentionRule)
  .max(MOST_RULES)
  .readonly()
  .check((context) => {
    for (const index of repeats(context.value, ({ kind, provider = '' }) => `${kind} ${provider}`)) {
      const message = 'must differ from the kinds before it, or be of another provider';
      context.issues.push({ code: 'custom', message, path: [index, 'kind'], input: context.value });
    }
  });

/** Who has a client forgotten, and why. Kept for ever in the certificate. */
export const erasureRequestSchema = z.strictObject({
  by: id,
  reason: text(1000),
  dryRun: z.boolean().exactOptional(),
});

/** Whose data. */
export const clientKeySchema = z.strictObject({ provider: id, partnerClientId: id });
