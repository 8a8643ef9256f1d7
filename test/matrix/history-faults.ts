import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import type { Applicant } from '../../contract/onboarding';
import { leaks } from './leaks';

type History = temporal.api.history.v1.IHistory;

/** What a history must not show: a workflow task that failed, a secret anywhere, a person in a failure. */
export function historyFaults(history: History, applicant: Applicant): readonly string[] {
  const found = new Set<string>();
  for (const event of history.events ?? []) {
    if (event.workflowTaskFailedEventAttributes != null) found.add('a workflow task failed');
    const failed = event.activityTaskFailedEventAttributes?.failure ?? event.markerRecordedEventAttributes?.failure;
    const leaked = leaks(readable(event), applicant);
    // An application is what a history of an onboarding begins with; a failure has no business with it.
    for (const what of leaked) if (failed != null || !what.startsWith('the person')) found.add(`it holds ${what}`);
  }
  return [...found];
}

/** Payloads are bytes in Base64, which hides what they hold, and looks like a signature. */
function readable(event: NonNullable<History['events']>[number]): string {
  const json: unknown = JSON.parse(historyToJSON({ events: [event] }));
  return JSON.stringify(json, (name, inner: unknown) =>
    name === 'data' && typeof inner === 'string' ? Buffer.from(inner, 'base64').toString('utf8') : inner,
  );
}
