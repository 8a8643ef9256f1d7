import { describeFields, ERROR_RULES } from '../../contract/errors';
import type { InformationRequest, ResolveRequest } from '../../contract/funding';
import type { JsonObject } from '../../contract/json';
import type { ParkReason } from '../../contract/progress';
import { reads } from './activity-proxies';
import { decisionProblem, type Inbox, refuse } from './inbox';
import { failureOf } from './failures';
import { isRecord } from './amendments';

/**
 * Takes `supplyInformation` if a provider asks for it, and keeps what was given until it is sent. For the inbox it is a
 * `retry` that brings something along.
 */
export class Information {
  /** By the answers that it came with. */
  private readonly given = new Map<ResolveRequest, JsonObject>();

  constructor(
    private readonly provider: string,
    private readonly inbox: Inbox,
    private readonly parkedFor: () => ParkReason | undefined,
  ) {
    inbox.handle('supplyInformation', (request) => this.take(request), requestProblem);
  }

  /** What came along with an answer. */
  givenWith(answer: ResolveRequest): JsonObject | undefined {
    return this.given.get(answer);
  }

  /** Checked as a whole before it is accepted, so that a refusal is about what the person just typed. */
  private async take({ by, reason, information }: InformationRequest): Promise<string> {
    const problem = (): string | undefined =>
      this.parkedFor() === 'INFORMATION_REQUIRED'
        ? undefined
        : 'the provider asks for no information: there is nothing to supply';
    const refused = problem() ?? (await this.contentProblem(information));
    if (refused !== undefined) throw refuse(refused);
    const request: ResolveRequest = { action: 'retry', by, reason };
    this.given.set(request, information);
    await this.inbox.submit({ kind: 'resolved', request }, problem);
    return 'accepted: the provider is given the information';
  }

  private async contentProblem(information: JsonObject): Promise<string | undefined> {
    const { provider } = this;
    try {
      // No local activity: a replay may see it and one of the flow's own end in another order.
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
