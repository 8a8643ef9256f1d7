import { limitsOn, strictest, type ApprovalRequirement } from '../contract/approval';
import type { ErrorCode } from '../contract/errors';
import type { FundingRequest } from '../contract/funding';
import type { ProviderSemantics } from '../contract/provider';
import type { RecordedIntent } from '../contract/send-log';
import { ProviderError } from '../providers/provider-error';
import { askBook } from './ask-book';
import type { ActivityDeps } from './deps';
import { bookBehind, limitExceeded, Refusal } from './refusal';

type Limited = Pick<ActivityDeps, 'approvals' | 'sends'>;

/**
 * Has the book judge an intent by the limits that it counts in, and tells what it asks for by them. What was sent before the
 * book was asked is not judged: it is under way.
 *
 * @throws Refusal LIMIT_EXCEEDED if the policy refuses what is over; BOOK_UNAVAILABLE, BOOK_BEHIND
 */
export async function withinLimits(
  { approvals = [], sends: { limits } }: Limited,
  request: FundingRequest,
  { clientIds }: Pick<ProviderSemantics, 'clientIds'>,
  book: RecordedIntent,
): Promise<ApprovalRequirement | undefined> {
  const rules = limitsOn(approvals, request);
  if (rules.length === 0 || book.attempts.length > 0) return undefined;
  const { provider, fundingId, asset } = request;
  const judged = { provider, fundingId, rules, foldsClients: clientIds === 'guid' };
  const verdict = await askBook(() => limits.judge(judged));
  switch (verdict?.is) {
    case undefined:
      throw bookBehind();
    case 'within':
      return undefined;
    case 'asked': {
      const { is: _is, ...asks } = verdict;
      return asks;
    }
    case 'refused':
      throw limitExceeded(verdict.limit, asset);
  }
}

/** The strictest of what is asked, if anything is. */
export function strictestOf(...asked: readonly (ApprovalRequirement | undefined)[]): ApprovalRequirement | undefined {
  return strictest(asked.filter((each) => each !== undefined));
}

/** What ends an intent of which nothing was sent, for good (workflows/funding/rule.ts): then it counts no longer. */
const ENDS: readonly ErrorCode[] = ['INVALID_REQUEST', 'CAPABILITY_MISSING'];

/** Takes an intent out of the count that the provider's check has refused for good. */
export async function uncount(
  { approvals = [], sends: { limits } }: Limited,
  request: FundingRequest,
  book: RecordedIntent,
  error: unknown,
): Promise<void> {
  if (!(error instanceof ProviderError || error instanceof Refusal) || !ENDS.includes(error.code)) return;
  if (limitsOn(approvals, request).length === 0 || book.attempts.length > 0) return;
  await askBook(() => limits.withdraw(request));
}
