import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { createEventSender } from '../../worker/event-sender';
import { readEventSettings } from '../../worker/event-settings';
import { portOf } from '../providers/local-server';
import { PrivateCa } from '../setup/private-ca';
import { proxyFor } from '../setup/proxy';

/** A partner behind a certificate of an authority of its own, reached directly or through a proxy. */

const ca = new PrivateCa();
const closers: (() => void)[] = [];
const DATA = { provider: 'coinmena', partnerClientId: 'client-1', stage: 'completed' };
let server: Server;
let url: string;

beforeAll(async () => {
  const { cert, key } = ca.issue();
  server = createServer({ cert, key }, (request, response) => {
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${portOf(server.address())}/events`;
});
afterAll(() => {
  for (const close of closers) close();
  server.close();
  server.closeAllConnections();
  ca.close();
});

async function send(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const problems: string[] = [];
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const settings = readEventSettings({ GANGWAY_EVENTS_URL: url, GANGWAY_EVENTS_SECRETS: secret, ...env }, problems);
  if (settings === undefined || problems.length > 0) throw new Error(problems.join());
  const event = { id: 'e-1', type: 'intent.settled' as const, timestamp: '2026-11-21T10:18:51.000Z', data: DATA };
  return await createEventSender(settings).send(event, new AbortController().signal);
}

test('its authority is believed if GANGWAY_CA_FILE says so, and not otherwise', async () => {
  expect(await send({ GANGWAY_CA_FILE: ca.certFile })).toBeUndefined();
  expect(await send({})).toBe('the partner did not answer');
});

test('HTTPS_PROXY stands before it, unless NO_PROXY names it', async () => {
  const proxy = await proxyFor(closers);
  const env = { GANGWAY_CA_FILE: ca.certFile, HTTPS_PROXY: proxy.url };
  expect(await send({ ...env, NO_PROXY: 'localhost' })).toBeUndefined();
  expect(proxy.asked).toEqual([]);
  expect(await send(env)).toBeUndefined();
  expect(proxy.asked).toEqual([new URL(url).host]);
});
