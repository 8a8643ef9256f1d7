import type { z } from 'zod';
import type { ApprovalRule } from '../contract/approval';
import type { BatchRequest } from '../contract/batch';
import type { DecisionName, DecisionRequests } from '../contract/decisions';
import type { FundingInput, FundingRequest } from '../contract/funding';
import type { OnboardAndFundRequest } from '../contract/onboard-and-fund';
import type { Application } from '../contract/onboarding';
import type { ReceivingRequest } from '../contract/receiving';
import type { applicationSchema } from './application';
import type { approvalRulesSchema } from './approval-rules';
import type { batchRequestSchema } from './batch';
import type { decisionSchemas } from './decisions';
import type { fundingInputSchema, fundingRequestSchema, onboardAndFundSchema, receivingRequestSchema } from './funding';

/**
 * Checks every schema against the contract's type, both ways, optional fields included: a field added to only one of
 * them stops the build here. What a schema takes is what it gives, so callers in TypeScript use the contract's types.
 */
type Plain<T> = T extends readonly (infer Entry)[]
  ? readonly Plain<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : never;

type Reads<Schema extends z.ZodType, Contract> =
  Same<z.output<Schema>, Contract> extends true ? Same<z.input<Schema>, Contract> : never;

/** Of a schema that reads what is written into a closed type. */
type Gives<Schema extends z.ZodType, Contract> = Same<z.output<Schema>, Contract>;

type ReadsDecision<Name extends DecisionName> = Reads<(typeof decisionSchemas)[Name], DecisionRequests[Name]>;

export const SCHEMAS_MATCH_THE_CONTRACT: readonly true[] = [
  true satisfies Reads<typeof applicationSchema, Application>,
  true satisfies Reads<typeof onboardAndFundSchema, OnboardAndFundRequest>,
  true satisfies Reads<typeof fundingInputSchema, FundingInput>,
  true satisfies Reads<typeof fundingRequestSchema, FundingRequest>,
  true satisfies Reads<typeof receivingRequestSchema, ReceivingRequest>,
  true satisfies Reads<typeof batchRequestSchema, BatchRequest>,
  true satisfies Gives<typeof approvalRulesSchema, readonly ApprovalRule[]>,
];

export const DECISIONS_MATCH_THE_CONTRACT: { readonly [Name in DecisionName]: ReadsDecision<Name> } = {
  resolve: true,
  approve: true,
  reject: true,
  amend: true,
  supplyInformation: true,
  cancel: true,
};
