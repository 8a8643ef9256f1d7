import type { BookDatabase } from '../../../book/connection';
import { knownSubjects } from '../../../book/read/story';
import { idProblem } from '../../../contract/ids';
import { DEFAULT_PROVIDER, PROVIDERS } from '../../../providers/registry';
import { EXIT } from '../exit-code';
import { CommandError } from '../failure';

/** What the book has stories of, by the first part of its workflow id. */
const KINDS = ['funding', 'onboarding', 'batch', 'receiving'] as const;
/** What the worker starts are under. */
const WORKERS = 'workers';

/**
 * The workflow ids that a person may mean: a whole one as it is, a bare id as any kind at any provider.
 *
 * @throws CommandError if it is neither
 */
export function meantSubjects(id: string, provider?: string): readonly string[] {
  if (id === WORKERS) return [id];
  const parts = id.split('/');
  if (
    parts.length === 3 &&
    KINDS.some((kind) => kind === parts[0]) &&
    parts.every((part) => idProblem(part) === undefined)
  ) {
    return [id];
  }
  const problem = idProblem(id);
  if (problem !== undefined) {
    throw new CommandError(`The id ${problem}; or give all of it, such as funding/${DEFAULT_PROVIDER}/my-deposit-1.`);
  }
  const providers = provider === undefined ? [...PROVIDERS.keys()] : [provider];
  return KINDS.flatMap((kind) => providers.map((each) => `${kind}/${each}/${id}`));
}

/**
 * The one subject of those that the book knows.
 *
 * @throws CommandError if it knows none, or more than one
 */
export async function oneSubject(book: BookDatabase, id: string, meant: readonly string[]): Promise<string> {
  const [subject, ...more] = await knownSubjects(book, meant);
  if (subject === undefined) {
    throw new CommandError(`The book knows nothing under ${id}.`, EXIT.badInput, 'UNKNOWN_ID');
  }
  if (more.length === 0) return subject;
  throw new CommandError(`${id} may be ${[subject, ...more].join(' or ')}: give all of it.`);
}
