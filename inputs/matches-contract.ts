import type { z } from 'zod';
import type { ApprovalRequest, ApprovalRule } from '../contract/approval';
import type {
  CancelRequest,
  FundingInput,
  FundingRequest,
  InformationRequest,
  ResolveRequest,
} from '../contract/funding';
import type { OnboardAndFundRequest } from '../contract/onboard-and-fund';
import type { AmendRequest, Application } from '../contract/onboarding';
import type { ReceivingRequest } from '../contract/receiving';
import type { applicationSchema } from './application';
import type { approvalRulesSchema } from './approval-rules';
import type { amendSchema, approvalSchema, cancelSchema, informationSchema, resolveSchema } from './decisions';
import type { fundingInputSchema, fundingRequestSchema, onboardAndFundSchema, receivingRequestSchema } from './funding';

/**
 * Holds every schema to the contract's type, both ways, optional fields included: a field added to one and not to the
 * other stops the build here.
 */
type Plain<T> = T extends readonly (infer Entry)[]
  ? readonly Plain<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : never;

export const SCHEMAS_MATCH_THE_CONTRACT: readonly true[] = [
  true satisfies Same<z.output<typeof applicationSchema>, Application>,
  true satisfies Same<z.output<typeof onboardAndFundSchema>, OnboardAndFundRequest>,
  true satisfies Same<z.output<typeof fundingInputSchema>, FundingInput>,
  true satisfies Same<z.output<typeof fundingRequestSchema>, FundingRequest>,
  true satisfies Same<z.output<typeof resolveSchema>, ResolveRequest>,
  true satisfies Same<z.output<typeof amendSchema>, AmendRequest>,
  true satisfies Same<z.output<typeof informationSchema>, InformationRequest>,
  true satisfies Same<z.output<typeof receivingRequestSchema>, ReceivingRequest>,
  true satisfies Same<z.output<typeof approvalSchema>, ApprovalRequest>,
  true satisfies Same<z.output<typeof cancelSchema>, CancelRequest>,
  true satisfies Same<z.output<typeof approvalRulesSchema>, readonly ApprovalRule[]>,
];
