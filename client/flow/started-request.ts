import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { add, isDecimalText } from '../../contract/money';
import type { TemporalAccess } from './temporal-access';

/** The one argument a workflow was started with, whoever started it, read from the first event of its history. */
export async function startedRequest(
  { connection, namespace, converter }: TemporalAccess,
  execution: { readonly workflowId: string; readonly runId: string },
): Promise<unknown> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  const context = { type: 'workflow', namespace, workflowId: execution.workflowId } as const;
  const [request] = await decodeArrayFromPayloads(converter, input?.payloads, context);
  return request;
}

/**
 * The fields, by their dotted paths, in which two requests differ in meaning: the order of fields does not matter, nor
 * how an amount is spelled.
 */
export function differingFields(a: unknown, b: unknown): readonly string[] {
  const [left, right] = [leaves(a, ''), leaves(b, '')];
  const fields = new Set([...left.keys(), ...right.keys()]);
  return [...fields].filter((field) => left.get(field) !== right.get(field)).sort();
}

/**
 * The path of a differing field, down to the last that both requests have, and one name further only at the top. Deeper
 * names may be a caller's own, such as keys in free details, and this caller must not read those of the earlier
 * request.
 */
export function fieldInBoth(field: string, before: unknown, request: unknown): string {
  const names = field.split('.');
  let [left, right] = [before, request];
  for (const [depth, name] of names.entries()) {
    if (!hasField(left, name) || !hasField(right, name)) return names.slice(0, Math.max(depth, 1)).join('.');
    [left, right] = [fieldOf(left, name), fieldOf(right, name)];
  }
  return field;
}

function hasField(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function leaves(value: unknown, path: string): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, leafText(value, path)]]);
  const found = new Map<string, string>();
  for (const [name, inner] of Object.entries<unknown>({ ...value })) {
    if (inner === undefined) continue;
    for (const [field, text] of leaves(inner, path === '' ? name : `${path}.${name}`)) found.set(field, text);
  }
  return found;
}

function leafText(value: unknown, path: string): string {
  const isAmount = typeof value === 'string' && /(^|\.)amount$/.test(path) && isDecimalText(value);
  return JSON.stringify(isAmount ? add(value, '0') : value);
}
