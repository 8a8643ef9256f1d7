import { randomUUID } from 'node:crypto';
import type { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import { connect } from '../../temporal/connect';
import { RETENTION_MS, setUpNamespace } from '../../temporal/namespace';
import { missingSearchAttributes } from '../../temporal/search-attributes';
import { documents, runCli, type CliResult } from '../client/run-cli';
import { TaskGate } from '../crash/task-gate';
import { eventually } from '../setup/eventually';
import { testTemporalAddress } from '../setup/temporal';
import { newOwnBook, type OwnBook } from '../setup/test-book';

const DAY_MS = 24 * 60 * 60 * 1000;
const ALL = ['Provider', 'PartnerClientId', 'FundingId', 'Stage', 'NeedsAttention'];

/** Temporal and the book are made ready by one command, and a client with few rights is enough for all else. */
let connection: Connection;
let book: OwnBook;
const gates: TaskGate[] = [];

beforeAll(async () => {
  connection = await connect({ address: testTemporalAddress(), namespace: 'default' });
  book = await newOwnBook();
});
afterAll(async () => {
  await connection.close();
  for (const gate of gates) gate.close();
  await book.drop();
});

function newName(): string {
  return `setup-${randomUUID()}`;
}

async function made(namespace: string, retention: number): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(retention),
  });
  await eventually(async () => {
    const found = await connection.workflowService.describeNamespace({ namespace }).catch(() => undefined);
    return found === undefined ? undefined : true;
  });
}

async function retentionOf(namespace: string): Promise<number | undefined> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return optionalTsToMs(config?.workflowExecutionRetentionTtl);
}

function setup(namespace: string, ...args: readonly string[]): Promise<CliResult> {
  const env = { ...book.env, TEMPORAL_ADDRESS: testTemporalAddress(), TEMPORAL_NAMESPACE: namespace };
  return runCli(['setup', ...args], { env });
}

test('what is not there is made, for 30 days and with the search attributes; again changes nothing', async () => {
  const name = newName();
  const first = await setup(name, '--json');
  expect([first.exitCode, documents(first)]).toEqual([
    0,
    [{ namespace: { name, created: true, retentionMs: RETENTION_MS, registered: ALL }, applied: [] }],
  ]);
  expect(await missingSearchAttributes(connection, name)).toEqual({ absent: [], conflicting: [] });
  const again = await setup(name);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(again.stdout).toContain(`namespace ${name}, keeps what has ended for 30 days`);
  expect(again.stdout).toContain('The search attributes are all there already.');
  expect(again.stdout).toContain('The book is of this version already.');
}, 120_000);

test('a namespace that keeps less than 30 days stays as it is, and is warned of', async () => {
  const name = newName();
  await made(name, 2 * DAY_MS);
  const done = await setup(name, '--only', 'temporal');
  expect(done.exitCode).toBe(0);
  expect(done.stderr).toContain(`Raise the retention of ${name} to 30 days or more`);
  expect(await retentionOf(name)).toBe(2 * DAY_MS);
}, 120_000);

test('two at once make one', async () => {
  const name = newName();
  const both = await Promise.all([setUpNamespace(connection, name), setUpNamespace(connection, name)]);
  expect(both.filter(({ created }) => created).length).toBeLessThan(2);
  expect(both.map(({ retentionMs }) => retentionMs)).toEqual([RETENTION_MS, RETENTION_MS]);
  expect(await missingSearchAttributes(connection, name)).toEqual({ absent: [], conflicting: [] });
}, 120_000);

describe('a client that may not call the operator service', () => {
  let limited: Connection;

  beforeAll(async () => {
    const gate = await TaskGate.open(
      testTemporalAddress(),
      () => true,
      (path) => path.includes('.OperatorService/'),
    );
    gates.push(gate);
    limited = await connect({ address: gate.address, namespace: 'default' });
    await expect(limited.operatorService.listSearchAttributes({ namespace: 'default' })).rejects.toMatchObject({
      code: 7,
    });
  });
  afterAll(() => limited.close());

  test('sees by queries that all are there', async () => {
    expect(await missingSearchAttributes(limited, 'default')).toEqual({ absent: [], conflicting: [] });
    expect(await setUpNamespace(limited, 'default')).toMatchObject({ created: false, registered: [] });
  });

  test('sees which are not, and who is to add them', async () => {
    const name = newName();
    await made(name, RETENTION_MS);
    await eventually(async () => {
      const missing = await missingSearchAttributes(limited, name).catch(() => undefined);
      return missing?.absent.length === ALL.length ? true : undefined;
    });
    await expect(setUpNamespace(limited, name)).rejects.toThrow('An operator can add them: temporal operator');
  }, 120_000);
});

test('settings that make no sense change nothing, and Temporal that is away is told', async () => {
  const name = newName();
  expect(
    await runCli(['setup'], { env: { TEMPORAL_ADDRESS: testTemporalAddress(), TEMPORAL_NAMESPACE: name } }),
  ).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('GANGWAY_BOOK_URL is not set'),
  });
  await expect(connection.workflowService.describeNamespace({ namespace: name })).rejects.toMatchObject({ code: 5 });
  const away = await runCli(['setup', '--only', 'temporal', '--address', '127.0.0.1:1']);
  expect(away).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('Temporal at 127.0.0.1:1 did not answer'),
  });
  expect(await runCli(['setup', '--only', 'nothing'])).toMatchObject({ exitCode: 2 });
}, 120_000);
