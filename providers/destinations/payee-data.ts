import type { JsonValue } from '../../contract/json';
import { bicProblem, ibanProblem } from './bank-accounts';
import { payeeTextProblem, scientificNotationProblem } from './characters';

/** A problem of a value inside, and where it is. */
export interface InnerProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

/** What kind of text a field's name promises, whoever named it. */
const KNOWN_KINDS: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ['iban', ibanProblem],
  ['bic', (bic: string) => bicProblem(bic)],
  ['swift', (bic: string) => bicProblem(bic)],
  ['swiftcode', (bic: string) => bicProblem(bic)],
  ['accountnumber', scientificNotationProblem],
  ['routingnumber', scientificNotationProblem],
]);

/**
 * What is wrong with a payee's data in a provider's own fields, such as a third party's name and address. Each text is
 * checked by its characters, and by its kind if the field's name says one. An empty text says nothing.
 */
export function payeeDataProblems(value: JsonValue, path: readonly string[] = []): readonly InnerProblem[] {
  if (typeof value === 'string') {
    if (value === '') return [];
    const known = KNOWN_KINDS.get((path.at(-1) ?? '').toLowerCase().replaceAll(/[_-]/g, ''));
    const problem = payeeTextProblem(value) ?? known?.(value);
    return problem === undefined ? [] : [{ path, problem }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, JsonValue]) =>
    payeeDataProblems(inner, [...path, name]),
  );
}
