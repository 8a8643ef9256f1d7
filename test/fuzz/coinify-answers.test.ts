import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { ERROR_CODES } from '../../contract/errors';
import { coinify } from '../../providers/coinify';
import { CoinifyConnector } from '../../providers/coinify/connector';
import { ProviderError } from '../../providers/provider-error';
import { inLanes } from '../../system/in-lanes';
import { everythingOf } from '../matrix/leaks';
import { configFor, request, resource } from '../providers/coinify-fixtures';
import { startLocalServer } from '../providers/local-server';
import { draw, drawOneByOne, shown, spoiled, type Json } from './fuzz';
import { CANARY, give, hostileAnswers, Sent, type HostileAnswer } from './hostile-server';

/**
 * Whatever Coinify answers or sends: a value or a ProviderError of a sane outcome, in time, with bounded memory; a
 * verdict and never an exception; and nothing of it repeated.
 */
const TIMEOUT_MS = 500;
const HANGS_MS = 20_000;
const MOST_BYTES_SENT = 24 * 1024 * 1024;
const LONGEST_ERROR = 20_000;
const LONGEST_VALUE = 100_000;
const RUNS = 150;
const LANES = 8;

const RIGHT = resource({ orderId: 'fund-1', customerId: 'user_1' });

const CALLS: Readonly<Record<string, (connector: CoinifyConnector) => Promise<unknown>>> = {
  create: (connector) => connector.orders.submit(request('fund-1')),
  read: (connector) =>
    connector.orders.find({
      ref: 'fund-1',
      orderId: '0aa5224a-6881-4c82-8959-31bee75f3190',
      request: request('fund-1'),
      firstSentAt: '2026-01-01T00:00:00.000Z',
    }),
};

async function endingOf(call: Promise<unknown>): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<{ readonly error: unknown }>((settle) => {
    timer = setTimeout(() => settle({ error: 'it hung' }), HANGS_MS);
  });
  const ended = call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return await Promise.race([ended, hung]).finally(() => clearTimeout(timer));
}

function problemsOf(ending: Awaited<ReturnType<typeof endingOf>>, call: string, { status }: HostileAnswer): string[] {
  if ('value' in ending) {
    const size = JSON.stringify(ending.value ?? null).length;
    return size > LONGEST_VALUE ? [`a value of ${size} characters`] : [];
  }
  const { error } = ending;
  if (!(error instanceof ProviderError)) return [`no ProviderError: ${shown(error)}`];
  const everything = everythingOf(error);
  const refused = status >= 400 && status <= 499 && status !== 408;
  return [
    ...(/ada@example|sandbox_3d1b4f4e/.test(everything) ? ['the error holds what nobody may see'] : []),
    ...(everything.includes(CANARY) ? ['the error repeats the answer'] : []),
    ...(everything.length > LONGEST_ERROR ? [`an error of ${everything.length} characters`] : []),
    ...(ERROR_CODES.includes(error.code) ? [] : ['a code that is none']),
    ...(call === 'create' && error.outcome === 'not-applied' && !refused
      ? [`not-applied was said of a create that was answered with ${status}`]
      : []),
  ];
}

test.each(Object.entries(CALLS))(
  '%s: a value or a ProviderError, in time and in bounds, whatever is answered',
  async (name, call) => {
    const sent = new Sent();
    const right: Json = JSON.parse(JSON.stringify(RIGHT));
    const wrong = await inLanes(LANES, draw(hostileAnswers(right), RUNS), async (answer) => {
      const server = await startLocalServer();
      server.answer = (_, response) => give(response, answer, Buffer.from(JSON.stringify(RIGHT)), sent);
      const connector = new CoinifyConnector(configFor(server.origin, { COINIFY_HTTP_TIMEOUT_MS: `${TIMEOUT_MS}` }));
      const ending = await endingOf(call(connector));
      await server.close();
      await connector.close();
      return problemsOf(ending, name, answer).map((problem) => `${problem}: ${shown(answer)}`);
    });
    expect(wrong.flat()).toEqual([]);
    expect(sent.most).toBeLessThan(MOST_BYTES_SENT);
  },
  60_000,
);

test('a webhook gets a verdict, whatever it is, signed or not, and none that repeats it', () => {
  const secret = 'a-shared-secret-of-tests';
  const receiver = coinify.callbacks?.parse({ COINIFY_WEBHOOK_SECRET: secret });
  const { customerId: _id, customerEmail: _mail, ...context } = RIGHT;
  const event: Json = JSON.parse(
    JSON.stringify({ id: 'event-1', time: '2020-04-01T12:47:02.147Z', event: 'withdrawal.completed', context }),
  );
  const bodies = fc.oneof(
    spoiled(event).map((json) => Buffer.from(JSON.stringify(json))),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  const drawn = drawOneByOne(fc.record({ rawBody: bodies, isSigned: fc.boolean(), header: fc.string() }), 2_000);
  const refused = new Set<string>();
  const wrong: string[] = [];
  let taken = 0;
  for (const { rawBody, isSigned, header } of drawn) {
    const signature = isSigned ? createHmac('sha256', secret).update(rawBody).digest('hex') : header;
    const headers = { 'x-coinify-webhook-signature': signature };
    const verdict = receiver?.verify({ headers, rawBody, receivedAtMs: 0 });
    if (verdict?.ok === false) {
      refused.add(verdict.problem);
      continue;
    }
    taken += 1;
    const isRight = isSigned && typeof verdict?.eventId === 'string' && verdict.eventId.length <= 255;
    if (!isRight) wrong.push(shown([isSigned, rawBody.toString()]));
  }
  expect(wrong).toEqual([]);
  expect(taken).toBeGreaterThan(0);
  expect([...refused].sort()).toEqual([
    'the body is not an event',
    'the event names no withdrawal',
    'the header of the signature is missing',
    'the signature is not right',
  ]);
});
