import { z } from 'zod';
import { RESOLVE_ACTIONS } from '../contract/funding';
import { EVERY_PARK_REASON } from '../contract/progress';
import { applicantPatch, documents } from './application';
import { id, text } from './fields';
import { jsonObject } from './json';

/** Who decided, as an opaque operator id, and why. Kept for ever beside the decision. */
const decision = { by: id, reason: text(1000) };

/** A person's answer to a parked workflow (contract/funding.ts, ResolveRequest). */
export const resolveSchema = z
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
  });

/** New data for a parked onboarding (contract/onboarding.ts, AmendRequest). */
export const amendSchema = z.strictObject({
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
    }),
});

/** What a provider asked for about an order under way (contract/funding.ts, InformationRequest). */
export const informationSchema = z.strictObject({ ...decision, information: jsonObject });

/** Approves a movement, or rejects it (contract/approval.ts, ApprovalRequest). */
export const approvalSchema = z.strictObject(decision);

/** Ends a workflow that has not begun to write (contract/funding.ts, CancelRequest). */
export const cancelSchema = z.strictObject(decision);
