import { cancellationSignal } from '@temporalio/activity';
import type { FieldProblem } from '../contract/errors';
import { movementProblems } from '../contract/movement';
import { neededForOnboarding } from '../contract/needs';
import type { PlannedFunding } from '../contract/onboard-and-fund';
import type { Application } from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';
import {
  applicationProblemsFor,
  applicationSchema,
  movementDetailsProblems,
  onboardAndFundSchema,
  type InputSchema,
  parseInput,
  withoutRepeats,
} from '../inputs';
import type { ProviderInputs } from '../inputs/provider-inputs';
import type { CheckApplicationArgument, CheckedApplication } from './arguments';
import type { ActivityDeps, ServedProvider } from './deps';
import { inspectDocuments, type Inspection } from './documents/inspect';
import type { DocumentStore } from './documents/store';
import { indexClient, sawClient } from './records';
import { capabilityMissing, invalidRequest } from './refusal';
import { inputsOf, requireCapabilities, servedProvider } from './served';

interface Request {
  readonly application: Application;
  readonly funding: readonly PlannedFunding[];
}

/**
 * Everything that can be known about an application before anything is written: its shape, what the provider offers,
 * the files, the provider's own rules, and for `onboard-and-fund` the movements that are to follow.
 *
 * What new data can correct is answered as `problems`; a caller's mistake is thrown.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, or CAPABILITY_MISSING
 * @throws Refusal UNREACHABLE if a document's place does not answer
 * @throws ProviderError if the provider's countries or assets cannot be read
 */
export function checkApplication(deps: ActivityDeps) {
  return async ({ input, kind }: CheckApplicationArgument): Promise<CheckedApplication> => {
    const { application, funding } = parseRequest(input, kind, inputsOf(deps, input));
    const { semantics, connector, inputs } = servedProvider(deps, application.provider);
    requireCapabilities(
      semantics,
      neededForOnboarding(
        application,
        funding.map(({ kind: movement }) => movement),
      ),
    );
    refuseWrongMovements(funding, semantics, inputs);

    const { documents, problems } = await inspected(application, { semantics, connector }, deps.documents);
    await sawClient(deps, application);
    await indexClient(deps, application);
    const { partnerClientId, applicant, details } = application;
    const client = { partnerClientId, applicant, ...(details === undefined ? {} : { details }) };
    const broken = (await connector.checkApplication?.(client, documents)) ?? [];
    return { semantics, documents, problems: [...problems, ...judgeable(broken, problems)] };
  };
}

/** What the files are. None is read beyond the limit of the provider that it is for. */
async function inspected(
  application: Application,
  { semantics, connector }: ServedProvider,
  store: DocumentStore,
): Promise<Inspection> {
  if (application.documents.length === 0) return { documents: [], problems: [] };
  if (connector.documents === undefined) throw capabilityMissing(semantics, ['upload-documents']);
  const { maxFileBytes: maxBytes } = connector.documents;
  return await inspectDocuments(application.documents, store, { maxBytes, signal: cancellationSignal() });
}

/** Reads the request whole: what is wrong for all, and what is wrong for the provider that it names. */
function parseRequest(
  input: unknown,
  kind: CheckApplicationArgument['kind'],
  wants: ProviderInputs | undefined,
): Request {
  switch (kind) {
    case 'application': {
      const application = parsed(applicationSchema, input, wants);
      return { application, funding: [] };
    }
    case 'onboard-and-fund': {
      const application = parsed(onboardAndFundSchema, input, wants);
      return { application, funding: application.funding };
    }
  }
}

function parsed<Value>(schema: InputSchema<Value>, input: unknown, wants: ProviderInputs | undefined): Value {
  const result = parseInput(schema, input);
  const theirs = applicationProblemsFor(wants, input);
  if (!result.ok) throw invalidRequest(withoutRepeats([...result.problems, ...theirs]));
  if (theirs.length > 0) throw invalidRequest(theirs);
  return result.value;
}

function refuseWrongMovements(
  funding: readonly PlannedFunding[],
  semantics: ProviderSemantics,
  wants: ProviderInputs | undefined,
): void {
  const problems = funding.flatMap((movement, index) => [
    ...movementProblems(movement, semantics, `funding.${index}.`),
    ...movementDetailsProblems(wants, movement.kind, movement, `funding.${index}.`),
  ]);
  if (problems.length > 0) throw invalidRequest(problems);
}

/**
 * While a file cannot be read, the provider's rules on documents cannot be checked: a document that is only out of
 * reach would seem to be missing.
 */
function judgeable(broken: readonly FieldProblem[], unread: readonly FieldProblem[]): readonly FieldProblem[] {
  return unread.length === 0 ? broken : broken.filter(({ field }) => field.split('.')[0] !== 'documents');
}
