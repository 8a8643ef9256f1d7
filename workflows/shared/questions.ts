import { describeTerms } from '../funding/terms';
import { describeConnection } from '../../contract/connection';
import type { ApprovalProgress } from '../../contract/approval';
import { describeLimit } from '../../contract/limits';
import { ERROR_RULES, type ErrorCode, isErrorCode, type FailureDetails } from '../../contract/errors';
import type { ParkedState, ParkReason } from '../../contract/progress';

export type Question = Omit<ParkedState<ParkReason>, 'since'>;

/** What a person is told of each reason that is not an error of a call. */
const REASONS: Record<Exclude<ParkReason, keyof typeof ERROR_RULES>, { because: string; todo: string }> = {
  APPROVAL_REQUIRED: {
    because: 'The movement is large: other people must approve it before anything moves.',
    todo: 'Look at the intent, then approve or reject it.',
  },
  APPROVAL_EXPIRED: {
    because: 'Too few people approved the movement in time. Nothing has moved.',
    todo: 'Resolve with retry to ask for approval anew, or abandon.',
  },
  REF_TAKEN: {
    because: 'The provider has an order under this reference that is not what this intent asks for.',
    todo: 'Find out whose order it is. If it is not ours, resolve with useFreshRef; if the intent is wrong, abandon it.',
  },
  ORDER_DIFFERS: {
    because: "The provider shows this intent's own order, but not as it was asked for.",
    todo: 'Ask the provider. Resolve with retry once it shows what was asked, or with markCompleted and evidence, or abandon.',
  },
  ORDER_CANCELLED: {
    because: "This intent's order was cancelled, or expired, at the provider before it moved money.",
    todo: 'Ask who cancelled it. If the money is not to move, abandon; if it is, resolve with useFreshRef.',
  },
  ORDERS_DOUBLED: {
    because: 'The provider shows more than one order under this reference that did not fail.',
    todo: 'Have one of them cancelled, or recalled, at the provider, then resolve with retry; or with markCompleted and evidence.',
  },
  REFS_EXHAUSTED: {
    because: 'The provider reported every order of this intent failed or rejected.',
    todo: 'Ask the provider why. Then resolve with useFreshRef for one more try, or abandon.',
  },
  ORDER_UNFINDABLE: {
    because: 'The answer was lost, and the provider shows no order under this reference.',
    todo: 'Look for it at the provider. Resolve with retry to look again, or with markCompleted and evidence, or abandon.',
  },
  SETTLEMENT_OVERDUE: {
    because: 'The order has neither completed nor failed in the time allowed. Gangway keeps reading it.',
    todo: 'Ask the provider. Resolve with retry to read it now, or with markCompleted and evidence.',
  },
  TERMS_CHANGED: {
    because: 'The terms agreed first are no longer available, and the new ones are worse by more than policy allows.',
    todo: 'Compare them. Resolve with retry to accept the new terms, or abandon.',
  },
  INFORMATION_REQUIRED: {
    because: 'The provider wants more data before it goes on.',
    todo: 'Supply it here, or give it to the provider and resolve with retry; or abandon.',
  },
  NOT_CONFIRMED: {
    because: 'The order was confirmed as often as allowed, and the provider still shows it awaiting confirmation.',
    todo: 'Ask the provider. Resolve with retry to confirm it again, or abandon, which cancels it first.',
  },
  NOT_CANCELLED: {
    because:
      'The order was to be cancelled, but the provider still shows it awaiting confirmation: it has not moved money.',
    todo: 'Ask the provider. Resolve with retry to cancel it again, or with abandon to leave it unconfirmed.',
  },
  DEPOSIT_OVERDUE: {
    because: 'No matching deposit has arrived in the time allowed. Gangway keeps looking.',
    todo: 'Ask who sends it and the provider. Resolve with retry to look now, or with markCompleted and evidence, or abandon.',
  },
  ACCOUNT_REFUSED: {
    because: 'The provider refused the account that the deposit would arrive at.',
    todo: 'Ask the provider. Resolve with retry to look again, or abandon.',
  },
  CLIENT_REJECTED: {
    because: 'The provider rejected the client.',
    todo: 'Ask the provider. Resolve with retry to read it now, or abandon.',
  },
  CLIENT_TAKEN: {
    because: 'The provider has a client under this id, and it is not shown to be this applicant: see the named fields.',
    todo: 'Amend the application if it is wrong, or abandon it and onboard under another id.',
  },
  CLIENT_UNFINDABLE: {
    because: 'The provider refuses or loses the creation and shows no client under this id.',
    todo: 'Ask the provider, then resolve with retry.',
  },
  VERIFICATION_OVERDUE: {
    because: 'The client has not been verified in the time allowed. Gangway keeps reading it.',
    todo: 'Ask the provider. Resolve with retry to read it now, or amend the documents, or abandon.',
  },
  APPLICATION_REFUSED: {
    because: 'The application breaks rules of the provider.',
    todo: 'Amend the named fields, or abandon.',
  },
  DOCUMENT_MISSING: {
    because: 'An uploaded document does not show in the list of the provider.',
    todo: 'Ask the provider, then resolve with retry.',
  },
};

/** The question to a person, for a reason and, if a call failed, for its failure. */
export function question(reason: ParkReason, accepts: readonly string[], failure?: FailureDetails): Question {
  const words = isErrorCode(reason)
    ? { because: becauseOf(failure), todo: ERROR_RULES[reason].remedy }
    : REASONS[reason];
  const fields = failure?.fields ?? [];
  return { reason, ...words, accepts, ...(fields.length > 0 ? { fields } : {}) };
}

/** The question to those who may approve a movement: how many have, how many are missing, until when. */
export function approvalQuestion(
  { needed, from, limit, requestedBy, requesterProven, terms, destination, approvals, expiresAt }: ApprovalProgress,
  asset: string,
): Question {
  const asked = limit === undefined ? `A movement of ${from ?? ''} ${asset} or more` : 'A movement over a limit';
  const had =
    approvals.length === 0 ? 'Nobody has approved it yet' : `Approved by ${approvals.map(({ by }) => by).join(', ')}`;
  const missing = needed - approvals.length;
  const requester = requesterWords(requestedBy, requesterProven === true);
  return {
    ...question('APPROVAL_REQUIRED', ['approve', 'reject']),
    because: [
      `${asked} needs approval by ${needed} (${requester}).`,
      ...(limit === undefined ? [] : [`Why: ${describeLimit(limit, asset)}.`]),
      ...(terms === undefined ? [] : [`It ${describeTerms(terms)}.`]),
      ...(destination === undefined ? [] : [`It goes to ${destination}.`]),
      `${had}.`,
    ].join(' '),
    todo: `${missing} more must approve it until ${expiresAt.slice(0, 19).replace('T', ' ')} UTC, or one rejects it.`,
  };
}

function requesterWords(requestedBy: string | undefined, proven: boolean): string {
  if (requestedBy === undefined) return 'who asked for it is not known, so one more than policy asks for';
  if (proven) return `${requestedBy}, who asked for it, may not`;
  return `nothing proves that ${requestedBy} asked for it, so one more than policy asks for, and not ${requestedBy}`;
}

/** What reads only, before anything is sent. */
const CHECKS: readonly string[] = ['checkFunding', 'checkApplication'];

/** What the book, which is asked before anything is sent, said. */
const BOOK_WORDS = {
  BOOK_UNAVAILABLE: 'The book, which a send is written into first, could not be asked',
  BOOK_BEHIND: 'The book was restored to an earlier moment, and what it lacks proves nothing',
  ID_TAKEN: 'The book has another movement under this id',
  LIMIT_EXCEEDED: 'The client has moved as much as policy lets it within the time',
} as const;

function isOfBook(code: ErrorCode): code is keyof typeof BOOK_WORDS {
  return Object.hasOwn(BOOK_WORDS, code);
}

/** What a call failed with, in one sentence. */
export function becauseOf(failure: FailureDetails | undefined): string {
  if (failure === undefined) return 'A call to the provider failed.';
  const code = failure.providerCode === undefined ? '' : ` with its code ${failure.providerCode}`;
  if (failure.operation !== undefined && CHECKS.includes(failure.operation) && failure.outcome === 'not-applied') {
    return `The check before anything is sent did not pass${code}; nothing took effect.`;
  }
  const what = failure.operation ?? 'a call';
  const why =
    failure.connection === undefined ? '' : ` Why: ${describeConnection(failure.connection, failure.redirectedTo)}.`;
  return failure.outcome === 'unknown'
    ? `The provider's answer to ${what} leaves open whether it took effect${code}.${why}`
    : isOfBook(failure.code)
      ? `${BOOK_WORDS[failure.code]}; nothing was sent.`
      : failure.code === 'UNREACHABLE'
        ? `The provider could not be reached for ${what}; nothing was sent.${why}`
        : `The provider refused ${what}${code}; nothing took effect.${why}`;
}
