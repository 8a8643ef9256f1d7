import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { type temporal } from '@temporalio/proto';

export type History = temporal.api.history.v1.IHistory;

const HISTORIES = join(__dirname, '..', 'replay', 'histories');
/**
 * Those of whole flows, which can be lived alone. What was continued is lived by the flows whose histories grow long here;
 * of two deposits that are alike each needs the other; what tells a partner needs one (test/workflows/partner-events.test.ts).
 */
const NOT_ALONE = /^(continued-|received-(one|the-other)-of-two-alike|(client|intent)-told-from-the-book)/;
const FLOWS = ['fundAccount', 'onboardClient', 'onboardAndFund', 'receiveDeposit'];

const ALL: ReadonlyMap<string, History> = new Map(
  readdirSync(HISTORIES, { encoding: 'utf8', recursive: true })
    .filter((path) => path.endsWith('.json') && !NOT_ALONE.test(basename(path)))
    .map((path): [string, History] => [
      basename(path, '.json'),
      historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, path), 'utf8'))),
    ]),
);

/** The recorded histories of a provider's flows, by their names. */
export function recordedAt(provider: string): ReadonlyMap<string, History> {
  return new Map([...ALL].filter(([, history]) => isFlowAt(history, provider)));
}

function isFlowAt({ events }: History, provider: string): boolean {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  return started?.workflowId?.split('/')[1] === provider && FLOWS.includes(started.workflowType?.name ?? '');
}

/** Enters a person's decision in the book; histories from before there was one lack it. */
const RECORDS_A_DECISION = 'recordDecision';

/** The activities that histories asked for, each said once if it was asked for several times in a row. */
export function activitiesOf(histories: readonly History[]): readonly string[] {
  const all = histories
    .flatMap(({ events }) => events ?? [])
    .flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled == null ? [] : [scheduled.activityType?.name ?? ''],
    )
    .filter((name) => name !== RECORDS_A_DECISION);
  return all.filter((name, index) => name !== all[index - 1]);
}
