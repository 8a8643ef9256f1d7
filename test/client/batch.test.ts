import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { connectGangway, type Gangway } from '../../client';
import { runRow } from '../../client/batch/run-row';
import { eventually, Rig } from '../setup/rig';
import { documents, runCli } from './run-cli';

const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
const HEADER = 'fundingId,kind,partnerClientId,asset,amount';

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start();
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  await (await rig.onboard(rig.application('batch'))).result();
});
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

function csv(name: string, lines: readonly string[]): string {
  const path = join(rig.files, name);
  writeFileSync(path, [HEADER, ...lines].join('\n'));
  return path;
}

function resultsOf(path: string): readonly Readonly<Record<string, string>>[] {
  return parse(readFileSync(`${path}.results.csv`), { columns: true });
}

test('120 rows with 6 bad ones, the CLI killed and the worker stopped in the middle: 114 done once, 6 explained by line and field', async () => {
  const lines = Array.from({ length: 120 }, (_, index) => `b-${index},deposit,batch,USD,1.00`);
  lines[9] = 'b-9,deposit,batch,USD,';
  lines[19] = 'b-19,deposit,batch,USD,1.123456789';
  lines[29] = 'b-28,deposit,batch,USD,1.00';
  lines[39] = 'b-39,deposit,nobody,USD,1.00';
  lines[49] = 'b-49,withdrawal,batch,USD,999999.00';
  lines[59] = 'b-59,deposit,batch,NONE,1.00';
  const path = csv('killed.csv', lines);
  const args = ['batch', path, '--id', 'killed', '--concurrency', '5', '--json'];
  const env = { TEMPORAL_ADDRESS: rig.server.address };

  const first = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ref = { provider: 'coinmena', batchId: 'killed' };
  await eventually(async () => {
    const progress = await gangway.batches.progress(ref).catch(() => undefined);
    return progress !== undefined && progress.counts.done > 10 ? true : undefined;
  }, 90_000);
  first.kill('SIGKILL');
  await once(first, 'exit');
  await rig.stopWorker();
  await rig.startWorker();

  const second = await runCli(args, { env });
  expect(documents(second).at(-1)).toMatchObject({
    event: 'result',
    exitCode: 2,
    counts: { done: 114, refused: 3, parked: 3 },
  });
  expect(resultsOf(path)).toHaveLength(120);
  expect(resultsOf(path).filter(({ outcome }) => outcome !== 'done')).toMatchObject([
    { line: '11', id: 'b-9', outcome: 'refused', field: 'amount' },
    { line: '21', id: 'b-19', outcome: 'refused', field: 'amount' },
    { line: '31', id: 'b-28', outcome: 'refused', field: 'fundingId' },
    { line: '41', id: 'b-39', outcome: 'parked', code: 'CLIENT_UNKNOWN' },
    { line: '51', id: 'b-49', outcome: 'parked', code: 'INSUFFICIENT_FUNDS' },
    { line: '61', id: 'b-59', outcome: 'parked', code: 'ASSET_INELIGIBLE' },
  ]);
  const { orders } = await rig.ledger();
  const refs = orders.map(({ partner_order_ref: ref }) => ref);
  expect(refs).toHaveLength(114);
  expect(new Set(refs).size).toBe(114);

  const third = await runCli(args, { env });
  expect(documents(third)[0]).toMatchObject({ started: 'already-done' });
  expect((await rig.ledger()).orders).toHaveLength(114);
}, 180_000);

test('a row whose question no worker can tell is looked at again, and then settles with its reason', async () => {
  const request = {
    provider: 'coinmena',
    kind: 'deposit',
    partnerClientId: 'nobody',
    asset: 'USD',
    amount: '1',
  } as const;
  const row = { line: 2, id: 'q-1', flow: 'funding', request: { ...request, fundingId: 'q-1' } } as const;
  const { workflowId } = await gangway.fund(row.request);
  await rig.parked(rig.client.workflow.getHandle(workflowId));
  await rig.stopWorker();
  expect(await runRow(gangway, row, AbortSignal.timeout(1_000))).toEqual({
    result: { line: 2, id: 'q-1', outcome: 'under-way' },
    begun: { line: 2, id: 'q-1', workflowId },
  });
  await rig.startWorker();
  expect(await runRow(gangway, row, AbortSignal.timeout(20_000))).toMatchObject({
    result: { outcome: 'parked', code: 'CLIENT_UNKNOWN', field: 'partnerClientId' },
  });
});

test('a batch is paused and resumed, with who and why', async () => {
  const path = csv('paused.csv', ['p-1,deposit,batch,USD,1.00', 'p-2,deposit,batch,USD,1.00']);
  const ref = { provider: 'coinmena', batchId: 'paused' } as const;
  const env = { TEMPORAL_ADDRESS: rig.server.address };
  const decision = ['--by', 'ops-1', '--reason', 'asked'];
  await gangway.batches.start({ ...ref, sha256: 'a'.repeat(64), rows: 1 }, false);
  expect((await runCli(['batch', 'pause', 'paused', ...decision], { env })).exitCode).toBe(0);
  await expect(gangway.batches.pause(ref, { by: 'ops-1', reason: 'again' })).rejects.toMatchObject({ code: 'REFUSED' });
  expect(await gangway.batches.progress(ref)).toMatchObject({
    paused: true,
    decisions: [{ action: 'pause', by: 'ops-1' }],
  });
  expect((await runCli(['batch', 'resume', 'paused', ...decision], { env })).exitCode).toBe(0);
  expect(await gangway.batches.progress(ref)).toMatchObject({ paused: false });

  const other = await runCli(['batch', path, '--id', 'paused'], { env });
  expect(other.exitCode).toBe(2);
  expect(other.stderr).toContain('sha256');
});

test('a dry run names the bad lines and starts nothing', async () => {
  const path = csv('dry.csv', ['d-1,deposit,batch,USD,1.00', 'd-2,refund,batch,USD,1.00', 'd-3,deposit']);
  const { exitCode, stdout } = await runCli(['batch', path, '--dry-run', '--json']);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: 1,
    refused: [
      { line: 3, id: 'd-2', field: 'kind' },
      { line: 4, reason: 'The line has 2 cells where the header has 5.' },
    ],
  });
});
