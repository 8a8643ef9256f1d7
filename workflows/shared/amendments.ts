import type { FieldProblem } from '../../contract/errors';
import type { JsonObject } from '../../contract/json';
import type { Applicant, ApplicationPatch, ApplicationDocument } from '../../contract/onboarding';

/** The parts of an application that a person may amend. */
export interface Amendable {
  readonly applicant: Applicant;
  readonly documents: readonly ApplicationDocument[];
  readonly details?: JsonObject;
}

/** The application with a person's new data: nested fields are merged, documents replace those of their type. */
export function amended(current: Amendable, patch: ApplicationPatch): Amendable {
  const types = new Set((patch.documents ?? []).map(({ type }) => type));
  const details = patch.details === undefined ? current.details : merged(current.details ?? {}, patch.details);
  return {
    applicant: merged(current.applicant, patch.applicant ?? {}),
    documents: [...current.documents.filter(({ type }) => !types.has(type)), ...(patch.documents ?? [])],
    ...(details === undefined ? {} : { details }),
  };
}

/** What of an application can still change. */
export interface AmendRules {
  readonly clientExists: boolean;
  /** Fields (dotted paths) that the provider keeps as the client was created. */
  readonly immutableAfterCreate: readonly string[];
  /** Whether the application is submitted again as a whole after a change. */
  readonly resubmits: boolean;
}

/**
 * The fields of a patch that cannot change any more, whatever their values. Once the client exists, documents can
 * change, and the rest only if the application is submitted again: no provider here offers a documented update.
 */
export function amendProblems(patch: ApplicationPatch, rules: AmendRules): readonly FieldProblem[] {
  if (!rules.clientExists) return [];
  const changed = [...leafPaths(patch.applicant ?? {}, 'applicant'), ...leafPaths(patch.details ?? {}, 'details')];
  return changed.flatMap((field) => {
    const problem = changeProblem(field, rules);
    return problem === undefined ? [] : [{ field, problem }];
  });
}

function changeProblem(field: string, { immutableAfterCreate, resubmits }: AmendRules): string | undefined {
  if (immutableAfterCreate.some((fixed) => field === fixed || field.startsWith(`${fixed}.`))) {
    return 'cannot change once the client exists: the provider keeps it as it was created';
  }
  if (resubmits) return undefined;
  return 'cannot be changed by Gangway once the client exists; change it at the provider, then resolve with retry';
}

function leafPaths(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    isRecord(inner) ? leafPaths(inner, `${path}.${key}`) : [`${path}.${key}`],
  );
}

/** One JSON object. */
export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged<T extends object>(current: T, patch: object): T {
  const next: T = { ...current };
  for (const [key, value] of Object.entries<unknown>({ ...patch })) {
    const before: unknown = Object.entries(current).find(([name]) => name === key)?.[1];
    const after = isRecord(before) && isRecord(value) ? merged(before, value) : value;
    // Defined, not assigned: `__proto__` is then a field like any other, and refused like every unknown field.
    Object.defineProperty(next, key, { value: after, enumerable: true, configurable: true, writable: true });
  }
  return next;
}
