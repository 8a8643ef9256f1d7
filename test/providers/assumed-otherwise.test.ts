import { backoffice } from '../../providers/backoffice';
import { listedId } from '../../providers/backoffice/mapping';
import { transfersAnswer } from '../../providers/backoffice/schemas';
import { coinify } from '../../providers/coinify';
import { webhookSignature } from '../../providers/coinify/signing';
import { oceafin } from '../../providers/oceafin';
import { TEST_WEBHOOK_SECRET } from '../../sandbox/coinify';
import { configFor } from './coinify-fixtures';
import { json, startLocalServer } from './local-server';

/** How the connectors change when their assumptions are corrected: the constants decide. */
jest.mock('../../providers/backoffice/assumptions', () =>
  otherwise('backoffice', { CALLBACK_URL_IS_OPTIONAL: false, TRANSFER_ID: 'id' }),
);
jest.mock('../../providers/coinify/assumptions', () =>
  otherwise('coinify', {
    ORDER_IDS_ARE_UNIQUE: false,
    AUTHENTICATION_COMES_FIRST: false,
    WEBHOOKS_TELL_THE_ORDER_ID: false,
    READ_CALL: { method: 'GET', path: '/v2/payouts/{id}' },
    LIST_CALL: { method: 'GET', path: '/v2/payouts', parameter: 'reference' },
  }),
);
jest.mock('../../providers/oceafin/assumptions', () =>
  otherwise('oceafin', {
    KEYS_REPLAY_FOR_GOOD: false,
    SIGNING_LAYOUT: { emptyBody: 'empty', secretEncoding: 'hex' },
  }),
);

function otherwise(provider: string, values: Readonly<Record<string, unknown>>): object {
  const actual: Record<string, object> = jest.requireActual(`../../providers/${provider}/assumptions`);
  const corrected = Object.entries(values).map(([name, value]) => [name, { ...actual[name], value }] as const);
  return { ...actual, ...Object.fromEntries(corrected) };
}

test('a back office that demands an address for callbacks is not asked without one', () => {
  const { error } = backoffice.configSchema.safeParse({});
  expect(error?.issues).toContainEqual(
    expect.objectContaining({ path: ['BACKOFFICE_CALLBACK_URL'], message: 'is required' }),
  );
});

test('if order ids are not unique, nothing is sent to Coinify twice', () => {
  expect(coinify.semantics.repeatedRef).toBe('duplicates');
});

test('if keys are forgotten, nothing is sent to Oceafin twice, and its lists are read', () => {
  expect(oceafin.semantics).toMatchObject({ repeatedRef: 'duplicates', orderLookup: 'by-listing' });
});

test('a transfer is known by the field that is said', () => {
  const shown = { userId: 'u', asset: 'usd', type: 'Deposit', status: 'Completed', amount: '1' };
  expect(transfersAnswer.parse([{ ...shown, id: '7', transferId: '8' }]).map(listedId)).toEqual(['7']);
});

test('Coinify is asked by the calls that are said, and its key is not called accepted', async () => {
  const server = await startLocalServer();
  try {
    server.answer = json(404, { errorCode: 'not_found' });
    const config = configFor(server.origin, { COINIFY_FIND_BY_ORDER_ID: 'true' });
    const findings = await coinify.diagnose?.(config);
    expect(findings?.[0]).toMatchObject({ check: 'access', state: 'warn' });
    expect(server.received.map(({ target }) => target)).toEqual([
      expect.stringMatching(/^\/v2\/payouts\/[0-9a-f-]{36}$/),
      '/v2/payouts?reference=gangway-doctor',
    ]);
  } finally {
    await server.close();
  }
});

test("Coinify's events that name no withdrawal are taken, and told to nobody", () => {
  const rawBody = Buffer.from(JSON.stringify({ id: 'e1', event: 'withdrawal.completed', context: {} }));
  const headers = { 'x-coinify-webhook-signature': webhookSignature(rawBody, TEST_WEBHOOK_SECRET) };
  const receiver = coinify.callbacks?.parse({ COINIFY_WEBHOOK_SECRET: TEST_WEBHOOK_SECRET });
  const verdict = receiver?.verify({ headers, rawBody, receivedAtMs: 0 });
  expect(verdict).toEqual({ ok: true, eventId: 'e1', hints: [] });
});

test('Oceafin is signed to in the layout that is said', () => {
  const config = oceafin.configSchema.parse({
    OCEAFIN_PARTNER_API_BASE_URL: 'https://oceafin.example',
    OCEAFIN_PARTNER_API_CLIENT_ID: 'client',
    OCEAFIN_PARTNER_API_CLIENT_SECRET: 'a-secret-of-some-length',
  });
  expect(config.layout).toEqual({ emptyBody: 'empty', secretEncoding: 'hex' });
});
