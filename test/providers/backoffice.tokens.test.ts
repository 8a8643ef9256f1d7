import { BackofficeApi } from '../../providers/backoffice/client';
import { startBackofficeSandbox, type RunningSandbox } from '../../sandbox/backoffice';
import { at, control as speak } from '../sandbox/signing';
import { configFor, USER } from './backoffice-fixtures';
import { providerErrorOf } from './coinmena-fixtures';

/** Access tokens that end soon, refresh tokens that work once: over HTTP, with a clock of the test's own. */

let sandbox: RunningSandbox;
let api: BackofficeApi;
let now: number;

beforeEach(async () => {
  sandbox = await startBackofficeSandbox();
  now = 0;
  api = new BackofficeApi(configFor(sandbox.url), { now: () => now });
});
afterEach(async () => {
  await api.close();
  await sandbox.close();
});

async function control(path: string, value: object = {}): Promise<void> {
  const { status, text } = await speak(sandbox.controlUrl, 'POST', path, value);
  if (status !== 200) throw new Error(text);
}

/** How often a token was asked for, and why something was refused. */
async function seen(): Promise<{ readonly tokens: unknown; readonly refusals: readonly unknown[] }> {
  const ledger = await speak(sandbox.controlUrl, 'GET', '/ledger');
  const refusals = at((await speak(sandbox.controlUrl, 'GET', '/refusals')).json, 'items');
  return {
    tokens: at(ledger.json, 'requests', 'token'),
    refusals: Array.isArray(refusals) ? refusals.map((refusal: unknown) => at(refusal, 'reason')) : [],
  };
}

const read = (): Promise<unknown> => api.accountHistory(USER, 0);

test('one token serves many calls', async () => {
  for (let call = 0; call < 3; call += 1) await read();
  expect(await seen()).toEqual({ tokens: 1, refusals: [] });
});

test('callers at the same time wait for one token, the first and every renewed one', async () => {
  await Promise.all(Array.from({ length: 20 }, read));
  expect((await seen()).tokens).toBe(1);
  now += 55_000;
  await Promise.all(Array.from({ length: 20 }, read));
  // A refresh token that two had used would have ended the session, and shown as a refusal.
  expect(await seen()).toEqual({ tokens: 2, refusals: [] });
});

test('a token is renewed before it ends', async () => {
  await read();
  now += 49_000;
  await read();
  expect((await seen()).tokens).toBe(1);
  now += 2_000;
  await read();
  expect(await seen()).toEqual({ tokens: 2, refusals: [] });
});

test('a token that ended early is renewed once, and the call repeated: it was not carried out', async () => {
  await read();
  await control('/expire-tokens');
  const transfer = { userId: USER, asset: 'usd', amount: '1', comment: '', callbackUrl: undefined };
  await Promise.all([api.deposit(transfer), read(), read()]);
  expect((await seen()).tokens).toBe(2);
  const { json } = await speak(sandbox.controlUrl, 'GET', '/ledger');
  expect(at(json, 'transfers', 'length')).toBe(1);
});

test('what is refused with a fresh token too is AUTH, after two tries', async () => {
  await control('/faults', { operation: 'account-history', kind: 'unauthorized', times: null });
  const error = await providerErrorOf(read());
  expect(error).toMatchObject({ code: 'AUTH', outcome: 'not-applied' });
  expect((await seen()).refusals).toEqual(['a fault', 'a fault']);
});

test.each([
  ['reset after the commit', 'reset', { when: 'after-commit' }],
  ['500', 'status', { status: 500 }],
  ['a web page', 'wrong-content-type', {}],
])('a refresh whose answer is lost (%s) is not repeated: the refresh token may be used up', async (_, kind, params) => {
  await read();
  now += 55_000;
  await control('/faults', { operation: 'token', kind, params });
  await read();
  // The first sign-in, the refresh that was lost, and a sign-in.
  expect(await seen()).toEqual({ tokens: 3, refusals: [] });
});

test('a session that was ended elsewhere is begun anew', async () => {
  await read();
  await control('/reset');
  await read();
  expect((await seen()).refusals).toEqual(['an unknown token', 'invalid_grant']);
});

test.each([
  ['a wrong secret', { BACKOFFICE_CLIENT_SECRET: 'wrong' }],
  ['a wrong client', { BACKOFFICE_CLIENT_ID: 'wrong' }],
  ['a wrong password', { BACKOFFICE_PASSWORD: 'wrong' }],
  ['no scope for the back office', { BACKOFFICE_SCOPE: 'openid' }],
])('%s is AUTH, and nothing of it is in the error', async (_, over) => {
  const other = new BackofficeApi(configFor(sandbox.url, over));
  const error = await providerErrorOf(other.accountHistory(USER, 0));
  await other.close();
  expect(error).toMatchObject({ code: 'AUTH', outcome: 'not-applied' });
  const told = `${error.message} ${JSON.stringify(error)} ${String(error.stack)}`;
  for (const secret of ['wrong"', 'test-password', 'test-client-secret', USER]) expect(told).not.toContain(secret);
});

test('if no token can be had, nothing was sent: unreachable, and not unknown', async () => {
  await control('/faults', { operation: 'token', kind: 'status', params: { status: 503 }, times: null });
  const transfer = { userId: USER, asset: 'usd', amount: '1', comment: '', callbackUrl: undefined };
  expect(await providerErrorOf(api.deposit(transfer))).toMatchObject({ code: 'UNREACHABLE', outcome: 'not-applied' });
  await control('/faults', { operation: 'token', kind: 'reset', params: { when: 'after-commit' }, times: null });
  expect(await providerErrorOf(api.deposit(transfer))).toMatchObject({ code: 'UNREACHABLE', outcome: 'not-applied' });
  const { json } = await speak(sandbox.controlUrl, 'GET', '/ledger');
  expect(at(json, 'transfers', 'length')).toBe(0);
});
