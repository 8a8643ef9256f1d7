import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { LONGEST_ACTIVATION } from '../../worker/longest-activation';
import { quietRuntime } from '../setup/quiet-runtime';
import { workflowBundle } from '../setup/workflow-bundle';

/**
 * Histories of real runs, strange ones above all. Each must replay on the workflows as they are now: one that does not
 * is a workflow that breaks in production on the next deployment (docs/change-a-workflow.md).
 */
const DIRECTORY = join(__dirname, 'histories');
const RECORDED = readdirSync(DIRECTORY, { encoding: 'utf8', recursive: true }).filter((name) => name.endsWith('.json'));

beforeAll(quietRuntime);

type History = temporal.api.history.v1.IHistory;

function read(name: string): History {
  return historyFromJSON(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
}

async function replay(history: History): Promise<void> {
  const { codePath } = await workflowBundle();
  // The id is part of what a workflow decides by: it must be its lock.
  const workflowId = started(history)?.workflowId ?? undefined;
  await Worker.runReplayHistory(
    { workflowBundle: { codePath }, replayName: 'recorded', ...LONGEST_ACTIVATION },
    history,
    workflowId,
  );
}

test('there are histories of every workflow type', () => {
  const types = RECORDED.map((name) => read(name)).map(firstType);
  expect([...new Set(types)].sort()).toEqual([
    'askDiscrepancy',
    'claimDeposit',
    'deliverEvent',
    'fundAccount',
    'onboardAndFund',
    'onboardClient',
    'receiveDeposit',
    'reconcileProvider',
    'reconcileWhenDue',
    'relayCallback',
    'runBatch',
    'watchProvider',
  ]);
});

test.each(RECORDED)('%s', async (name) => {
  await expect(replay(read(name))).resolves.toBeUndefined();
});

test('a history of another workflow type is found out', async () => {
  const [name] = RECORDED.filter((recorded) => firstType(read(recorded)) === 'fundAccount');
  const text = readFileSync(join(DIRECTORY, name ?? ''), 'utf8').replaceAll('"fundAccount"', '"onboardClient"');
  await expect(replay(historyFromJSON(JSON.parse(text)))).rejects.toThrow(DeterminismViolationError);
});

test('a history whose order of steps is another is found out', async () => {
  const [name] = RECORDED.filter((recorded) => recorded.includes('2020-failed-then-fresh'));
  const text = readFileSync(join(DIRECTORY, name ?? ''), 'utf8').replaceAll('"submitOrder"', '"confirmOrder"');
  await expect(replay(historyFromJSON(JSON.parse(text)))).rejects.toThrow(DeterminismViolationError);
});

function started(history: History) {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes;
}

function firstType(history: History): string | null | undefined {
  return started(history)?.workflowType?.name;
}
