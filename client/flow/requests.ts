import type { z } from 'zod';
import type { ApprovalRequest } from '../../contract/approval';
import type { FieldProblem } from '../../contract/errors';
import type { CancelRequest, FundingInput, InformationRequest, ResolveRequest } from '../../contract/funding';
import { lacking, lackOf } from '../../contract/lacks';
import { movementProblems, receivingProblems } from '../../contract/movement';
import { neededForOnboarding } from '../../contract/needs';
import type { OnboardAndFundRequest } from '../../contract/onboard-and-fund';
import type { AmendRequest, Application } from '../../contract/onboarding';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import type { ReceivingRequest } from '../../contract/receiving';
import {
  amendSchema,
  applicationProblemsFor,
  applicationSchema,
  approvalSchema,
  cancelSchema,
  fundingInputSchema,
  informationSchema,
  movementDetailsProblems,
  onboardAndFundSchema,
  parseInput,
  receivingRequestSchema,
  resolveSchema,
  withoutRepeats,
} from '../../inputs';
import type { ProviderModule } from '../../providers/port';
import { findProvider, providerIds } from '../../providers/registry';
import { invalidRequest } from '../gangway-error';

/**
 * Reads what a caller gives before anything is started: its shape, and what the provider's own declaration already
 * rules out. Each throws GangwayError INVALID_REQUEST with every wrong field.
 */
export function readApplication(input: unknown): Application {
  const application = parsedApplication(applicationSchema, input);
  const { semantics } = moduleOf(application.provider);
  requireNone(lackingProblems(semantics, neededForOnboarding(application, [])));
  return application;
}

/** See {@link readApplication}. */
export function readFundingInput(input: unknown): FundingInput {
  const request = parsed(fundingInputSchema, input);
  const { semantics, inputs } = moduleOf(request.provider);
  requireNone(lackingProblems(semantics, [request.kind]));
  requireNone([...movementProblems(request, semantics), ...movementDetailsProblems(inputs, request.kind, request)]);
  return request;
}

/** See {@link readApplication}. The provider's id of the client may be missing: the facade looks for it. */
export function readReceivingRequest(input: unknown): ReceivingRequest {
  const request = parsed(receivingRequestSchema, input);
  const { semantics, inputs } = moduleOf(request.provider);
  requireNone(lackingProblems(semantics, ['receive-deposit']));
  requireNone([
    ...receivingProblems({ ...request, providerClientId: request.providerClientId ?? 'looked-for' }, semantics),
    ...movementDetailsProblems(inputs, 'receive', request),
  ]);
  return request;
}

/** See {@link readApplication}. */
export function readOnboardAndFund(input: unknown): OnboardAndFundRequest {
  const request = parsedApplication(onboardAndFundSchema, input);
  const { semantics, inputs } = moduleOf(request.provider);
  const kinds = request.funding.map(({ kind }) => kind);
  requireNone([
    ...lackingProblems(semantics, neededForOnboarding(request, kinds)),
    ...request.funding.flatMap((movement, index) => [
      ...movementProblems(movement, semantics, `funding.${index}.`),
      ...movementDetailsProblems(inputs, movement.kind, movement, `funding.${index}.`),
    ]),
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

/** Who approves or rejects, and why. Throws GangwayError INVALID_REQUEST. */
export function readApproval(input: unknown): ApprovalRequest {
  return parsed(approvalSchema, input);
}

/** What a provider asked for about an order under way. Throws GangwayError INVALID_REQUEST. */
export function readInformation(input: unknown): InformationRequest {
  return parsed(informationSchema, input);
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

/** What is wrong for all, and what is wrong for the provider that it names, told at once. */
function parsedApplication<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const result = parseInput(schema, input);
  const module = namedModule(input);
  const theirs = applicationProblemsFor(module?.inputs, input);
  if (!result.ok) {
    // Whoever cannot be onboarded at all hears so, and not only how the application would have to be better.
    const lacks = module === undefined ? [] : lackingProblems(module.semantics, ['create-client']);
    throw invalidRequest(withoutRepeats([...lacks, ...result.problems, ...theirs]));
  }
  requireNone(theirs);
  return result.value;
}

function requireNone(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw invalidRequest(problems);
}

function namedModule(input: unknown): ProviderModule | undefined {
  if (typeof input !== 'object' || input === null || !('provider' in input)) return undefined;
  return typeof input.provider === 'string' ? findProvider(input.provider) : undefined;
}

function moduleOf(provider: string): ProviderModule {
  const module = findProvider(provider);
  if (module !== undefined) return module;
  throw invalidRequest([{ field: 'provider', problem: `must be one of ${providerIds().join(', ')}` }]);
}

function lackingProblems(semantics: ProviderSemantics, needed: readonly Capability[]): readonly FieldProblem[] {
  return [...new Set(lacking(semantics, needed))].map((capability) => ({
    field: 'provider',
    problem: `${semantics.provider} ${lackOf(semantics, capability)}`,
  }));
}
