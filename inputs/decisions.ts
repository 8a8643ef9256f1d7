import { z } from 'zod';
import type { DecisionName } from '../contract/decisions';
import { RESOLVE_ACTIONS } from '../contract/funding';
import { EVERY_PARK_REASON } from '../contract/progress';
import { applicantPatch, documents } from './application';
import { id, text } from './fields';
import { jsonObject } from './json';

/** Who decided, as an opaque operator id, and why. Kept for ever beside the decision. */
const decision = { by: id, reason: text(1000) };

/** What each decision is given (contract/decisions.ts, DecisionRequests). */
export const decisionSchemas = {
  resolve: z
    .strictObject({
      ...decision,
      action: z.enum(RESOLVE_ACTIONS),
      evidence: text(2000).exactOptional(),
      answers: z.enum(EVERY_PARK_REASON).exactOptional(),
    })
    .check((context) => {
      if (context.value.action !== 'markCompleted' || context.value.evidence !== undefined) return;
      const message = 'is required by markCompleted';
      context.issues.push({ code: 'custom', message, path: ['evidence'], input: context.value });
    }),
  approve: z.strictObject(decision),
  reject: z.strictObject(decision),
  amend: z.strictObject({
    ...decision,
    patch: z
      .strictObject({
        applicant: applicantPatch.exactOptional(),
        documents: documents.exactOptional(),
        details: jsonObject.exactOptional(),
      })
      .check((context) => {
        if (Object.keys(context.value).length > 0) return;
        context.issues.push({ code: 'custom', message: 'must change something', input: context.value });
      })
      .meta({ minProperties: 1 }),
  }),
  supplyInformation: z.strictObject({ ...decision, information: jsonObject }),
  cancel: z.strictObject(decision),
} as const satisfies Readonly<Record<DecisionName, z.ZodType>>;
