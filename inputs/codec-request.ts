import { z } from 'zod';

/** One page of Temporal's UI has a few in a request; its command line sends what one message holds. */
const MOST_PAYLOADS = 1_000;

/** A payload as Protocol Buffers have it in JSON: every value in Base64. What else it may hold is passed on. */
const encodedPayload = z.looseObject({
  metadata: z.record(z.string(), z.string()).optional(),
  data: z.string().optional(),
});

/** What Temporal's UI and command line ask a codec server, by its protocol. */
export const codecRequestSchema = z.looseObject({ payloads: z.array(encodedPayload).max(MOST_PAYLOADS) });

export type EncodedPayload = z.output<typeof encodedPayload>;
