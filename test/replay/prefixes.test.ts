import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { LONGEST_ACTIVATION } from '../../worker/longest-activation';
import { workflowBundle } from '../setup/workflow-bundle';
import { prefixesOf } from './prefixes';

/**
 * A worker may go at any moment, and another one take over with the history alone. What it then replays is a recorded
 * history up to the start of one of its workflow tasks: each of them must replay, not only the finished whole.
 */
type History = Parameters<typeof prefixesOf>[0];

const DIRECTORY = process.env['GANGWAY_REPLAY_HISTORIES'] ?? join(__dirname, 'histories');
const RECORDED = readdirSync(DIRECTORY, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.json'));

/** Replayed by one worker: a worker of its own for each would take longer, and one for all longer than one test may. */
const TOGETHER = 6;
const GROUPS = Array.from({ length: Math.ceil(RECORDED.length / TOGETHER) }, (_, group) =>
  RECORDED.slice(group * TOGETHER, (group + 1) * TOGETHER),
);

test.each(GROUPS)(
  '%s and those after it replay from every workflow task that they had',
  async (...names) => {
    const { codePath } = await workflowBundle();
    const prefixes = names.flatMap((name) => {
      const history = historyFromJSON(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
      return prefixesOf(history).map(({ events, history: prefix }) => ({
        name: `${name}, ${events} events`,
        history: prefix,
      }));
    });
    // In the order in which they are given.
    const named = prefixes.values();
    expect(prefixes.length).toBeGreaterThan(names.length);
    const histories = prefixes.map(({ history }) => ({ workflowId: workflowIdOf(history), history }));
    const replays = Worker.runReplayHistories(
      { workflowBundle: { codePath }, replayName: 'prefixes', ...LONGEST_ACTIVATION },
      histories,
    );
    const broken: string[] = [];
    let replayed = 0;
    for await (const { error } of replays) {
      const name = named.next().value?.name;
      replayed += 1;
      if (error !== undefined) broken.push(`${name}: ${error.message}`);
    }
    expect(broken).toEqual([]);
    expect(replayed).toBe(prefixes.length);
  },
  300_000,
);

/** A workflow's id is its lock, so a workflow replays under its own only. */
function workflowIdOf({ events }: History): string {
  const id = events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  if (id == null) throw new Error('the history does not tell the id of its workflow');
  return id;
}
