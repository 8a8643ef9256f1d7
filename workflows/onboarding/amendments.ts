import { describeFields, ERROR_RULES } from '../../contract/errors';
import type { AmendRequest, Application } from '../../contract/onboarding';
import { reads } from '../shared/activity-proxies';
import { amended, amendProblems, isRecord } from '../shared/amendments';
import { decisionProblem, type Inbox, refuse } from '../shared/inbox';
import { failureOf } from '../shared/failures';
import type { ParkReason } from '../../contract/progress';
import { offers, type OnboardingState } from './state';
import { acceptedAnswers } from './questions';

/** What every workflow that onboards is started as. */
export type OnboardingKind = 'application' | 'onboard-and-fund';

/**
 * Takes `amend`: new data is checked as a whole before it is accepted, so that a refusal is about what was just typed.
 */
export class Amendments {
  constructor(
    private readonly application: Application,
    private readonly kind: OnboardingKind,
    private readonly inbox: Inbox,
    private readonly now: () => { readonly state: OnboardingState; readonly parked: ParkReason | undefined },
  ) {
    inbox.handle('amend', (request) => this.take(request), requestProblem);
  }

  private async take(request: AmendRequest): Promise<string> {
    const problem = (): string | undefined => this.problem(request);
    const refused = problem() ?? (await this.dataProblem(request));
    if (refused !== undefined) throw refuse(refused);
    await this.inbox.submit({ kind: 'amended', request }, problem);
    return 'accepted: the application is checked again with the new data';
  }

  private problem({ patch }: AmendRequest): string | undefined {
    const { state, parked } = this.now();
    if (parked === undefined) return 'nothing is parked: amend answers an open question';
    if (!acceptedAnswers(parked).includes('amend')) {
      return 'the provider has rejected the client: new data do not change that';
    }
    const fixed = amendProblems(patch, {
      clientExists: state.existing !== undefined,
      immutableAfterCreate: state.semantics?.immutableAfterCreate ?? [],
      resubmits: offers(state, 'submit-for-verification'),
    });
    return fixed.length > 0 ? describeFields(fixed) : undefined;
  }

  private async dataProblem({ patch }: AmendRequest): Promise<string | undefined> {
    const input = { ...this.application, ...amended(this.now().state.data, patch) };
    try {
      // No local activity: a replay may see it and one of the flow's own, or of another amendment, end in another
      // order.
      const { problems } = await reads.checkApplication({ input, kind: this.kind });
      return problems.length > 0 ? describeFields(problems) : undefined;
    } catch (error) {
      const { code, fields } = failureOf(error);
      return `${code}: ${describeFields(fields ?? [])} ${ERROR_RULES[code].remedy}`;
    }
  }
}

function requestProblem(request: unknown): string | undefined {
  const problem = decisionProblem(request, ['patch']);
  if (problem !== undefined) return problem;
  const patch: unknown =
    typeof request === 'object' && request !== null && 'patch' in request ? request.patch : undefined;
  if (!isRecord(patch)) return 'patch must be one JSON object';
  if (Object.keys(patch).some((key) => !AMENDABLE.includes(key))) {
    return 'patch may hold applicant, documents and details, and nothing else';
  }
  if ('applicant' in patch && !isRecord(patch.applicant)) return 'patch.applicant must be one JSON object';
  if ('details' in patch && !isRecord(patch.details)) return 'patch.details must be one JSON object';
  if ('documents' in patch && !(Array.isArray(patch.documents) && patch.documents.every(isRecord))) {
    return 'patch.documents must be a list of JSON objects';
  }
  return Object.keys(patch).length === 0 ? 'patch must hold applicant, documents or details' : undefined;
}

const AMENDABLE: readonly string[] = ['applicant', 'documents', 'details'];
