import {
  describeFields,
  ERROR_RULES,
  type ErrorCode,
  type FailureDetails,
  type FieldProblem,
} from '../contract/errors';
import { lackOf } from '../contract/lacks';
import { describeLimit, type OverLimit } from '../contract/limits';
import type { Capability, ProviderSemantics } from '../contract/provider';
import { ENDED_IN_THE_BOOK } from '../contract/send-log';

/** The codes that an activity itself refuses with, before anything is sent to a provider. */
type RefusalCode = Extract<
  ErrorCode,
  | 'INVALID_REQUEST'
  | 'CAPABILITY_MISSING'
  | 'DOCUMENT_UNREADABLE'
  | 'UNREACHABLE'
  | 'BOOK_UNAVAILABLE'
  | 'BOOK_BEHIND'
  | 'ID_TAKEN'
  | 'LIMIT_EXCEEDED'
>;

/** Fields that a message names; the details hold more of them. */
const MOST_FIELDS_IN_MESSAGE = 20;

/** What an activity refuses to do. Nothing was sent. */
export class Refusal extends Error implements FailureDetails {
  override readonly name = 'Refusal';
  readonly outcome = 'not-applied';
  /** Set once the book was asked. */
  entries?: number;
  /** Set if it says more than the code. */
  operation?: string;

  constructor(
    readonly code: RefusalCode,
    why: string,
    readonly fields: readonly FieldProblem[],
  ) {
    super(`${code}: ${why}. ${ERROR_RULES[code].remedy}`);
  }
}

/** Every field that is wrong, and why. */
export function invalidRequest(fields: readonly FieldProblem[]): Refusal {
  return new Refusal('INVALID_REQUEST', describeSome(fields), fields);
}

/** What the provider would have to offer and does not. */
export function capabilityMissing(semantics: ProviderSemantics, missing: readonly Capability[]): Refusal {
  const why = [...new Set(missing)].map((capability) => lackOf(semantics, capability));
  const fields = why.map((problem) => ({ field: 'provider', problem }));
  return new Refusal('CAPABILITY_MISSING', `${semantics.provider} ${why.join('; ')}`, fields);
}

/** What this worker is not set up for, whatever its providers offer. */
export function capabilityMissingHere(what: string): Refusal {
  return new Refusal('CAPABILITY_MISSING', `this worker does not run ${what}`, []);
}

/** A document whose files a person must put right. */
export function documentUnreadable(fields: readonly FieldProblem[]): Refusal {
  return new Refusal('DOCUMENT_UNREADABLE', describeSome(fields), fields);
}

/** A document whose place or scanner does not answer at the moment: nothing was sent, and it may pass. */
export function documentOutOfReach(fields: readonly FieldProblem[]): Refusal {
  return new Refusal('UNREACHABLE', describeSome(fields), fields);
}

/** A send that was not made, because it could not be read in time whether it was made before. */
export function lookedInVain(): Refusal {
  return new Refusal('UNREACHABLE', 'whether it was sent before could not be read', []);
}

/** A send that was not made, because the book could not be told of it first. */
export function bookUnavailable(): Refusal {
  return new Refusal('BOOK_UNAVAILABLE', 'the book could not be asked', []);
}

/** A send that was not made, because the book knows that it had no effect before and is over: it is made anew. */
export function notSent(): Refusal {
  return new Refusal('UNREACHABLE', 'the book has it as over, and without effect', []);
}

/** A send that was not made, because the intent has ended in the book. */
export function endedInTheBook(): Refusal {
  const refusal = new Refusal('UNREACHABLE', 'the book has the end of the movement', []);
  refusal.operation = ENDED_IN_THE_BOOK;
  return refusal;
}

/** A send that was not made, because the book lacks what its asker knows. */
export function bookBehind(): Refusal {
  return new Refusal('BOOK_BEHIND', 'the book lacks entries of the movement', []);
}

/** A send that was not made, because the book has another movement under its id. */
export function idTaken(): Refusal {
  return new Refusal('ID_TAKEN', 'the book has another movement under this id', []);
}

/** A movement that goes over a limit which refuses it. */
export function limitExceeded(limit: OverLimit, asset: string): Refusal {
  const problem = `is over a limit: ${describeLimit(limit, asset)}`;
  return new Refusal('LIMIT_EXCEEDED', `over the limit within ${limit.within}`, [{ field: 'amount', problem }]);
}

function describeSome(fields: readonly FieldProblem[]): string {
  const more = fields.length - MOST_FIELDS_IN_MESSAGE;
  return describeFields(fields.slice(0, MOST_FIELDS_IN_MESSAGE)) + (more > 0 ? `; and ${more} more` : '');
}
