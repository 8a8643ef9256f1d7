import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { newToken } from '../../client/gateway/tokens';
import { documents, runCli } from '../client/run-cli';
import { testTemporalAddress } from '../setup/temporal';

const MAIN = join(__dirname, '..', '..', 'dist', 'client', 'cli', 'main.js');
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

const ready = z.object({ ready: z.literal(true), url: z.string(), docs: z.string().optional() });

/** `gangway serve --json`, once it says that it takes requests. */
async function serve(env: NodeJS.ProcessEnv): Promise<z.output<typeof ready> & { readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--json'], {
    env: { ...process.env, TEMPORAL_ADDRESS: testTemporalAddress(), GANGWAY_GATEWAY_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  const line: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ...ready.parse(JSON.parse(String(line[0]))) };
}

test('a token that `gangway token` made opens what its scopes open, and nothing else', async () => {
  const made = await runCli(['token', '--json', '--name', 'ops-1', '--scopes', 'read']);
  const { token, entry } = z.object({ token: z.string(), entry: z.string() }).parse(documents(made)[0]);
  expect(made.exitCode).toBe(0);
  expect(entry).not.toContain(token);
  const { child, url, docs } = await serve({ GANGWAY_TOKENS: entry, GANGWAY_GATEWAY_DOCS: 'true' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await fetch(`${url}/v1/intents/coinmena/unknown`, { headers })).status).toBe(404);
  expect((await fetch(`${url}/v1/intents`, { method: 'POST', headers, body: '{}' })).status).toBe(403);
  expect((await fetch(`${docs ?? ''}/json`)).status).toBe(200);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('told to stop, it answers what is under way first', async () => {
  const { token, entry } = newToken('ops-1', ['start']);
  const { child, url } = await serve({ GANGWAY_TOKENS: entry });
  // Its body is half sent when the stop comes.
  const body = JSON.stringify({ provider: 'nobody' });
  let finish: () => void = () => undefined;
  const rest = new Promise<void>((settle) => {
    finish = settle;
  });
  const stream = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from(body.slice(0, 5)));
      await rest;
      controller.enqueue(Buffer.from(body.slice(5)));
      controller.close();
    },
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = fetch(`${url}/v1/intents`, { method: 'POST', headers, body: stream, duplex: 'half' });
  // It is on its way once the gateway has answered something that was sent later.
  await fetch(`${url}/healthz`);
  child.kill('SIGTERM');
  finish();
  expect((await answer).status).toBe(422);
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test.each<[string, NodeJS.ProcessEnv, RegExp]>([
  [
    'a secret that is too short',
    { GANGWAY_WEBHOOK_SECRETS: 'whsec_c2hvcnQ=' },
    /GANGWAY_WEBHOOK_SECRETS: secret 1 must be/,
  ],
  ['a list of no secrets', { GANGWAY_WEBHOOK_SECRETS: ' , ' }, /GANGWAY_WEBHOOK_SECRETS is set and holds no secret/],
  ['an entry that is none', { GANGWAY_TOKENS: 'ops-1:read' }, /GANGWAY_TOKENS: entry 1 must be/],
  ['a port that is none', { GANGWAY_GATEWAY_PORT: '70000' }, /GANGWAY_GATEWAY_PORT must be/],
  ['a provider without callbacks', { GANGWAY_CALLBACK_PROVIDERS: 'coinmena' }, /GANGWAY_CALLBACK_PROVIDERS may list/],
  [
    'a provider whose callbacks nothing verifies',
    { GANGWAY_CALLBACK_PROVIDERS: 'oceafin' },
    /OCEAFIN_PARTNER_API_WEBHOOK_SECRET is required/,
  ],
  ['a key that signs money calls', { COINMENA_PRIVATE_KEY: 'hidden' }, /COINMENA_PRIVATE_KEY moves money/],
  ['an address of other machines', { GANGWAY_GATEWAY_HOST: '0.0.0.0' }, /GANGWAY_GATEWAY_HOST must be of this machine/],
  ['a name of another', { GANGWAY_GATEWAY_HOST: 'gw.example' }, /GANGWAY_GATEWAY_HOST must be of this machine/],
  ['every address of IPv6', { GANGWAY_GATEWAY_HOST: '::' }, /GANGWAY_GATEWAY_HOST must be of this machine/],
  ['what allows nothing', { GANGWAY_GATEWAY_ALLOW_PLAINTEXT: 'yes' }, /GANGWAY_GATEWAY_ALLOW_PLAINTEXT must be true/],
  ['the file of one', { COINMENA_PRIVATE_KEY_FILE: '/x.pem' }, /COINMENA_PRIVATE_KEY_FILE moves money/],
])('%s is refused by its name, and nothing is served', async (_, env, told) => {
  const result = await runCli(['serve'], { env });
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(told);
  expect(result.stdout).toBe('');
});

test('it listens beyond this machine if that is said to be wanted', async () => {
  const { url, child } = await serve({ GANGWAY_GATEWAY_HOST: '0.0.0.0', GANGWAY_GATEWAY_ALLOW_PLAINTEXT: 'true' });
  expect((await fetch(url.replace('0.0.0.0', '127.0.0.1') + '/healthz')).status).toBe(200);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test('a port that another program has is told', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const result = await runCli(['serve'], { env: { GANGWAY_GATEWAY_PORT: port } });
  other.close();
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('EADDRINUSE');
});

test.each<[readonly string[], RegExp]>([
  [['--name', 'ops 1', '--scopes', 'read'], /--name may hold/],
  [['--name', 'ops-1', '--scopes', 'read,all'], /--scopes may hold/],
  [['--name', 'ops-1'], /--scopes/],
])('token %j is refused', async (args, told) => {
  const result = await runCli(['token', ...args]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(told);
});
