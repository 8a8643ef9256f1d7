import type { z } from 'zod';
import type { FieldProblem } from '../../contract/errors';
import type { CancelRequest, FundingRequest, ResolveRequest } from '../../contract/funding';
import { movementProblems } from '../../contract/movement';
import { neededForOnboarding } from '../../contract/needs';
import type { OnboardAndFundRequest } from '../../contract/onboard-and-fund';
import type { AmendRequest, Application } from '../../contract/onboarding';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import {
  amendSchema,
  applicationSchema,
  cancelSchema,
  fundingRequestSchema,
  onboardAndFundSchema,
  parseInput,
  resolveSchema,
} from '../../providers/inputs';
import { findProvider, providerIds } from '../../providers/registry';
import { invalidRequest } from '../gangway-error';

/**
 * Reads what a caller gives before anything is started: its shape, and what the provider's own declaration already
 * rules out. Each throws GangwayError INVALID_REQUEST with every wrong field.
 */
export function readApplication(input: unknown): Application {
  const application = parsed(applicationSchema, input);
  const semantics = semanticsOf(application.provider);
  requireNone(lacking(semantics, neededForOnboarding(application, [])));
  return application;
}

/** See {@link readApplication}. */
export function readFundingRequest(input: unknown): FundingRequest {
  const request = parsed(fundingRequestSchema, input);
  const semantics = semanticsOf(request.provider);
  requireNone([...lacking(semantics, [request.kind]), ...movementProblems(request, semantics)]);
  return request;
}

/** See {@link readApplication}. */
export function readOnboardAndFund(input: unknown): OnboardAndFundRequest {
  const request = parsed(onboardAndFundSchema, input);
  const semantics = semanticsOf(request.provider);
  const kinds = request.funding.map(({ kind }) => kind);
  requireNone([
    ...lacking(semantics, neededForOnboarding(request, kinds)),
    ...request.funding.flatMap((movement, index) => movementProblems(movement, semantics, `funding.${index}.`)),
  ]);
  return request;
}

/** A person's answer. Throws GangwayError INVALID_REQUEST. */
export function readResolve(input: unknown): ResolveRequest {
  return parsed(resolveSchema, input);
}

/** New data for a parked onboarding. Throws GangwayError INVALID_REQUEST. */
export function readAmend(input: unknown): AmendRequest {
  return parsed(amendSchema, input);
}

/** Who cancels, and why. Throws GangwayError INVALID_REQUEST. */
export function readCancel(input: unknown): CancelRequest {
  return parsed(cancelSchema, input);
}

function parsed<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const result = parseInput(schema, input);
  if (!result.ok) throw invalidRequest(result.problems);
  return result.value;
}

function requireNone(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw invalidRequest(problems);
}

function semanticsOf(provider: string): ProviderSemantics {
  const semantics = findProvider(provider)?.semantics;
  if (semantics !== undefined) return semantics;
  throw invalidRequest([{ field: 'provider', problem: `must be one of ${providerIds().join(', ')}` }]);
}

function lacking({ capabilities }: ProviderSemantics, needed: readonly Capability[]): readonly FieldProblem[] {
  const missing = [...new Set(needed)].filter((capability) => !capabilities.includes(capability));
  return missing.length === 0 ? [] : [{ field: 'provider', problem: `does not offer ${missing.join(', ')}` }];
}
