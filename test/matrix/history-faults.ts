import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import type { Applicant } from '../../contract/onboarding';
import { NEEDS_ATTENTION } from '../../contract/search-attributes';
import { taskFailuresOf } from '../setup/task-failures';
import { leaks } from './leaks';

type History = temporal.api.history.v1.IHistory;

/** What a history must not show: a workflow task that failed, a secret anywhere, a person in a failure. */
export function historyFaults(history: History, applicant: Applicant): readonly string[] {
  const found = new Set(taskFailuresOf(history).map((why) => `a workflow task failed: ${why}`));
  for (const event of history.events ?? []) {
    const failed = event.activityTaskFailedEventAttributes?.failure ?? event.markerRecordedEventAttributes?.failure;
    const leaked = leaks(readable(event), applicant);
    // An application is what a history of an onboarding begins with; a failure has no business with it.
    for (const what of leaked) if (failed != null || !what.startsWith('the person')) found.add(`it holds ${what}`);
  }
  return [...found];
}

/** Whether the provider's watch, or its news, closed a question before a person answered it. */
export function wokenWhileAsking(history: History): boolean {
  let asks = false;
  for (const event of history.events ?? []) {
    const changed = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
    const attention = changed?.[NEEDS_ATTENTION.name];
    // An attribute that was unset has a payload without data.
    if (attention !== undefined) asks = (attention.data?.length ?? 0) > 0;
    if (event.workflowExecutionUpdateAcceptedEventAttributes != null) asks = false;
    if (asks && event.workflowExecutionSignaledEventAttributes != null) return true;
  }
  return false;
}

/** Payloads are bytes in Base64, which hides what they hold, and looks like a signature. */
function readable(event: NonNullable<History['events']>[number]): string {
  const json: unknown = JSON.parse(historyToJSON({ events: [event] }));
  return JSON.stringify(json, (name, inner: unknown) =>
    name === 'data' && typeof inner === 'string' ? Buffer.from(inner, 'base64').toString('utf8') : inner,
  );
}
