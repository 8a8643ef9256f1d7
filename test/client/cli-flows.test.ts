import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, Rig } from '../setup/rig';
import { documents, runCli, type CliResult } from './run-cli';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
  await (await rig.onboard(rig.application('cli'))).result();
});
afterAll(async () => {
  await rig.close();
});

async function cli(args: readonly string[], stdin?: string): Promise<CliResult> {
  return await runCli(args, {
    env: { TEMPORAL_ADDRESS: rig.server.address },
    ...(stdin === undefined ? {} : { stdin }),
  });
}

function fund(movement: 'deposit' | 'withdraw', id: string, amount: string): readonly string[] {
  return ['fund', movement, '--client', 'cli', '--asset', 'USD', '--amount', amount, '--id', id];
}

/** An application beside its documents, which it names by relative paths. */
function applicationFile(partnerClientId: string, but: object = {}): string {
  const { documents: refs, ...application } = rig.application(partnerClientId);
  const relative = refs.map(({ type, front }) => ({ type, front: { uri: basename(front.uri) } }));
  const path = join(rig.files, `${partnerClientId}.json`);
  writeFileSync(path, JSON.stringify({ ...application, documents: relative, ...but }));
  return path;
}

test('a deposit is followed to its end, and a second start says that it is done', async () => {
  const first = await cli(fund('deposit', 'cli-1', '10.01'));
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain('Started funding/coinmena/cli-1.');
  expect(first.stdout).toMatch(/Balance: +10\.01 USD/);

  const second = await cli(fund('deposit', 'cli-1', '10.01'));
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toContain('Already done');
  expect(await rig.ordersOf('cli-1')).toHaveLength(1);

  const other = await cli(fund('deposit', 'cli-1', '10.02'));
  expect(other.exitCode).toBe(2);
  expect(other.stderr).toContain('amount differs');
});

test('a second start while the first runs follows it', async () => {
  const detached = await cli([...fund('withdraw', 'cli-2', '99999.00'), '--detach']);
  expect(detached.exitCode).toBe(0);
  const second = await cli(fund('withdraw', 'cli-2', '99999.00'));
  expect(second.stdout).toContain('Already started');
  expect(second.exitCode).toBe(3);
});

test('as JSON: what was started, what happened, what came of it; no colour, nothing else', async () => {
  const result = await cli([...fund('deposit', 'cli-3', '2.00'), '--json']);
  const told = documents(result);
  expect(told[0]).toMatchObject({ event: 'started', started: 'new', workflowId: 'funding/coinmena/cli-3' });
  expect(told).toContainEqual(expect.objectContaining({ event: 'step', ref: 'cli-3' }));
  expect(told.at(-1)).toMatchObject({ event: 'result', exitCode: 0, status: { state: 'done' } });
  expect(result.stderr).toBe('');
});

test('an application is onboarded from a file that names its documents by relative paths', async () => {
  const funding = [{ fundingId: 'chain-1', kind: 'deposit', asset: 'USD', amount: '7.50' }];
  const { exitCode, stdout } = await cli(['onboard-and-fund', applicationFile('cli-chain', { funding })]);
  expect(stdout).toMatch(/verified and active, created/);
  expect(stdout).toMatch(/Document: +government_id on file as/);
  expect(stdout).toMatch(/Balance: +7\.50 USD/);
  expect(exitCode).toBe(0);
});

test('a parked funding exits with 3 and prints the line that answers it; the answer ends it', async () => {
  const parked = await cli(fund('withdraw', 'cli-4', '99999.00'));
  expect(parked.exitCode).toBe(3);
  expect(parked.stdout).toContain('INSUFFICIENT_FUNDS');
  expect(parked.stdout).toContain(
    'npx gangway resolve funding/coinmena/cli-4 --action abandon --answers INSUFFICIENT_FUNDS --by YOUR-ID',
  );

  const listed = await eventually(async () => {
    const result = await cli(['list', '--needs-attention']);
    return result.stdout.includes('cli-4') ? result : undefined;
  });
  expect(listed.stdout).toContain('INSUFFICIENT_FUNDS');
  expect((await cli(['status', 'cli-4'])).exitCode).toBe(3);

  const refused = await cli(['resolve', 'cli-4', '--action', 'useFreshRef', '--by', 'ops-1', '--reason', 'again']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('could pay twice');

  const answered = await cli(['resolve', 'cli-4', '--action', 'abandon', '--by', 'ops-1', '--reason', 'not wanted']);
  expect(answered.exitCode).toBe(0);
  const followed = await cli(['status', 'cli-4', '--follow', '--json']);
  expect(followed.exitCode).toBe(5);
  expect(documents(followed).at(-1)).toMatchObject({ status: { state: 'abandoned', decisions: [{ by: 'ops-1' }] } });
});

test('a parked onboarding is amended from standard input', async () => {
  const { applicant } = rig.application('cli-young');
  const parked = await cli([
    'onboard',
    applicationFile('cli-young', { applicant: { ...applicant, birthDate: '2020-01-01' } }),
  ]);
  expect(parked.exitCode).toBe(3);
  expect(parked.stdout).toContain('applicant.birthDate');
  expect(parked.stdout).toContain('npx gangway amend onboarding/coinmena/cli-young --patch FILE');

  const patch = JSON.stringify({ applicant: { birthDate: '1990-01-01' } });
  const amended = await cli(['amend', 'cli-young', '--patch', '-', '--by', 'ops-1', '--reason', 'typo'], patch);
  expect(amended.exitCode).toBe(0);
  expect((await cli(['status', 'cli-young', '--follow'])).exitCode).toBe(0);
});

test('--wait goes on while a person is asked', async () => {
  const waiting = cli([...fund('withdraw', 'cli-5', '99999.00'), '--wait', '--json']);
  await eventually(async () => {
    const { exitCode } = await cli(['cancel', 'cli-5', '--by', 'ops-1', '--reason', 'changed plans']);
    return exitCode === 0 ? true : undefined;
  });
  const result = await waiting;
  expect(result.exitCode).toBe(5);
  expect(documents(result)).toContainEqual(expect.objectContaining({ event: 'parked' }));
  expect(documents(result).at(-1)).toMatchObject({ status: { state: 'cancelled' } });
});

test('an unknown id is told', async () => {
  const { exitCode, stderr } = await cli(['status', 'never-was']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('No onboarding or funding has the id never-was');
});

test('doctor finds all well', async () => {
  const result = await runCli(['doctor', '--json'], { env: { ...rig.env, GANGWAY_PROVIDERS: '' } });
  expect(documents(result)).toMatchObject([{ ok: true }]);
  expect(result.exitCode).toBe(0);
});

test('a reader that stops early ends it quietly', async () => {
  const main = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, 'list', '--json'], {
    env: { ...process.env, TEMPORAL_ADDRESS: rig.server.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const [exitCode]: unknown[] = await once(child, 'close');
  expect(complaints).toEqual([]);
  expect(exitCode).toBe(0);
});

test('a movement that is open in the book and runs nowhere is listed until it is asked for again', async () => {
  const stranded = async (...flags: readonly string[]): Promise<CliResult> =>
    await runCli(['book', 'stranded', ...flags], { env: { ...rig.book.env, TEMPORAL_ADDRESS: rig.server.address } });
  const movement = 'funding/coinmena/cli-stranded';
  const asked = fund('withdraw', 'cli-stranded', '99999.00');
  expect((await cli(asked)).exitCode).toBe(3);
  const others = documents(await stranded('--json'));
  expect(JSON.stringify(others)).not.toContain(movement);

  await rig.client.workflow.getHandle(movement).terminate('by hand');
  const ended = await stranded();
  expect(ended.exitCode).toBe(3);
  expect(ended.stdout).toMatch(/funding\/coinmena\/cli-stranded .* not-sent .* ended/);

  await rig.client.workflowService.deleteWorkflowExecution({
    namespace: rig.client.options.namespace,
    workflowExecution: { workflowId: movement },
  });
  await eventually(async () => {
    const { stdout } = await stranded('--json', '--provider', 'coinmena');
    return /"movement_id": ?"funding\/coinmena\/cli-stranded"[^}]*"temporal": ?"unknown"/.test(stdout)
      ? true
      : undefined;
  });
  expect((await stranded('--provider', 'oceafin')).exitCode).toBe(0);

  expect((await cli(asked)).stdout).toContain(`Started ${movement}.`);
  expect((await stranded()).stdout).not.toContain(movement);
});
