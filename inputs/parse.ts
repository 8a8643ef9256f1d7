import type { z } from 'zod';
import type { FieldProblem } from '../contract/errors';
import { MESSAGE_BOUNDS } from './strict-json';

/** What reads an input into the contract's type. */
export type InputSchema<Value> = z.ZodType<Value>;

export type ParsedInput<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** The most problems reported: enough to correct an input, and few enough for a message. */
const MOST_PROBLEMS = 50;
const SHOWABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** Whether a field's name can be shown: it came with the input, and might be anything. */
export function isShowableName(name: string): boolean {
  return SHOWABLE_NAME.test(name);
}

/**
 * Reads an input of any origin: a typed caller, a file, or raw JSON from the Temporal UI's start form.
 *
 * @returns the value with the type of the contract, or every wrong field by its dotted path. No value is repeated.
 */
export function parseInput<Value>(schema: InputSchema<Value>, value: unknown): ParsedInput<Value> {
  const problem = shapeProblem(value);
  if (problem !== undefined) return { ok: false, problems: [{ field: 'the input', problem }] };
  const parsed = schema.safeParse(cleaned(value, 0), { error: problemOf });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(toProblems).slice(0, MOST_PROBLEMS) };
}

/**
 * Why a value is not even looked at. Schemas recurse, and a value from a typed caller or the Temporal UI did not pass
 * our own reader: it may nest without end, or contain itself.
 */
function shapeProblem(value: unknown): string | undefined {
  const { depth: deepest, values: most } = MESSAGE_BOUNDS;
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  let values = 1;
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { value: within, depth } = one;
    if (typeof within !== 'object' || within === null) continue;
    if (depth > deepest) return `must not nest deeper than ${deepest} levels`;
    if (Object.hasOwn(within, '__proto__')) return 'must not hold a field __proto__';
    const inner: readonly unknown[] = Object.values(within);
    values += inner.length;
    if (values > most) return `must hold at most ${most} values`;
    left.push(...inner.map((value) => ({ value, depth: depth + 1 })));
  }
  return undefined;
}

/**
 * A caller's `{ unit: undefined }` means what JSON says by leaving `unit` out. Text is in NFC, so texts that read the
 * same are the same, whichever program composed their accents.
 */
function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.normalize('NFC');
  if (depth >= MESSAGE_BOUNDS.depth || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => cleaned(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [name, cleaned(entry, depth + 1)]),
  );
}

const BY_AUTHENTICATION = 'must be left out: who asks is known by authentication, never by a field';
/** Names that callers may take for a field, and why they are none. */
const NOT_A_FIELD: ReadonlyMap<string, string> = new Map([
  ['requestedBy', BY_AUTHENTICATION],
  ['requesterProof', BY_AUTHENTICATION],
]);

function toProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const at = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: fieldName(at), problem: issue.message }];
  return issue.keys.map((key) =>
    isShowableName(key)
      ? { field: fieldName([...at, key]), problem: NOT_A_FIELD.get(key) ?? 'is not a known field' }
      : { field: fieldName(at), problem: 'has a field with a name that is not known' },
  );
}

function fieldName(path: readonly string[]): string {
  return path.length === 0 ? 'the input' : path.join('.');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'must be a string',
  int: 'must be a whole number',
  number: 'must be a number',
  boolean: 'must be true or false',
  object: 'must be an object',
  array: 'must be a list',
};

function problemOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? 'has the wrong type';
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum} entries`
        : `must be at most ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum} entries`
        : `must be at least ${issue.minimum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return 'is not valid';
  }
}
