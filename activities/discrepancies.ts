import type { DiscrepancyName } from '../contract/discrepancies';
import type {
  Discrepancy,
  DiscrepancyDecision,
  DiscrepancyFilter,
  ReconciliationBook,
} from '../contract/reconciliation';
import { BookUnavailable } from '../contract/send-log';
import type { ActivityDeps } from './deps';
import { bookUnavailable, capabilityMissingHere, invalidRequest } from './refusal';

/** What is asked of the book about the discrepancies of a provider. Each may be repeated. */

export interface ListDiscrepanciesArgument extends DiscrepancyFilter {
  readonly provider: string;
}

export interface AnswerDiscrepancyArgument extends DiscrepancyName {
  readonly decision: DiscrepancyDecision;
}

/** The ids of those that match, in order. */
export function listDiscrepancies(deps: ActivityDeps) {
  return async ({ provider, ...filter }: ListDiscrepanciesArgument): Promise<readonly string[]> => {
    const found = await asked(deps, (book) => book.list(provider, filter));
    return found.map(({ id }) => id);
  };
}

export function readDiscrepancy(deps: ActivityDeps) {
  return async ({ provider, id }: DiscrepancyName): Promise<Discrepancy> =>
    there(await asked(deps, (book) => book.find(provider, id)));
}

/** Writes a person's answer down, and tells where the discrepancy then stands. */
export function answerDiscrepancy(deps: ActivityDeps) {
  return async ({ provider, id, decision }: AnswerDiscrepancyArgument): Promise<Discrepancy> =>
    there(await asked(deps, (book) => book.answer(provider, id, decision)));
}

function there(found: Discrepancy | undefined): Discrepancy {
  if (found !== undefined) return found;
  throw invalidRequest([{ field: 'id', problem: 'is no discrepancy of the provider' }]);
}

async function asked<Result>(
  { reconciliation }: ActivityDeps,
  ask: (book: ReconciliationBook) => Promise<Result>,
): Promise<Result> {
  if (reconciliation === undefined) throw capabilityMissingHere('reconciliations: it has no book');
  try {
    return await ask(reconciliation);
  } catch (error) {
    throw error instanceof BookUnavailable ? bookUnavailable() : error;
  }
}
