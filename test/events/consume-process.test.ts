import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy } from '@nats-io/jetstream';
import { documents, runCli } from '../client/run-cli';
import { NatsServer } from '../setup/nats-server';
import { eventually, Rig } from '../setup/rig';

const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');

let rig: Rig;
let directory: string;

beforeAll(async () => {
  rig = await Rig.start();
  directory = mkdtempSync(join(tmpdir(), 'gangway-consume-'));
});
afterAll(async () => {
  await rig.close();
  rmSync(directory, { recursive: true, force: true });
});

function deposit(fundingId: string, partnerClientId: string): object {
  return { provider: 'coinmena', fundingId, kind: 'deposit', partnerClientId, asset: 'USD', amount: '1.00' };
}

async function onboarded(partnerClientId: string): Promise<string> {
  return await eventually(async () => {
    const { clients } = await rig.ledger();
    return clients.find((client) => client.partner_client_id === partnerClientId)?.partner_client_id;
  });
}

/** `gangway consume`, left running. */
function consume(args: readonly string[], address = rig.server.address): ChildProcess {
  return spawn(process.execPath, [MAIN, 'consume', ...args], {
    env: { ...process.env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

test('standard input: what is right is started, what is wrong is kept aside, exit code 2; again, nothing is started', async () => {
  const file = join(directory, 'refused.ndjson');
  const stdin = [
    JSON.stringify(rig.application('line-1')),
    '{"broken',
    JSON.stringify({ ...rig.application('line-3'), provider: 'nobody' }),
    JSON.stringify({
      ...rig.application('line-4'),
      funding: [{ fundingId: 'line-4-in', kind: 'deposit', asset: 'USD', amount: '1.00' }],
    }),
    JSON.stringify(deposit('line-5-in', 'line-1')),
  ].join('\n');
  const env = { TEMPORAL_ADDRESS: rig.server.address };
  const first = await runCli(['consume', '--json', '--dead-letters', file], { env, stdin });
  expect(first.exitCode).toBe(2);
  expect(documents(first).at(-1)).toEqual({
    summary: { accepted: 3, startedBefore: 0, putAside: 2, waiting: 0 },
  });
  const letters = readFileSync(file, 'utf8').trim().split('\n');
  expect(
    letters.map((letter) => [/"line":(\d+)/.exec(letter)?.[1], /"code":"(\w+)"/.exec(letter)?.[1]]).sort(),
  ).toEqual([
    ['2', 'INVALID_REQUEST'],
    ['3', 'INVALID_REQUEST'],
  ]);
  const again = await runCli(['consume', '--json'], { env, stdin });
  expect(documents(again).at(-1)).toEqual({
    summary: { accepted: 3, startedBefore: 3, putAside: 2, waiting: 0 },
  });
  await onboarded('line-1');
  await onboarded('line-4');
  await eventually(async () => ((await rig.ordersOf('line-4-in')).length === 1 ? true : undefined));
});

test('a stream: one consumer dies with what it holds, another takes it; told to stop, it ends with 0', async () => {
  const nats = await NatsServer.start();
  const { connection, manager } = await nats.connect();
  try {
    await manager.streams.add({ name: 'signups', subjects: ['signups'] });
    // Short, so that the test does not wait a minute for what the dead one held.
    const wait = 2_000_000_000;
    await manager.consumers.add('signups', { durable_name: 'gangway', ack_policy: AckPolicy.Explicit, ack_wait: wait });
    for (const id of ['q1', 'q2', 'q3']) {
      await manager.jetstream().publish('signups', JSON.stringify(rig.application(id)));
    }
    const args = ['--nats', nats.url, '--stream', 'signups'];
    // Its Temporal is away, so it can end none of the events.
    const dying = consume(args, '127.0.0.1:1');
    await eventually(async () => {
      const { delivered } = await manager.consumers.info('signups', 'gangway');
      return delivered.consumer_seq >= 3 ? true : undefined;
    });
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    expect((await manager.consumers.info('signups', 'gangway')).ack_floor.stream_seq).toBe(0);

    const living = consume(args);
    await eventually(async () => {
      const { ack_floor } = await manager.consumers.info('signups', 'gangway');
      return ack_floor.stream_seq === 3 ? true : undefined;
    });
    living.kill('SIGTERM');
    const [code] = await once(living, 'exit');
    expect(code).toBe(0);
    for (const id of ['q1', 'q2', 'q3']) expect(await onboarded(id)).toBe(id);
  } finally {
    await connection.close();
    await nats.close();
  }
});

test.each<[string, readonly string[], NodeJS.ProcessEnv, number, RegExp]>([
  ['a stream without a name', ['--nats', 'nats://127.0.0.1:4222'], {}, 2, /--stream must say/],
  ['a server that is away', ['--nats', 'nats://127.0.0.1:1', '--stream', 's'], {}, 4, /NATS did not answer/],
  ['a concurrency of none', ['--concurrency', '0'], {}, 2, /--concurrency must be/],
  ['a file that cannot be written', ['--dead-letters', '/nowhere/file'], {}, 2, /cannot be written/],
  ['an address that is none', [], { TEMPORAL_ADDRESS: 'http://x' }, 2, /TEMPORAL_ADDRESS must be/],
])('%s is refused', async (_, args, env, exitCode, told) => {
  const result = await runCli(['consume', ...args], { env });
  expect(result.exitCode).toBe(exitCode);
  expect(result.stderr).toMatch(told);
});

test('interrupted while Temporal is away, standard input is told what was not taken', async () => {
  const child = spawn(process.execPath, [MAIN, 'consume'], {
    env: { ...process.env, TEMPORAL_ADDRESS: '127.0.0.1:1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stdin.write(`${JSON.stringify(deposit('never', 'nobody'))}\n`);
  await eventually(() => Promise.resolve(said.length > 0 ? true : undefined));
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(130);
  expect(said.join('')).toContain('0 taken');
});
