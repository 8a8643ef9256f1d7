import type { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { EventLog } from './events';
import { fundingIdOf } from './judge';
import type { Ledger } from './ledger';
import type { WireLog } from './wire-log';

/** What happened at a time, and who says so. */
export interface Line {
  readonly at: number;
  readonly where: string;
  readonly what: string;
}

export interface StoryParts {
  readonly temporal: Client;
  readonly ledger: Ledger;
  readonly wire: WireLog;
  readonly log: EventLog;
}

/** Of an event's payloads, how much is shown. */
const MOST_CHARACTERS = 300;

/**
 * What happened to one workflow, from everyone's view and in the order of time: its history, the requests on the wire,
 * the provider's book, and what the campaign did.
 */
export async function tellStory(workflowId: string, parts: StoryParts): Promise<string> {
  const own = workflowId.split('/')[2] ?? '';
  const orders = parts.ledger.orders.filter(({ partner_order_ref: ref }) => fundingIdOf(ref) === own);
  const documents = parts.ledger.documents.filter(({ partner_client_id: id }) => id === own);
  const clients = parts.ledger.clients.filter(({ partner_client_id: id }) => id === own);
  return inOrder(workflowId, [
    ...(await historyLines(parts.temporal, workflowId)),
    ...parts.wire
      .about([own, ...orders.map(({ partner_order_ref: ref }) => ref)])
      .map(({ at, worker, request, status }) => ({
        at,
        where: 'wire',
        what: `worker ${worker}: ${request} -> ${status === undefined ? 'no answer' : String(status)}`,
      })),
    ...orders.map((order) => ({
      at: Date.parse(order.created_at),
      where: 'ledger',
      what: `order ${order.id} under ${order.partner_order_ref}: ${order.type} ${order.amount} ${order.asset_id}, now ${order.status} since ${order.transitioned_at}`,
    })),
    ...documents.map(({ id, type, front, created_at: at }) => ({
      at: Date.parse(at),
      where: 'ledger',
      what: `document ${id}: ${type} ${front.sha256.slice(0, 12)}`,
    })),
    ...clients.map(({ status, active, created_at: at }) => ({
      at: Date.parse(at),
      where: 'ledger',
      what: `client created, now ${status}, ${active ? 'active' : 'inactive'}`,
    })),
    ...parts.log.about(workflowId).map(({ at, what }) => ({ at, where: 'campaign', what })),
  ]);
}

/** Tells what happened in the order of time, from a workflow's beginning to the last that concerned it. */
export function inOrder(workflowId: string, unsorted: readonly Line[]): string {
  const lines = unsorted.toSorted((one, other) => one.at - other.at);
  const from = lines.find(({ where }) => where === 'history')?.at ?? lines[0]?.at ?? 0;
  const until = lines.findLast(({ where }) => where !== 'campaign')?.at ?? from;
  const told = lines
    .filter(({ at }) => at >= from - 1_000 && at <= until + 1_000)
    .map(({ at, where, what }) => `  ${((at - from) / 1000).toFixed(3).padStart(9)} s  ${where.padEnd(8)}  ${what}`);
  return [`${workflowId}, from ${new Date(from).toISOString()}:`, ...told].join('\n');
}

/** A workflow's history, all its runs. */
export async function historyLines(temporal: Client, workflowId: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const line = lineOf(event);
      if (line !== undefined) lines.push(line);
    }
  }
  return lines;
}

/** Events that say nothing about what happened: the coming and going of workflow tasks. */
const QUIET = /^EVENT_TYPE_WORKFLOW_TASK_(SCHEDULED|STARTED|COMPLETED)$/;

function lineOf(event: proto.api.history.v1.IHistoryEvent): Line | undefined {
  const type = proto.api.enums.v1.EventType[event.eventType ?? 0] ?? 'unknown';
  if (QUIET.test(type)) return undefined;
  const at = Number(event.eventTime?.seconds ?? 0) * 1000 + Math.floor((event.eventTime?.nanos ?? 0) / 1e6);
  const name = type.replace('EVENT_TYPE_', '').toLowerCase().replaceAll('_', ' ');
  return { at, where: 'history', what: `${String(event.eventId)} ${name} ${detailsOf(event)}`.trimEnd() };
}

function detailsOf(event: proto.api.history.v1.IHistoryEvent): string {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled != null) return `${scheduled.activityType?.name ?? ''} ${payloads(scheduled.input)}`;
  const failed = event.activityTaskFailedEventAttributes ?? event.workflowExecutionFailedEventAttributes;
  if (failed != null) return (failed.failure?.message ?? '').slice(0, MOST_CHARACTERS);
  const started = event.activityTaskStartedEventAttributes;
  if (started != null) return `attempt ${started.attempt ?? 0} at ${started.identity ?? ''}`;
  const timedOut = event.activityTaskTimedOutEventAttributes;
  if (timedOut != null) return (timedOut.failure?.message ?? '').slice(0, MOST_CHARACTERS);
  const completed = event.activityTaskCompletedEventAttributes ?? event.workflowExecutionCompletedEventAttributes;
  if (completed != null) return payloads(completed.result);
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  if (update != null) return `${update.name ?? ''} ${payloads(update.args)}`;
  const timer = event.timerStartedEventAttributes?.startToFireTimeout;
  if (timer != null) return `${Number(timer.seconds ?? 0) + (timer.nanos ?? 0) / 1e9} s`;
  return '';
}

function payloads(list: proto.api.common.v1.IPayloads | null | undefined): string {
  const values = (list?.payloads ?? []).map((payload) => {
    const value: unknown = defaultPayloadConverter.fromPayload(payload);
    return JSON.stringify(value);
  });
  return values.join(', ').slice(0, MOST_CHARACTERS);
}
