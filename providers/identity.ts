import type { FieldProblem } from '../contract/errors';

/**
 * Whether a record that a provider shows under a client's id is the applicant's. Both sides are brought into one
 * canonical form, so that only spelling is forgiven: any field that is shown and differs is a difference, and a record
 * that shows nothing that identifies a person proves nothing.
 */

/** One field of an application beside what the provider shows of it. */
export interface Comparable {
  /** Dotted path of the application. */
  readonly field: string;
  readonly ours: string | undefined;
  /** Absent or null: not shown, which is no difference. */
  readonly theirs: string | null | undefined;
  readonly as: Canonical;
  /** Whether it tells one person from another. */
  readonly identifies?: boolean;
}

/** Brings a text into the form that is compared. */
type Canonical = (text: string) => string;

/**
 * Fields in which a record differs from the applicant; empty for the same person. If all that is shown agrees but none
 * of it identifies a person, these are the identifying fields: nothing says that it is the same person. Holds no value
 * of either side.
 */
export function differences(comparables: readonly Comparable[]): readonly FieldProblem[] {
  const differing = comparables.filter(({ ours, theirs, as }) => theirs != null && as(theirs) !== as(ours ?? ''));
  if (differing.length > 0) return differing.map(({ field }) => ({ field, problem: DIFFERS }));
  const identifying = comparables.filter(({ identifies }) => identifies === true);
  if (identifying.some(({ theirs, as }) => as(theirs ?? '') !== '')) return [];
  return identifying.map(({ field }) => ({ field, problem: NOT_SHOWN }));
}

const DIFFERS = "differs from the provider's record";
const NOT_SHOWN = 'is not shown by the provider: nothing says that it is the same person';

type Compare = (field: string, ours: Comparable['ours'], theirs: Comparable['theirs']) => Comparable;

function comparedAs(as: Canonical): Compare {
  return (field, ours, theirs) => ({ field, ours, theirs, as });
}

/** Marks a field as one that tells one person from another. */
export function identifying(comparable: Comparable): Comparable {
  return { ...comparable, identifies: true };
}

/** Text: Unicode form, case, runs of white space, kinds of dash and apostrophe, and invisible characters do not matter. */
const asText: Canonical = (text) =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Pd}/gu, '-')
    .replace(/[‘’ʼ]/g, "'")
    .toLowerCase()
    .trim()
    .replace(/\s+/g, ' ');

/** The number of a paper: nor do the signs that group it. */
const asNumber: Canonical = (text) => asText(text).replace(/[\s().-]/g, '');

/**
 * An international phone number: nor does how it begins (`+`, `00` or neither), nor a trunk zero in brackets. A number
 * without its country's code is another one, because nothing says which country's it is.
 */
const asPhone: Canonical = (text) =>
  asText(text)
    .replace(/^tel:/, '')
    .replace(/\s/g, '')
    .replace(/(?<=\d)\(0\)/, '')
    .replace(/[()./-]/g, '')
    .replace(/^(?:\+|00)/, '');

const DAY = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?$/;

/** A day, year first: nor does a time beside it. The day is the one that is written, in whatever zone. */
const asDay: Canonical = (text) => asText(text).replace(DAY, '$1-$2-$3');

export const compareText = comparedAs(asText);
export const compareNumber = comparedAs(asNumber);
export const comparePhone = comparedAs(asPhone);
export const compareDay = comparedAs(asDay);

/** Compares words of which the order does not matter. */
export function compareWords(
  field: string,
  ours: readonly string[] = [],
  theirs: readonly string[] | null | undefined,
): Comparable {
  return compareText(field, inOrder(ours), theirs == null ? undefined : inOrder(theirs));
}

function inOrder(words: readonly string[]): string {
  return [...words].sort().join(' ');
}
