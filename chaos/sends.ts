import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import type { Send } from './intent-orders';

const MOVES = /^(submit(Deposit|Withdrawal|Conversion)|confirmOrder)$/;
const named = z.looseObject({ ref: z.string().optional(), request: z.looseObject({ ref: z.string() }).optional() });

/** Everything that a flow's runs, as far as the server has them, scheduled to move money. */
export async function sendsOf(temporal: Client, workflowId: string): Promise<readonly Send[]> {
  const sends: Send[] = [];
  for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { eventTime, activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
      const payload = scheduled?.input?.payloads?.[0];
      if (payload == null || !MOVES.test(scheduled?.activityType?.name ?? '')) continue;
      const argument = named.parse(defaultPayloadConverter.fromPayload(payload));
      const at = Number(eventTime?.seconds ?? 0) * 1000 + Math.floor((eventTime?.nanos ?? 0) / 1e6);
      sends.push({ ref: argument.ref ?? argument.request?.ref ?? '', at });
    }
  }
  return sends;
}
