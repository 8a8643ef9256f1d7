import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startBackofficeSandbox,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PASSWORD,
  TEST_USERNAME,
  TEST_USERS,
  type BackofficeSandboxConfig,
  type RunningSandbox,
} from '../../sandbox/backoffice';
import { readOptions } from '../../sandbox/backoffice/options';
import { startLocalServer, type LocalServer } from '../providers/local-server';
import { eventually } from '../setup/eventually';
import { at, control, read, type Sent } from './signing';

/** The back office's sandbox as any client would see it. */

const [USER, OTHER] = TEST_USERS;
const TRANSFERS = '/back-api/backoffice/transfers';
const SCOPE = 'openid offline_access BackOffice';

let sandbox: RunningSandbox;
let token: string;

async function start(options: Partial<BackofficeSandboxConfig> = {}): Promise<void> {
  sandbox = await startBackofficeSandbox({ openingBalances: { usd: '100' }, ...options });
  token = String(at((await signIn()).json, 'access_token'));
}
beforeEach(() => start());
afterEach(() => sandbox.close());

async function form(fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  return read(
    await fetch(`${sandbox.url}/identity/connect/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    }),
  );
}

function basic(id = TEST_CLIENT_ID, secret = TEST_CLIENT_SECRET): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

function signIn(over: Readonly<Record<string, string>> = {}, headers = basic()): Promise<Sent> {
  return form(
    { grant_type: 'password', username: TEST_USERNAME, password: TEST_PASSWORD, scope: SCOPE, ...over },
    headers,
  );
}

function refresh(refreshToken: unknown): Promise<Sent> {
  return form({
    client_id: TEST_CLIENT_ID,
    grant_type: 'refresh_token',
    refresh_token: String(refreshToken),
    scope: SCOPE,
  });
}

async function get(path: string, bearer = token): Promise<Sent> {
  return read(await fetch(`${sandbox.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } }));
}

async function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Sent> {
  return read(
    await fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    }),
  );
}

function create(kind: 'deposit' | 'withdraw', over: object = {}): Promise<Sent> {
  const fields = { userId: USER, assetId: 'usd', amount: 1, comment: 'c-1', ...over };
  return post(`${TRANSFERS}/${kind}`, JSON.stringify(fields));
}

async function command(path: string, value: object = {}): Promise<Sent> {
  const sent = await control(sandbox.controlUrl, 'POST', path, value);
  if (sent.status !== 200) throw new Error(sent.text);
  return sent;
}

describe('tokens', () => {
  test('are given for the password grant, and renewed once with each refresh token', async () => {
    const first = await signIn();
    expect(first.json).toMatchObject({ token_type: 'Bearer', expires_in: 60, scope: SCOPE });
    const second = await refresh(at(first.json, 'refresh_token'));
    expect(second.status).toBe(200);
    expect(at(second.json, 'refresh_token')).not.toBe(at(first.json, 'refresh_token'));
    const bearer = String(at(second.json, 'access_token'));
    expect((await get('/back-api/api/v2/transfers', bearer)).status).toBe(200);
    // Used again: the whole session ends, what came of it afterwards included.
    expect((await refresh(at(first.json, 'refresh_token'))).json).toEqual({ error: 'invalid_grant' });
    expect((await get('/back-api/api/v2/transfers', bearer)).status).toBe(401);
    expect((await refresh(at(second.json, 'refresh_token'))).status).toBe(400);
    expect((await get('/back-api/api/v2/transfers')).status).toBe(200);
  });

  test.each([
    ['a wrong secret', {}, basic(TEST_CLIENT_ID, 'wrong'), 'invalid_client'],
    ['no client', {}, {}, 'invalid_client'],
    ['a wrong password', { password: 'wrong' }, basic(), 'invalid_grant'],
    ['another grant', { grant_type: 'client_credentials' }, basic(), 'unsupported_grant_type'],
  ])('are refused for %s', async (_, over, headers, error) => {
    expect(await signIn(over, headers)).toMatchObject({ status: 400, json: { error } });
  });

  test('end by the clock, and want the scope', async () => {
    await command('/clock', { offset_ms: 59_000 });
    expect((await get('/back-api/api/v2/transfers')).status).toBe(200);
    await command('/clock', { offset_ms: 60_000 });
    expect(await get('/back-api/api/v2/transfers')).toMatchObject({ status: 401, json: { title: 'Unauthorized' } });
    const narrow = at((await signIn({ scope: 'openid' })).json, 'access_token');
    expect((await get('/back-api/api/v2/transfers', String(narrow))).status).toBe(403);
  });

  test.each(['', 'Bearer', 'Bearer nobody', 'Basic x'])('are demanded by every call: "%s"', async (authorization) => {
    const sent = await post(`${TRANSFERS}/deposit`, '{}', { authorization });
    expect(sent.status).toBe(401);
    const refusals = await control(sandbox.controlUrl, 'GET', '/refusals');
    expect(at(refusals.json, 'items', 0)).toMatchObject({ path: `${TRANSFERS}/deposit` });
    expect(refusals.text).not.toContain('nobody');
  });
});

describe('a new transfer', () => {
  test.each([
    ['text for an amount', { amount: '1' }],
    ['nothing', { amount: 0 }],
    ['less than nothing', { amount: -1 }],
    ['no amount', { amount: undefined }],
    ['a user that is no GUID', { userId: 'me' }],
    ['a comment that is none', { comment: 5 }],
    ['an address that is none', { callbackUrl: 'somewhere' }],
    ['an asset that is not listed', { assetId: 'xyz' }],
  ])('is refused with 400 for %s', async (_, over) => {
    const sent = await create('deposit', over);
    expect(sent.status).toBe(400);
    expect(at(sent.json, 'errors', 0, 'code')).toEqual(expect.any(String));
    expect(at((await control(sandbox.controlUrl, 'GET', '/ledger')).json, 'transfers')).toEqual([]);
  });

  test('is refused if it is no JSON, or says that it is none', async () => {
    expect((await post(`${TRANSFERS}/deposit`, '{"userId":')).status).toBe(400);
    expect((await post(`${TRANSFERS}/deposit`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await create('deposit', { userId: '00000000-0000-0000-0000-000000000000' })).status).toBe(404);
  });

  test.each([
    ['0.1', '0.1'],
    ['10.00', '10'],
    ['0.10000000000000000001', '0.10000000000000000001'],
    ['9007199254740993.00000001', '9007199254740993.00000001'],
  ])('takes the number %s digit by digit', async (written, told) => {
    const sent = await post(`${TRANSFERS}/deposit`, `{"userID":"${USER}","assetID":"btc","amount":${written}}`);
    expect(sent).toMatchObject({ status: 200, json: { amount: told, type: 'Deposit', status: 'Pending', fee: '0' } });
    expect(String(at(sent.json, 'createdAt'))).toMatch(/T\d{2}:\d{2}:\d{2}\.\d{7}Z$/);
  });

  test('reserves what a withdrawal takes, and gives it back when it is cancelled', async () => {
    const first = await create('withdraw', { amount: 60 });
    expect(first.json).toMatchObject({ type: 'Withdrawal', status: 'AwaitingConfirmation' });
    expect(await create('withdraw', { amount: 60 })).toMatchObject({
      status: 400,
      json: { errors: [{ code: 'InsufficientFunds' }] },
    });
    const step = { userId: USER, transferId: String(at(first.json, 'id')) };
    expect((await post(`${TRANSFERS}/withdraw-cancel`, JSON.stringify({ ...step, transferId: 1 }))).status).toBe(400);
    expect((await post(`${TRANSFERS}/withdraw-cancel`, JSON.stringify({ ...step, userId: OTHER }))).status).toBe(404);
    const cancelled = await post(`${TRANSFERS}/withdraw-cancel`, JSON.stringify(step));
    expect(cancelled).toMatchObject({ status: 200, text: '' });
    expect((await post(`${TRANSFERS}/withdraw-confirm`, JSON.stringify(step))).status).toBe(400);
    expect((await create('withdraw', { amount: 60 })).status).toBe(200);
  });
});

test('a withdrawal that is planted moves its money, and cannot move more than there is', async () => {
  const planted = { user_id: USER, type: 'Withdrawal', amount: '60' };
  expect(await control(sandbox.controlUrl, 'POST', '/transfers', planted)).toMatchObject({ status: 200 });
  const { json } = await control(sandbox.controlUrl, 'GET', '/ledger');
  expect(at(json, 'balances')).toContainEqual({ userId: USER, asset: 'usd', total: '40', available: '40' });
  expect(await control(sandbox.controlUrl, 'POST', '/transfers', planted)).toMatchObject({ status: 409 });
});

describe('histories', () => {
  test('show what is stated, each in its own way', async () => {
    await create('deposit', { comment: 'from Dad' });
    const history = `${TRANSFERS}/account/?userId=${USER}`;
    const [shown] = await eventually(async () => {
      const { json } = await get(history);
      return Array.isArray(json) && json.length > 0 ? json : undefined;
    });
    expect(shown).toMatchObject({ id: 10_051, type: 'Deposit', status: 'Completed', amount: '1' });
    expect(shown).not.toHaveProperty('comment');
    const list = await get('/back-api/api/v2/transfers?from=2020-01-01T00:00:00.000Z&pageSize=1&cursor=0');
    expect(list.json).toMatchObject([{ id: 10_123, transferId: '10051', comment: 'from Dad', userId: USER }]);
    expect((await get('/back-api/api/v2/transfers?pageSize=1&cursor=1')).json).toEqual([]);
  });

  test('hide what is pending, and in the list what awaits confirmation until it is asked for', async () => {
    await command('/faults', { operation: 'deposit', kind: 'slow', params: { ms: null } });
    await create('deposit');
    await create('withdraw');
    const statuses = async (path: string) => {
      const { json } = await get(path);
      return Array.isArray(json) ? json.map((item: unknown) => at(item, 'status')) : json;
    };
    expect(await statuses(`${TRANSFERS}/account/?userId=${USER}`)).toEqual(['AwaitingConfirmation']);
    expect(await statuses('/back-api/api/v2/transfers')).toEqual([]);
    expect(await statuses('/back-api/api/v2/transfers?status=AwaitingConfirmation')).toEqual(['AwaitingConfirmation']);
    expect(await statuses('/back-api/api/v2/transfers?status=Pending')).toEqual([]);
  });

  test.each([
    '/back-api/api/v2/transfers?pageSize=1000',
    '/back-api/api/v2/transfers?pageSize=0',
    '/back-api/api/v2/transfers?cursor=-1',
    '/back-api/api/v2/transfers?from=yesterday',
    `${TRANSFERS}/account/`,
    `${TRANSFERS}/account/?userId=${USER}&startDate=1`,
  ])('refuse %s', async (path) => {
    expect((await get(path)).status).toBe(400);
  });

  test('of an unknown user are not found', async () => {
    const { status } = await get(`${TRANSFERS}/account/?userId=00000000-0000-0000-0000-000000000000`);
    expect(status).toBe(404);
  });
});

describe('callbacks', () => {
  let receiver: LocalServer;
  beforeEach(async () => {
    receiver = await startLocalServer();
  });
  afterEach(() => receiver.close());

  /** What arrived, path and body as it was written, once there are as many. */
  function arrived(count: number): Promise<readonly string[]> {
    return eventually(() =>
      Promise.resolve(
        receiver.received.length < count
          ? undefined
          : receiver.received.map(({ target, body }) => `${target} ${body.toString('utf8')}`),
      ),
    );
  }

  test('of a deposit: pending first, then completed, with Id and its amount as a number', async () => {
    await create('deposit', { callbackUrl: `${receiver.origin}/d` });
    const [first, second] = await arrived(2);
    expect(first).toMatch(
      /^\/d \{"Amount":1\.0,"Status":"Pending",.*"Id":10051,"CreatedAt":"[^"]+Z","Fee":0\.0,"ErrorDetails":null\}$/,
    );
    expect(second).toContain('"Amount":1.0,"Status":"Completed"');
  });

  test('of a withdrawal go to the address of each call, show TransferId, and of a confirmation the amount 0', async () => {
    const { json } = await create('withdraw', { callbackUrl: `${receiver.origin}/w` });
    await arrived(1);
    const step = { userId: USER, transferId: String(at(json, 'id')), callbackUrl: `${receiver.origin}/c` };
    await post(`${TRANSFERS}/withdraw-confirm`, JSON.stringify(step));
    const [created, confirmed] = await arrived(2);
    expect(created).toMatch(
      /^\/w .*"Amount":1\.0,"Status":"AwaitingConfirmation",.*"TransferId":10051,"CreatedAt":"[^"Z]+"/,
    );
    expect(confirmed).toMatch(/^\/c .*"Amount":0\.0,"Status":"Completed"/);
  });

  test('of a cancellation that failed say so of the cancellation', async () => {
    await command('/faults', { operation: 'withdraw-cancel', kind: 'cancel-fails' });
    const { json } = await create('withdraw');
    const step = { userId: USER, transferId: String(at(json, 'id')), callbackUrl: `${receiver.origin}/x` };
    await post(`${TRANSFERS}/withdraw-cancel`, JSON.stringify(step));
    const [told] = await arrived(1);
    expect(told).toContain('"Status":"Failed"');
    const ledger = await control(sandbox.controlUrl, 'GET', '/ledger');
    expect(at(ledger.json, 'transfers', 0, 'status')).toBe('AwaitingConfirmation');
  });
});

describe('the journal', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gangway-backoffice-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('keeps everything but tokens, and goes on with what was under way', async () => {
    const dataFile = join(directory, 'book');
    await sandbox.close();
    await start({ dataFile, settleMs: 500 });
    await create('deposit', { amount: 7 });
    const before = await control(sandbox.controlUrl, 'GET', '/ledger');
    const earlier = token;
    await sandbox.close();
    await start({ dataFile });
    const after = await control(sandbox.controlUrl, 'GET', '/ledger');
    expect(at(after.json, 'transfers', 0, 'transferId')).toBe(at(before.json, 'transfers', 0, 'transferId'));
    expect((await get('/back-api/api/v2/transfers', earlier)).status).toBe(401);
    const balances = await eventually(async () => {
      const { json } = await control(sandbox.controlUrl, 'GET', '/ledger');
      return at(json, 'transfers', 0, 'status') === 'Completed' ? at(json, 'balances') : undefined;
    });
    expect(balances).toContainEqual({ userId: USER, asset: 'usd', total: '107', available: '107' });
  });
});

describe('options', () => {
  test('are read from arguments and variables', () => {
    const options = readOptions(['--users', USER, '--opening-balances', 'usd=1.50,btc=2', '--settle-ms', '0'], {
      SANDBOX_TOKEN_LIFE_MS: '30000',
    });
    expect(options).toEqual({
      users: [USER],
      openingBalances: { usd: '1.50', btc: '2' },
      settleMs: 0,
      tokenLifeMs: 30_000,
    });
  });

  test.each([
    ['--users', 'me'],
    ['--opening-balances', 'USD=1'],
    ['--opening-balances', 'xyz=1'],
    ['--settle-ms', '-1'],
  ])('that cannot be used are named: %s %s', (option, value) => {
    expect(() => readOptions([`${option}=${value}`], {})).toThrow(option);
  });
});
