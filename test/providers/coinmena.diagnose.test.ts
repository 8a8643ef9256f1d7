import { diagnose } from '../../providers/coinmena/diagnose';
import { DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';
import type { Finding } from '../../providers/port';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import { configFor } from './coinmena-fixtures';
import { json, startLocalServer, text, type LocalServer } from './local-server';

interface Diagnosed {
  readonly findings: readonly Finding[];
  readonly ledger: string;
}

async function diagnosed(
  layout: Partial<SigningLayout>,
  over: Readonly<Record<string, string>> = {},
): Promise<Diagnosed> {
  const sandbox = await startCoinmenaSandbox({ layout: { ...DEFAULT_LAYOUT, ...layout } });
  try {
    const findings = await diagnose(configFor(sandbox.url, over));
    const response = await fetch(`${sandbox.controlUrl}/ledger`);
    return { findings, ledger: await response.text() };
  } finally {
    await sandbox.close();
  }
}

test('all is well, and nothing was written', async () => {
  const { findings, ledger } = await diagnosed({});
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['key', 'ok'],
    ['clock', 'ok'],
    ['signature', 'ok'],
  ]);
  expect(JSON.parse(ledger)).toMatchObject({ clients: [], orders: [], documents: [] });
});

test.each<[string, Partial<SigningLayout>]>([
  ['no separator', { separator: '' }],
  ['a colon', { separator: ':' }],
  ['the query signed', { includeQuery: true }],
  ['Base64 and the query signed', { includeQuery: true, hashEncoding: 'base64' }],
  ['nothing for no body', { separator: '.', emptyBody: 'empty' }],
])('another layout is found: %s', async (_, layout) => {
  const { findings } = await diagnosed(layout);
  const found = findings.find(({ check }) => check === 'signature');
  const setting = /COINMENA_SIGNATURE_LAYOUT='(.*)'/.exec(found?.todo ?? '')?.[1] ?? '';
  expect(found?.state).toBe('fail');
  expect(JSON.parse(setting)).toEqual(layout);
  // What it says to set is what then is well.
  const { findings: after } = await diagnosed(layout, { COINMENA_SIGNATURE_LAYOUT: setting });
  expect(after.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
});

test('a wrong key is told, and not shown', async () => {
  const { findings } = await diagnosed({}, { COINMENA_PRIVATE_KEY: 'ab'.repeat(32) });
  expect(findings.at(-1)).toMatchObject({ check: 'signature', state: 'fail' });
  expect(JSON.stringify(findings)).not.toContain('abab');
});

describe('an endpoint that is no CoinMENA', () => {
  let server: LocalServer;

  beforeEach(async () => {
    server = await startLocalServer();
  });

  afterEach(async () => {
    await server.close();
  });

  test.each([
    ['a web page', text(200, '<html>')],
    ['no such page', text(404, '<html>')],
    ['a redirect', text(302, '', { location: '/login' })],
    ['trouble', text(502, '')],
  ])('is not taken for one: %s', async (_, answer) => {
    server.answer = answer;
    const findings = await diagnose(configFor(server.origin));
    expect(findings.at(-1)).toMatchObject({ check: 'signature', state: 'warn' });
  });

  test('is told if nothing answers', async () => {
    await server.close();
    const findings = await diagnose(configFor(server.origin));
    expect(findings.at(-1)).toMatchObject({ check: 'provider', state: 'fail' });
  });

  test('with a clock behind by more than the offset is told', async () => {
    server.answer = json(200, { items: [] }, { date: new Date(Date.now() - 10_000).toUTCString() });
    const findings = await diagnose(configFor(server.origin));
    expect(findings.find(({ check }) => check === 'clock')).toMatchObject({ state: 'fail' });
  });
});
