import { idProblem, REF_ATTEMPT_SEPARATOR } from './ids';

/**
 * The ref that an attempt at an intent carries. Derived, never random: whoever computes it, after whatever crash,
 * computes the same one, so the provider's own uniqueness check becomes ours.
 *
 * Attempt 1 carries the fundingId itself, attempt n carries `fundingId~n`. The separator is refused inside a
 * fundingId, so one intent's second attempt can never be another intent's first.
 *
 * @param attempt 1 for the first, counted up only after the provider reported the previous one failed or rejected
 * @throws RangeError if attempt is not a whole number of at least 1
 */
export function refForAttempt(fundingId: string, attempt: number): string {
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw new RangeError('attempt must be a whole number from 1');
  return attempt === 1 ? fundingId : `${fundingId}${REF_ATTEMPT_SEPARATOR}${attempt}`;
}

/**
 * Why a fundingId cannot be a ref at a provider that takes only letters, digits and `symbols` in one; undefined if it
 * can, or if the provider takes every character that our refs may hold.
 */
export function refSymbolProblem(fundingId: string, symbols: string | undefined): string | undefined {
  if (symbols === undefined || Array.from(fundingId).every((one) => /[A-Za-z0-9]/.test(one) || symbols.includes(one))) {
    return undefined;
  }
  const taken = Array.from(symbols)
    .filter((symbol) => symbol !== REF_ATTEMPT_SEPARATOR)
    .map((symbol) => `'${symbol}'`);
  return `may hold ${['letters, digits', ...taken].join(', ')} only: the provider's references take nothing else`;
}

/**
 * Why a fundingId cannot be used with a provider whose refs have at most `maxRefLength` characters, if up to
 * `maxRefs` attempts may be made; undefined if it can.
 */
export function fundingIdProblem(fundingId: unknown, maxRefLength: number, maxRefs: number): string | undefined {
  const problem = idProblem(fundingId);
  if (problem !== undefined || typeof fundingId !== 'string') return problem;
  const longest = refForAttempt(fundingId, Math.max(1, maxRefs)).length;
  if (longest <= maxRefLength) return undefined;
  const suffix = longest - fundingId.length;
  return `must have at most ${maxRefLength - suffix} characters, so that the reference of attempt ${maxRefs} fits the provider's ${maxRefLength}`;
}

/** The intent that a ref is of. */
export function fundingIdOf(ref: string): string {
  const [fundingId = ref] = ref.split(REF_ATTEMPT_SEPARATOR);
  return fundingId;
}

/** Which attempt at its intent a ref is of, from 1. */
export function attemptOf(ref: string): number {
  const [, attempt = '1'] = ref.split(REF_ATTEMPT_SEPARATOR);
  return Number(attempt);
}

/** How the activity ids of all sends of a ref begin. No other ref's ids begin so, because no ref holds a space. */
export function sendsOf(ref: string): string {
  return `submit ${ref} `;
}

/** How the activity ids of sends with the quote of a number end. */
export function withQuote(number: number): string {
  return ` quote ${number}`;
}

/**
 * The activity id of a send, the same in every run of its workflow: the ref, how often it is sent, and with which quote.
 *
 * @example sendId('out-1', 2, 1) // 'submit out-1 2 quote 1'
 */
export function sendId(ref: string, count: number, quote: number | undefined): string {
  return `${sendsOf(ref)}${count}${quote === undefined ? '' : withQuote(quote)}`;
}

/**
 * How often a ref is sent with the send of an activity id.
 *
 * @throws RangeError if the id is no send's
 */
export function sendNumber(activityId: string): number {
  const [, digits] = /^submit \S+ (\d+)(?: quote \d+)?$/.exec(activityId) ?? [];
  if (digits === undefined) throw new RangeError('the activity id is not the one of a send');
  return Number(digits);
}
