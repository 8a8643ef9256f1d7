import { describeFields, ERROR_RULES } from '../../contract/errors';
import type { InformationRequest, ResolveRequest } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import { supplyInformation } from '../../contract/messages';
import type { ParkReason } from '../../contract/progress';
import { reads } from './activity-proxies';
import { decisionProblem, type Desk, refuse } from './desk';
import { failureOf } from './failures';
import { isRecord } from './amendments';

const HELP =
  'Gives an order under way what the provider asked for: {"information": {...}, "by": "ops-1", "reason": "..."}';

/**
 * Takes `supplyInformation` where a provider asks for it, and keeps what was given until it is sent. For the desk it is a
 * `retry` that brings something along.
 */
export class Information {
  /** By the answers that it came with. */
  private readonly given = new Map<ResolveRequest, JsonObject>();

  constructor(
    private readonly provider: string,
    private readonly desk: Desk,
    private readonly parkedFor: () => ParkReason | undefined,
  ) {
    desk.handle(supplyInformation, HELP, (request) => this.take(request), requestProblem);
  }

  /** What came along with an answer. */
  givenWith(answer: ResolveRequest): JsonObject | undefined {
    return this.given.get(answer);
  }

  /** Checked whole before it is accepted, so that what the person sees refused is what they just typed. */
  private async take({ by, reason, information }: InformationRequest): Promise<string> {
    const problem = (): string | undefined =>
      this.parkedFor() === 'INFORMATION_REQUIRED'
        ? undefined
        : 'the provider asks for no information: there is nothing to supply';
    const refused = problem() ?? (await this.contentProblem(information));
    if (refused !== undefined) throw refuse(refused);
    const request: ResolveRequest = { action: 'retry', by, reason };
    this.given.set(request, information);
    await this.desk.submit({ kind: 'resolved', request }, problem);
    return 'accepted: the provider is given the information';
  }

  private async contentProblem(information: JsonObject): Promise<string | undefined> {
    const { provider } = this;
    try {
      // No local activity: beside one of the flow's own, a replay may see them end in another order.
      await reads.checkInformation({ provider, information });
      return undefined;
    } catch (error) {
      const { code, fields } = failureOf(error);
      return `${code}: ${describeFields(fields ?? [])} ${ERROR_RULES[code].remedy}`;
    }
  }
}

function requestProblem(request: unknown): string | undefined {
  const problem = decisionProblem(request, ['information']);
  if (problem !== undefined) return problem;
  return isRecord(request) && 'information' in request && isRecord(request.information)
    ? undefined
    : 'information must be one JSON object';
}
