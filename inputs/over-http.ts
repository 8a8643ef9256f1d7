import { z } from 'zod';
import { RESOLVE_ACTIONS } from '../contract/funding';
import { applicationSchema } from './application';
import { decisionSchemas } from './decisions';
import { id } from './fields';
import { onboardAndFundSchema } from './funding';

/**
 * What the gateway takes beside what every edge takes: paths, headers, and bodies that may leave out what a token says.
 */

/** `{provider}/{id}` of a path. */
export function flowParams(own: string): z.ZodObject<{ provider: typeof id; id: typeof id }> {
  return z.object({ provider: id.describe("The provider's id"), id: id.describe(own) });
}

/** Any value that a path may hold, with no rule of our own: a provider's receiver knows what they are. */
const callbackPart = z.string();

/** Of a callback's path. */
export const callbackParams = z.object({ provider: callbackPart });
/** Of a callback's path that ends with a token. */
export const callbackParamsWithToken = z.object({ provider: callbackPart, token: callbackPart });
/** A callback is verified over its bytes, and read by its provider's receiver. */
export const callbackBody = z.unknown().describe('As the provider sends it');

/** What a signup is signed by. */
export const signupHeaders = z.looseObject({
  'webhook-id': z.string().describe('Of the message: the same when it is sent again'),
  'webhook-timestamp': z.string().describe('Seconds since 1970, of this attempt'),
  'webhook-signature': z.string().describe('v1,<Base64>; several with spaces between them while a secret is rotated'),
});

const BY = { by: z.string().optional().describe("May be left out; if it is given it is the token's own name") };

/** Bodies, by their names in the gateway's document. Each is read, once `by` is the token's name, as at every edge. */
export const BODIES = {
  Signup: z.union([applicationSchema, onboardAndFundSchema]),
  Amendment: z.strictObject({ ...decisionSchemas.amend.shape, ...BY }),
  Resolution: z.strictObject({ ...decisionSchemas.resolve.shape, ...BY, action: z.enum(RESOLVE_ACTIONS) }).meta({
    if: { properties: { action: { const: 'markCompleted' } } },
    then: { properties: { evidence: {} }, required: ['evidence'] },
  }),
  Information: z.strictObject({ ...decisionSchemas.supplyInformation.shape, ...BY }),
  Approval: z.strictObject({ ...decisionSchemas.approve.shape, ...BY }),
  Cancellation: z.strictObject({ ...decisionSchemas.cancel.shape, ...BY }),
} as const;
