import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { RunningGateway } from '../../client/gateway/serve';
import { newToken } from '../../client/gateway/tokens';
import { documentOf, openGateway } from './open-gateway';

const ROOT = join(__dirname, '..', '..');
const { token, entry } = newToken('made', ['read', 'start']);

/** Two compilers run, one after the other. */
const MAKING_TIMEOUT_MS = 300_000;

let gateway: RunningGateway;
let folder: string;

beforeAll(async () => {
  gateway = await openGateway({ settings: { GANGWAY_GATEWAY_DOCS: 'true', GANGWAY_TOKENS: entry } });
  folder = mkdtempSync(join(tmpdir(), 'gangway-made-client-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

/** As somebody writes it who has the document and nothing else. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './gateway.js';

const [, , baseUrl, token] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
const intent: components['schemas']['Intent'] = {
  provider: 'coinmena', fundingId: 'made-1', kind: 'deposit', partnerClientId: 'user-1', asset: 'USD', amount: '0',
};
const live = await client.GET('/healthz');
const wrong = await client.POST('/v1/intents', { body: intent });
const problem: components['schemas']['Problem'] | undefined = wrong.error;
const path = { provider: 'coinmena', id: 'made-1' };
const away = await client.GET('/v1/intents/{provider}/{id}', { params: { path } });
const state: 'running' | 'parked' | 'done' | 'abandoned' | 'cancelled' | 'failed' | undefined = away.data?.state;
console.log(JSON.stringify({
  live: live.data?.live, status: problem?.status, fields: problem?.errors?.map(({ field }) => field),
  away: away.error?.code, state,
}));
`;

test(
  'a client that is made from the document compiles, works, and is told what is wrong by the types that it has',
  async () => {
    const [document, types, source, program] = ['openapi.json', 'gateway.d.ts', 'program.ts', 'program.js'].map(
      (name) => join(folder, name),
    );
    writeFileSync(document ?? '', JSON.stringify(await documentOf(gateway)));
    const bin = (name: string): string => join(ROOT, 'node_modules', ...name.split('/'));
    // The gateway is of this process: waiting for the client must not keep it from answering.
    const run = async (...args: readonly string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
    await run(bin('openapi-typescript/bin/cli.js'), document ?? '', '--output', types ?? '');
    writeFileSync(source ?? '', PROGRAM);
    const strict = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
    await run(bin('typescript/bin/tsc'), ...strict, '--types', 'node', source ?? '');
    const told: unknown = JSON.parse(await run(program ?? '', gateway.url, token));
    expect(told).toEqual({ live: true, status: 422, fields: ['amount'], away: 'TEMPORAL_UNREACHABLE' });
  },
  MAKING_TIMEOUT_MS,
);
