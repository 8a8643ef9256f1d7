import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { connectGangway, type Gangway } from '../../client';
import { documents, runCli } from '../client/run-cli';
import { eventually, Rig } from '../setup/rig';
import { killProcess, startWorkerProcess } from '../setup/worker-process';

/**
 * A file of many rows, a fortieth of them bad, in a history that is renewed as it grows, while the command line and the
 * worker are killed. `GANGWAY_BATCH_ROWS=2000 npx jest test/e2e/batch` runs it in full (docs/operate.md).
 */
const ROWS = Number(process.env['GANGWAY_BATCH_ROWS'] ?? 200);
const BAD_EVERY = 40;
const BAD = ROWS / BAD_EVERY;
const GOOD = ROWS - BAD;
const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
const REF = { provider: 'coinmena', batchId: 'many' };

let rig: Rig;
let gangway: Gangway;

beforeAll(async () => {
  rig = await Rig.start();
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  await (await rig.onboard(rig.application('many'))).result();
  await rig.stopWorker();
}, 120_000);
afterAll(async () => {
  await gangway.close();
  await rig.close();
});

/** Row `index`, and for a bad one what it is explained with. */
function rowOf(index: number): { readonly cells: string; readonly field?: string } {
  const id = `m-${index}`;
  if (index % BAD_EVERY !== 0) return { cells: `${id},deposit,many,USD,1.00` };
  switch ((index / BAD_EVERY) % 5) {
    case 0:
      return { cells: `${id},deposit,many,USD,`, field: 'amount' };
    case 1:
      return { cells: `${id},refund,many,USD,1.00`, field: 'kind' };
    case 2:
      return { cells: `${id},deposit,nobody,USD,1.00`, field: 'partnerClientId' };
    case 3:
      return { cells: `${id},withdrawal,many,USD,999999.00`, field: 'amount' };
    default:
      return { cells: `${id},deposit,many,NONE,1.00`, field: 'asset' };
  }
}

async function untilDone(rows: number): Promise<void> {
  await eventually(async () => {
    const progress = await gangway.batches.progress(REF).catch(() => undefined);
    return progress !== undefined && progress.counts.done >= rows ? true : undefined;
  }, 600_000);
}

test(`${ROWS} rows with ${BAD} bad ones, command line and worker killed: ${GOOD} done once, ${BAD} explained by line and field`, async () => {
  const rows = Array.from({ length: ROWS }, (_, index) => rowOf(index));
  const path = join(rig.files, 'many.csv');
  const header = 'fundingId,kind,partnerClientId,asset,amount';
  writeFileSync(path, [header, ...rows.map(({ cells }) => cells)].join('\n'));
  const args = ['batch', path, '--id', REF.batchId, '--json'];
  const env = { TEMPORAL_ADDRESS: rig.server.address };

  let worker = await startWorkerProcess(rig);
  try {
    const first = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env }, stdio: 'ignore' });
    await untilDone(GOOD / 8);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = runCli(args, { env });
    await untilDone(GOOD / 3);
    await killProcess(worker);
    worker = await startWorkerProcess(rig);

    expect(documents(await second).at(-1)).toMatchObject({ event: 'result', exitCode: 2, counts: { done: GOOD } });
    const results: readonly Readonly<Record<string, string>>[] = parse(readFileSync(`${path}.results.csv`), {
      columns: true,
    });
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(GOOD);
    const explained = results.filter(({ outcome }) => outcome !== 'done');
    expect(explained.map(({ line, field }) => ({ line, field }))).toEqual(
      rows.flatMap(({ field }, index) => (field === undefined ? [] : [{ line: String(index + 2), field }])),
    );
    expect(explained.filter(({ reason = '' }) => !reason.endsWith('.'))).toEqual([]);
    const refs = (await rig.ledger()).orders.map(({ partner_order_ref: ref }) => ref);
    expect(refs).toHaveLength(GOOD);
    expect(new Set(refs).size).toBe(GOOD);
    const { runs } = await gangway.batches.progress(REF);
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.reduce((sum, { results: settled }) => sum + settled, 0)).toBe(ROWS - rows.filter(isRefused).length);
  } finally {
    await killProcess(worker);
  }
}, 3_600_000);

test('a worker that hangs is waited for, and told once; nothing else is said', async () => {
  const path = join(rig.files, 'hangs.csv');
  const rows = Array.from({ length: 30 }, (_, index) => `h-${index},deposit,many,USD,1.00`);
  writeFileSync(path, ['fundingId,kind,partnerClientId,asset,amount', ...rows].join('\n'));
  const worker = await startWorkerProcess(rig);
  const child = spawn(process.execPath, [MAIN, 'batch', path, '--id', 'hangs'], {
    env: { ...process.env, TEMPORAL_ADDRESS: rig.server.address },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  try {
    await eventually(async () => {
      const progress = await gangway.batches.progress({ ...REF, batchId: 'hangs' }).catch(() => undefined);
      return progress !== undefined && progress.counts.done > 0 ? true : undefined;
    });
    worker.kill('SIGSTOP');
    await eventually(() => Promise.resolve(said.includes('No worker answers') || undefined), 90_000);
    worker.kill('SIGCONT');
    expect(await exited).toEqual([0, null]);
    expect(said.match(/No worker answers/g)).toHaveLength(1);
    expect(said).not.toContain('Warning');
  } finally {
    worker.kill('SIGCONT');
    await killProcess(worker);
  }
}, 300_000);

/** Whether the file's own check refuses it, so that it never reaches the batch. */
function isRefused({ cells }: { readonly cells: string }): boolean {
  return cells.endsWith(',') || cells.includes(',refund,');
}
