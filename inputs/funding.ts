import { z } from 'zod';
import { FUNDING_KINDS, type FundingPolicy } from '../contract/funding';
import { MAX_ID_LENGTH } from '../contract/ids';
import { fundingIdProblem } from '../contract/refs';
import { applicationSchema } from './application';
import { amount, assetId, decimalFraction, durationMs, id, providersId, repeats, sha256 } from './fields';
import { jsonObject } from './json';

/** Refs an intent may use if its policy does not say (contract/funding.ts). */
const DEFAULT_MAX_REFS = 5;
const MOST_REFS = 50;

/** The most movements that may follow an onboarding. */
const MAX_PLANNED_FUNDINGS = 20;

const fundingPolicy = z.strictObject({
  maxRefs: z.int().min(1).max(MOST_REFS).exactOptional(),
  settlementDeadlineMs: durationMs.exactOptional(),
  quoteTolerance: decimalFraction.exactOptional(),
});

const movement = {
  fundingId: id,
  kind: z.enum(FUNDING_KINDS),
  asset: assetId,
  amount,
  details: jsonObject.exactOptional(),
  policy: fundingPolicy.exactOptional(),
};

/** A fundingId must leave room for the suffix of its last attempt (contract/refs.ts). */
function fundingIdLengthProblem({ fundingId, policy }: { fundingId: string; policy?: FundingPolicy }) {
  return fundingIdProblem(fundingId, MAX_ID_LENGTH, policy?.maxRefs ?? DEFAULT_MAX_REFS);
}

/** Refuses a fundingId that leaves no room for its suffixes. */
function checkFundingId(context: z.core.ParsePayload<{ fundingId: string; policy?: FundingPolicy }>): void {
  const message = fundingIdLengthProblem(context.value);
  if (message === undefined) return;
  context.issues.push({ code: 'custom', message, path: ['fundingId'], input: context.value });
}

const ofClient = { provider: id, partnerClientId: id, providerClientId: providersId.exactOptional() };

/** What a caller asks for (contract/funding.ts, FundingInput). Who asks is no field of it. */
export const fundingInputSchema = z.strictObject({ ...ofClient, ...movement }).check(checkFundingId);

/** The argument of `fundAccount` (contract/funding.ts, FundingRequest). */
export const fundingRequestSchema = z
  .strictObject({ ...ofClient, ...movement, requestedBy: id.exactOptional(), requesterProof: sha256.exactOptional() })
  .check(checkFundingId);

/** The argument of `receiveDeposit` (contract/receiving.ts, ReceivingRequest). */
export const receivingRequestSchema = z.strictObject({
  provider: id,
  fundingId: id,
  partnerClientId: id,
  providerClientId: providersId.exactOptional(),
  asset: movement.asset,
  amount,
  details: jsonObject.exactOptional(),
  policy: z.strictObject({ arrivalDeadlineMs: durationMs.exactOptional() }).exactOptional(),
});

const plannedFundings = z
  .array(z.strictObject(movement))
  .min(1)
  .max(MAX_PLANNED_FUNDINGS)
  .readonly()
  .check((context) => {
    for (const index of repeats(context.value, ({ fundingId }) => fundingId)) {
      const message = 'must differ from the fundingIds before it';
      context.issues.push({ code: 'custom', message, path: [index, 'fundingId'], input: context.value });
    }
    for (const [index, planned] of context.value.entries()) {
      const message = fundingIdLengthProblem(planned);
      if (message === undefined) continue;
      context.issues.push({ code: 'custom', message, path: [index, 'fundingId'], input: context.value });
    }
  });

/** The argument of `onboardAndFund` (contract/onboard-and-fund.ts, OnboardAndFundRequest). */
export const onboardAndFundSchema = applicationSchema.extend({ funding: plannedFundings });
