import { cancellationSignal } from '@temporalio/activity';
import type { FieldProblem } from '../contract/errors';
import { movementProblems } from '../contract/movement';
import { neededForOnboarding } from '../contract/needs';
import type { PlannedFunding } from '../contract/onboard-and-fund';
import type { Application } from '../contract/onboarding';
import type { ProviderSemantics } from '../contract/provider';
import { applicationSchema, onboardAndFundSchema, parseInput } from '../providers/inputs';
import type { CheckApplicationArgument, CheckedApplication } from './arguments';
import type { ActivityDeps } from './deps';
import { inspectDocuments } from './documents/inspect';
import { invalidRequest } from './refusal';
import { requireCapabilities, servedProvider } from './served';

interface Request {
  readonly application: Application;
  readonly funding: readonly PlannedFunding[];
}

/**
 * Everything that can be known of an application before anything is written: its shape, what the provider offers, the
 * files, the provider's own rules, and for `onboard-and-fund` the movements that are to follow.
 *
 * What new data can mend is answered as `problems`; what a caller got wrong is thrown.
 *
 * @throws Refusal INVALID_REQUEST with every wrong field, or CAPABILITY_MISSING
 * @throws Refusal UNREACHABLE where a document's place does not answer
 * @throws ProviderError where the provider's countries or assets cannot be read
 */
export function checkApplication(deps: ActivityDeps) {
  return async ({ input, kind }: CheckApplicationArgument): Promise<CheckedApplication> => {
    const { application, funding } = parseRequest(input, kind);
    const { semantics, connector } = servedProvider(deps, application.provider);
    requireCapabilities(
      semantics,
      neededForOnboarding(
        application,
        funding.map(({ kind: movement }) => movement),
      ),
    );
    refuseWrongMovements(funding, semantics);

    const signal = cancellationSignal();
    const { documents, problems } = await inspectDocuments(application.documents, deps.documents, { signal });
    const { partnerClientId, applicant } = application;
    const broken = await connector.checkApplication({ partnerClientId, applicant }, documents);
    return { semantics, documents, problems: [...problems, ...judgeable(broken, problems)] };
  };
}

function parseRequest(input: unknown, kind: CheckApplicationArgument['kind']): Request {
  switch (kind) {
    case 'application': {
      const parsed = parseInput(applicationSchema, input);
      if (!parsed.ok) throw invalidRequest(parsed.problems);
      return { application: parsed.value, funding: [] };
    }
    case 'onboard-and-fund': {
      const parsed = parseInput(onboardAndFundSchema, input);
      if (!parsed.ok) throw invalidRequest(parsed.problems);
      return { application: parsed.value, funding: parsed.value.funding };
    }
  }
}

function refuseWrongMovements(funding: readonly PlannedFunding[], semantics: ProviderSemantics): void {
  const problems = funding.flatMap((movement, index) => movementProblems(movement, semantics, `funding.${index}.`));
  if (problems.length > 0) throw invalidRequest(problems);
}

/**
 * While a file cannot be read, the provider's rules on documents cannot be judged: a document would seem missing that
 * is only out of reach.
 */
function judgeable(broken: readonly FieldProblem[], unread: readonly FieldProblem[]): readonly FieldProblem[] {
  return unread.length === 0 ? broken : broken.filter(({ field }) => field.split('.')[0] !== 'documents');
}
