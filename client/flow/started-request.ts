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
  const [request] = await decodeArrayFromPayloads(converter, input?.payloads);
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
