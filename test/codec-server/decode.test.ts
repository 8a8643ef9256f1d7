import { sql } from 'kysely';
import { verifyAudit } from '../../book/audit/verify';
import { readCodecServerConfig } from '../../client/codec-server/config';
import type { RunningCodecServer } from '../../client/codec-server/serve';
import { newToken } from '../../client/gateway/tokens';
import { eventually } from '../setup/eventually';
import { ask, codeOf, CodecBook, payloadsOf, valueOf } from './opened';

const ORIGIN = 'https://temporal.example';
const SECRET = { name: 'Layla Example', iban: 'BH67BMAG00001299123456' };

const all = newToken('ops-1', ['decode']);
const ofAcme = newToken('acme-support', ['decode'], { providers: ['coinmena'], clients: ['acme-*'] });
const ofOceafin = newToken('oceafin-support', ['decode'], { providers: ['oceafin'] });
const reads = newToken('reader', ['read']);
const expired = newToken('gone', ['decode'], { expires: '2020-01-01T00:00:00Z' });

let book: CodecBook;
let server: RunningCodecServer;
const log: string[] = [];

beforeAll(async () => {
  book = await CodecBook.open();
  const entries = [all, ofAcme, ofOceafin, reads, expired].map(({ entry }) => entry);
  server = await book.serve({ GANGWAY_CODEC_TOKENS: entries.join(','), GANGWAY_CODEC_ORIGINS: ORIGIN }, log);
});
afterAll(async () => {
  await server.stop();
  await book.close();
});

const acme = 'onboarding/coinmena/acme-1';
const other = 'onboarding/coinmena/other-1';

test('who may read reads what was encrypted, and the book has who, which workflows and how many', async () => {
  const payloads = [
    await book.encrypted(acme, SECRET),
    await book.encrypted(other, 'two'),
    { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: 'InBsYWluIg==' },
  ];
  const answer = await ask(server, { payloads }, { token: all.token });
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const decoded = await payloadsOf(answer);
  expect(decoded.map(valueOf)).toEqual([SECRET, 'two', 'plain']);
  expect(decoded[2]).toEqual(payloads[2]);
  expect((await book.decodes()).at(-1)).toEqual({
    reader: 'ops-1',
    workflows: [acme, other],
    refused_workflows: [],
    payloads: 3,
    decoded: 2,
    refused: {},
  });
});

test('a token reads what is of its providers and clients; the rest comes back as it came, with the reason', async () => {
  const batch = 'batch/oceafin/rows-1';
  const payloads = await Promise.all(
    [acme, other, 'onboarding/oceafin/acme-2', batch].map((workflowId) => book.encrypted(workflowId, workflowId)),
  );
  const [mine, notMine] = await payloadsOf(await ask(server, { payloads }, { token: ofAcme.token }));
  expect(mine && valueOf(mine)).toBe(acme);
  expect(notMine?.data).toBe(payloads[1]?.data);
  const shown = async (token: string) =>
    (await payloadsOf(await ask(server, { payloads }, { token }))).map((payload) => valueOf(payload));
  const refused = 'refused: NOT_YOURS';
  expect(await shown(ofAcme.token)).toEqual([acme, refused, refused, refused]);
  expect(await shown(ofOceafin.token)).toEqual([refused, refused, 'onboarding/oceafin/acme-2', batch]);
  expect((await book.decodes()).at(-1)).toMatchObject({
    reader: 'oceafin-support',
    workflows: ['onboarding/oceafin/acme-2', batch],
    refused_workflows: [acme, other],
    decoded: 2,
    refused: { NOT_YOURS: 2 },
  });
});

test('what was moved, changed, is of another namespace, or has no key, is shown as it came', async () => {
  const good = await book.encrypted(acme, SECRET);
  const moved = { ...good, metadata: { ...good.metadata, of: Buffer.from(`default/${other}`).toString('base64') } };
  const bytes = Buffer.from(good.data ?? '', 'base64');
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
  const changed = { ...good, data: bytes.toString('base64') };
  const elsewhere = await book.encrypted(acme, SECRET, 'another');
  const lost = { ...good, metadata: { ...good.metadata, key: Buffer.from('nobodyskey12').toString('base64') } };
  const gone = await book.encrypted('onboarding/coinmena/gone-1', SECRET);
  await sql`UPDATE book.data_keys SET wrapped_key = NULL, destroyed_at = now() WHERE subject = 'onboarding/coinmena/gone-1'`.execute(
    book.book,
  );
  const payloads = [moved, changed, elsewhere, lost, gone];
  const decoded = await payloadsOf(await ask(server, { payloads }, { token: all.token }));
  expect(decoded.map(valueOf)).toEqual(
    ['PAYLOAD_MOVED', 'PAYLOAD_TAMPERED', 'OTHER_NAMESPACE', 'DATA_KEY_UNKNOWN', 'DATA_KEY_DESTROYED'].map(
      (code) => `refused: ${code}`,
    ),
  );
  expect(decoded.map(({ data }) => data)).toEqual(payloads.map(({ data }) => data));
  // A key that was destroyed is gone at once, though this process has had it.
  const again = await book.encrypted('onboarding/coinmena/gone-2', SECRET);
  expect((await payloadsOf(await ask(server, { payloads: [again] }, { token: all.token }))).map(valueOf)).toEqual([
    SECRET,
  ]);
  await sql`UPDATE book.data_keys SET wrapped_key = NULL, destroyed_at = now() WHERE subject = 'onboarding/coinmena/gone-2'`.execute(
    book.book,
  );
  expect((await payloadsOf(await ask(server, { payloads: [again] }, { token: all.token }))).map(valueOf)).toEqual([
    'refused: DATA_KEY_DESTROYED',
  ]);
});

test('who may not is refused before the body is read, and the book is told once, then together', async () => {
  const told = (await book.decodes()).length;
  const payloads = [await book.encrypted(acme, SECRET)];
  expect(await codeOf(await ask(server, { payloads }, {}))).toBe('401 AUTH');
  expect(await codeOf(await ask(server, { payloads }, { token: 'gw_unknown' }))).toBe('401 AUTH');
  expect(await codeOf(await ask(server, { payloads }, { token: expired.token }))).toBe('401 AUTH');
  expect(await codeOf(await ask(server, { payloads }, { token: reads.token }))).toBe('403 SCOPE_TOO_LOW');
  const foreign = { token: all.token, headers: { origin: 'https://evil.example' } };
  const refused = await ask(server, { payloads }, foreign);
  expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  expect(await codeOf(refused)).toBe('403 ORIGIN_NOT_ALLOWED');
  for (let times = 0; times < 50; times += 1) await ask(server, { payloads }, {});
  const entries = await eventually(async () => {
    const rows = (await book.decodes()).slice(told);
    return rows.length === 0 ? undefined : rows;
  });
  expect(entries).toEqual([
    { reader: null, workflows: [], refused_workflows: [], payloads: 0, decoded: 0, refused: { AUTH: 1 } },
  ]);
});

test('what was refused and not told yet is told when the server stops', async () => {
  const another = await CodecBook.open();
  const stopped = await another.serve({ GANGWAY_CODEC_TOKENS: [all.entry, reads.entry].join(',') });
  for (let times = 0; times < 5; times += 1) await ask(stopped, { payloads: [] }, {});
  await ask(stopped, { payloads: [] }, { token: reads.token });
  await stopped.stop();
  expect((await another.decodes()).map(({ reader, refused }) => [reader, refused])).toEqual([
    [null, { AUTH: 1 }],
    [null, { AUTH: 4 }],
    ['reader', { SCOPE_TOO_LOW: 1 }],
  ]);
  const { faults, rows } = await verifyAudit(another.book);
  expect({ faults, rows }).toEqual({ faults: [], rows: 3 });
  await another.close();
});

test('nothing is decoded if the book cannot be told, even with the key at hand', async () => {
  const another = await CodecBook.open();
  const blind = await another.serve({ GANGWAY_CODEC_TOKENS: all.entry });
  const payloads = [await another.encrypted(acme, SECRET)];
  expect((await payloadsOf(await ask(blind, { payloads }, { token: all.token }))).map(valueOf)).toEqual([SECRET]);
  await sql`CREATE FUNCTION book.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$`.execute(
    another.book,
  );
  await sql`CREATE TRIGGER no BEFORE INSERT ON book.decodes FOR EACH ROW EXECUTE FUNCTION book.no()`.execute(
    another.book,
  );
  const answer = await ask(blind, { payloads }, { token: all.token });
  const text = await answer.clone().text();
  expect(await codeOf(answer)).toBe('503 KEYS_UNAVAILABLE');
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(text).not.toContain('Layla');
  await sql`DROP TRIGGER no ON book.decodes`.execute(another.book);
  expect((await payloadsOf(await ask(blind, { payloads }, { token: all.token }))).map(valueOf)).toEqual([SECRET]);
  await blind.stop();
  await another.close();
});

test('the audit tells of each request, and of a row that was changed behind its back', async () => {
  await ask(server, { payloads: [await book.encrypted(acme, SECRET)] }, { token: all.token });
  const today = new Date().toISOString().slice(0, 10);
  const chain = await book.book
    .selectFrom('audit')
    .innerJoin('chains', 'chains.chain_id', 'audit.chain_id')
    .select(['chains.subject', 'actor', 'action', 'content'])
    .where('of_table', '=', 'decodes')
    .orderBy('audit.entry', 'desc')
    .executeTakeFirstOrThrow();
  expect(chain).toMatchObject({ subject: `decodes/${today}`, actor: 'ops-1', action: 'decode' });
  expect(JSON.parse(chain.content)).toMatchObject({ workflows: `["${acme}"]`, decoded: '1' });
  expect((await verifyAudit(book.book)).faults).toEqual([]);
  await expect(sql`DELETE FROM book.decodes`.execute(book.book)).rejects.toThrow();
});

describe('pages', () => {
  test('of an origin that is allowed may ask, and read what they are answered', async () => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries([...preflight.headers].filter(([name]) => /^(access-control|vary)/.test(name)))).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization, authorization-extras, content-type, x-namespace',
      'access-control-allow-methods': 'POST',
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'retry-after',
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
    const payloads = [await book.encrypted(acme, SECRET)];
    const answer = await ask(server, { payloads }, { token: all.token, headers: { origin: ORIGIN } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect((await payloadsOf(answer)).map(valueOf)).toEqual([SECRET]);
    const refused = await ask(server, { payloads }, { headers: { origin: ORIGIN } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN]);
  });

  test.each(['https://temporal.example.evil', 'http://temporal.example', 'null', 'https://temporal.example:8443'])(
    'of %s may not',
    async (origin) => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const preflight = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    },
  );
});

test('it decodes only, and takes no other route or method', async () => {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"payloads":[]}' };
  expect(await codeOf(await fetch(`${server.url}/encode`, post))).toBe('404 DECODES_ONLY');
  expect(await codeOf(await fetch(`${server.url}/download`, post))).toBe('404 NO_SUCH_ROUTE');
  expect(await codeOf(await fetch(`${server.url}/decode`))).toBe('405 NO_SUCH_METHOD');
});

test('what is no request of the protocol is refused, and bodies are bounded', async () => {
  const { token } = all;
  const wrong = [{}, [], { payloads: {} }, { payloads: [1] }, { payloads: [{ data: 1 }] }];
  for (const body of wrong) expect(await codeOf(await ask(server, body, { token }))).toBe('422 INVALID_REQUEST');
  const many = { payloads: Array.from({ length: 1_001 }, () => ({})) };
  expect(await codeOf(await ask(server, many, { token }))).toBe('422 INVALID_REQUEST');
  const large = { payloads: [{ data: 'A'.repeat(9_000_000) }] };
  expect(await codeOf(await ask(server, large, { token }))).toBe('413 TOO_LARGE');
});

test('it says that it lives, and that it is ready while the book answers', async () => {
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ live: true });
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { ready: true, stopping: false, book: true }]);
});

test('the log has names and ids, and nothing of payloads or tokens', async () => {
  await ask(server, { payloads: [await book.encrypted(acme, SECRET)] }, { token: all.token });
  const text = await eventually(async () => (log.join('').includes(acme) ? log.join('') : undefined));
  for (const secret of ['Layla', SECRET.iban, all.token, ofAcme.token]) expect(text).not.toContain(secret);
  expect(text).toContain('"caller":"ops-1"');
});

describe('it does not start', () => {
  const TOKENS = { GANGWAY_CODEC_TOKENS: all.entry };
  const OIDC = {
    GANGWAY_CODEC_OIDC_ISSUER: 'https://id.example',
    GANGWAY_CODEC_OIDC_AUDIENCE: 'gangway',
    GANGWAY_CODEC_OIDC_JWKS_URL: 'https://id.example/keys',
    GANGWAY_CODEC_OIDC_ROLES: 'ops',
  };
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['for nobody', {}, /GANGWAY_CODEC_TOKENS or GANGWAY_CODEC_TOKENS_FILE must hold a token/],
    ['for an empty list of tokens', { GANGWAY_CODEC_TOKENS: ' ' }, /GANGWAY_CODEC_TOKENS or .* must hold a token/],
    [
      'without keys',
      { ...TOKENS, GANGWAY_PAYLOAD_KEYS_FILE: '' },
      /GANGWAY_PAYLOAD_KEYS_FILE or GANGWAY_PAYLOAD_KEYS_VAULT_URL must be set/,
    ],
    ['without a book', { ...TOKENS, GANGWAY_BOOK_URL: '' }, /GANGWAY_BOOK_URL must be set/],
    ['in clear beyond this machine', { ...TOKENS, GANGWAY_CODEC_HOST: '0.0.0.0' }, /GANGWAY_CODEC_ALLOW_PLAINTEXT/],
    ['for any page', { ...TOKENS, GANGWAY_CODEC_ORIGINS: '*' }, /GANGWAY_CODEC_ORIGINS: origin 1 must be/],
    ['for pages in clear', { ...TOKENS, GANGWAY_CODEC_ORIGINS: 'http://a.example' }, /origin 1 must be/],
    ['for a page with a path', { ...TOKENS, GANGWAY_CODEC_ORIGINS: 'https://a.example/' }, /origin 1 must be/],
    [
      'for anyone beyond this machine',
      { GANGWAY_CODEC_ALLOW_ANYONE: 'true', GANGWAY_CODEC_HOST: '0.0.0.0', GANGWAY_CODEC_ALLOW_PLAINTEXT: 'true' },
      /GANGWAY_CODEC_ALLOW_ANYONE lets in whoever reaches it/,
    ],
    [
      'for anyone behind a proxy',
      { GANGWAY_CODEC_ALLOW_ANYONE: 'true', GANGWAY_CODEC_PROXIES: '1' },
      /GANGWAY_CODEC_ALLOW_ANYONE lets in whoever reaches it/,
    ],
    ['for anyone beside tokens', { ...TOKENS, GANGWAY_CODEC_ALLOW_ANYONE: 'true' }, /GANGWAY_CODEC_ALLOW_ANYONE/],
    [
      'with a provider in part',
      { GANGWAY_CODEC_OIDC_ISSUER: 'https://id.example' },
      /GANGWAY_CODEC_OIDC_AUDIENCE, GANGWAY_CODEC_OIDC_JWKS_URL, GANGWAY_CODEC_OIDC_ROLES must be set too/,
    ],
    [
      'with keys that come in clear',
      { ...OIDC, GANGWAY_CODEC_OIDC_JWKS_URL: 'http://id.example/keys' },
      /GANGWAY_CODEC_OIDC_JWKS_URL must be a URL with https:/,
    ],
    [
      'without roles',
      { ...OIDC, GANGWAY_CODEC_OIDC_ROLES: ' , ' },
      /GANGWAY_CODEC_OIDC_ROLES is set and holds no role/,
    ],
    [
      'with a wrong bound',
      { ...OIDC, GANGWAY_CODEC_OIDC_ROLES: 'ops,support:clients=a/b' },
      /GANGWAY_CODEC_OIDC_ROLES: entry 2 is bound to a client that is no id/,
    ],
    [
      'with a credential that moves money',
      { ...TOKENS, COINMENA_PRIVATE_KEY: 'x' },
      /COINMENA_PRIVATE_KEY moves money, and is for workers alone/,
    ],
  ])('%s', (_what, settings, problem) => {
    const start = () => readCodecServerConfig({ ...book.env, ...settings });
    expect(start).toThrow(problem);
  });

  test('beside a book of another version, which could not be told who reads', async () => {
    const older = await CodecBook.open();
    await sql`DELETE FROM book.migrations WHERE name = '0012-decodes'`.execute(older.book);
    await expect(older.serve(TOKENS)).rejects.toThrow(/The book lacks 0012-decodes/);
    await older.close();
  });
});
