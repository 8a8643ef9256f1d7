import type { DecisionName, DecisionRequests } from '../../contract/decisions';
import type { FieldProblem } from '../../contract/errors';
import { lacking, lackOf } from '../../contract/lacks';
import { movementProblems, receivingProblems } from '../../contract/movement';
import { neededForOnboarding } from '../../contract/needs';
import type { Capability, ProviderSemantics } from '../../contract/provider';
import {
  applicationProblemsFor,
  applicationSchema,
  batchRequestSchema,
  decisionSchemas,
  fundingInputSchema,
  movementDetailsProblems,
  onboardAndFundSchema,
  parseInput,
  receivingRequestSchema,
  withoutRepeats,
  type InputSchema,
} from '../../inputs';
import type { ProviderModule } from '../../providers/port';
import { findProvider, isProviderId, providerIds, providerModule, type ProviderId } from '../../providers/registry';
import { invalidRequest } from '../gangway-error';
import type { BatchInput, FundingInput, OnboardAndFundInput, OnboardingInput, ReceivingInput } from '../inputs';

/**
 * Reads what a caller gives before anything is started: its shape, and what the provider's own declaration already
 * rules out. Each throws GangwayError INVALID_REQUEST with every wrong field.
 */
export function readApplication(input: unknown): OnboardingInput {
  const application = atProvider(parsedApplication(applicationSchema, input));
  const { semantics } = providerModule(application.provider);
  requireNone(lackingProblems(semantics, neededForOnboarding(application, [])));
  return application;
}

/** See {@link readApplication}. */
export function readFundingInput(input: unknown): FundingInput {
  const request = atProvider(parsed(fundingInputSchema, input));
  const { semantics, inputs } = providerModule(request.provider);
  requireNone(lackingProblems(semantics, [request.kind]));
  requireNone([...movementProblems(request, semantics), ...movementDetailsProblems(inputs, request.kind, request)]);
  return request;
}

/** See {@link readApplication}. The provider's id of the client may be missing: the facade looks for it. */
export function readReceivingRequest(input: unknown): ReceivingInput {
  const request = atProvider(parsed(receivingRequestSchema, input));
  const { semantics, inputs } = providerModule(request.provider);
  requireNone(lackingProblems(semantics, ['receive-deposit']));
  requireNone([
    ...receivingProblems({ ...request, providerClientId: request.providerClientId ?? 'looked-for' }, semantics),
    ...movementDetailsProblems(inputs, 'receive', request),
  ]);
  return request;
}

/** See {@link readApplication}. */
export function readOnboardAndFund(input: unknown): OnboardAndFundInput {
  const request = atProvider(parsedApplication(onboardAndFundSchema, input));
  const { semantics, inputs } = providerModule(request.provider);
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

/** How many rows of which file are to come. Throws GangwayError INVALID_REQUEST. */
export function readBatchRequest(input: unknown): BatchInput {
  return atProvider(parsed(batchRequestSchema, input));
}

/** What a person decides. Throws GangwayError INVALID_REQUEST with every wrong field. */
export function readDecision<Name extends DecisionName>(name: Name, input: unknown): DecisionRequests[Name] {
  const schemas: { readonly [Each in DecisionName]: InputSchema<DecisionRequests[Each]> } = decisionSchemas;
  return parsed(schemas[name], input);
}

function parsed<Value>(schema: InputSchema<Value>, input: unknown): Value {
  const result = parseInput(schema, input);
  if (!result.ok) throw invalidRequest(result.problems);
  return result.value;
}

/** What is wrong for all, and what is wrong for the provider that it names, told at once. */
function parsedApplication<Value>(schema: InputSchema<Value>, input: unknown): Value {
  const result = parseInput(schema, input);
  const module = namedModule(input);
  const theirs = applicationProblemsFor(module?.inputs, input);
  if (!result.ok) {
    // If the provider onboards nobody, the caller hears that too, not only what is wrong with the application.
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

/** The request unchanged, if its provider exists. */
function atProvider<Request extends { readonly provider: string }>(
  request: Request,
): Request & { readonly provider: ProviderId } {
  const { provider } = request;
  if (isProviderId(provider)) return { ...request, provider };
  throw invalidRequest([{ field: 'provider', problem: `must be one of ${providerIds().join(', ')}` }]);
}

function lackingProblems(semantics: ProviderSemantics, needed: readonly Capability[]): readonly FieldProblem[] {
  return [...new Set(lacking(semantics, needed))].map((capability) => ({
    field: 'provider',
    problem: `${semantics.provider} ${lackOf(semantics, capability)}`,
  }));
}
