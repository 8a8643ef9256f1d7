import { fundingWorkflowId, idProblem, onboardingWorkflowId } from '../../contract/ids';
import { invalidRequest } from '../gangway-error';

/** What a workflow id of ours says. */
export interface FlowId {
  readonly kind: 'onboarding' | 'funding';
  readonly provider: string;
  /** The partnerClientId of an onboarding, the fundingId of a funding. */
  readonly own: string;
}

/** Reads a workflow id; undefined if it is none of ours. */
export function readWorkflowId(text: string): FlowId | undefined {
  const [kind, provider, own, ...rest] = text.split('/');
  if (kind !== 'onboarding' && kind !== 'funding') return undefined;
  if (rest.length > 0 || idProblem(provider) !== undefined || idProblem(own) !== undefined) return undefined;
  return provider === undefined || own === undefined ? undefined : { kind, provider, own };
}

/**
 * The workflow ids that a person may mean: a whole one as it is, a bare fundingId or partnerClientId as both.
 *
 * @throws GangwayError INVALID_REQUEST if it is neither, or bare without a provider
 */
export function meantWorkflowIds(id: string, provider: string | undefined): readonly string[] {
  if (readWorkflowId(id) !== undefined) return [id];
  if (id.includes('/')) {
    throw invalidRequest([
      {
        field: 'id',
        problem:
          'must be funding/<provider>/<fundingId>, onboarding/<provider>/<partnerClientId>, or the last part alone',
      },
    ]);
  }
  const problems = [
    { field: 'id', problem: idProblem(id) },
    { field: 'provider', problem: idProblem(provider ?? '') },
  ].flatMap(({ field, problem }) => (problem === undefined ? [] : [{ field, problem }]));
  if (problems.length > 0 || provider === undefined) throw invalidRequest(problems);
  return [fundingWorkflowId(provider, id), onboardingWorkflowId(provider, id)];
}
