import { Readable } from 'node:stream';
import fc from 'fast-check';
import { BatchFileError, readBatchFile, type BatchFormat } from '../../inputs/batch-file/read';
import { readRows } from '../../client/batch/rows';
import { consumeEvents, type Outcome } from '../../client/events/consume-events';
import { NdjsonSource } from '../../client/events/ndjson-source';
import { natsSettings } from '../../client/events/nats-settings';
import { EventSourceError } from '../../client/events/event-source';
import { GatewayConfigError, readGatewayConfig } from '../../client/gateway/config';
import { callbackReceiver as ofBackoffice } from '../../providers/backoffice/callbacks';
import { callbackReceiver as ofOceafin } from '../../providers/oceafin/callbacks';
import { callbackToken } from '../../providers/backoffice/tokens';
import { SharedSecret, webhookSignature } from '../../providers/oceafin/signing';
import { coinmena } from '../../providers/coinmena';
import { oceafin } from '../../providers/oceafin';
import { backoffice } from '../../providers/backoffice';
import { coinify } from '../../providers/coinify';
import { WorkerConfigError, readWorkerConfig } from '../../worker/config';
import { drawOneByOne, hostileJson, shown } from './fuzz';

/** The readers of files, events, callbacks and settings: a value or a refusal of their own, whatever comes. */

const cell = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('pay-1', 'deposit', 'client-1', 'USD', '10.00', '', '10,00', '=1', '"', '""'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom('"a\nb"', '\uFEFF', '\t', ';', ',', '__proto__', '\u202E') },
);
const column = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('fundingId', 'kind', 'partnerClientId', 'asset', 'amount', '') },
  { weight: 1, arbitrary: fc.constantFrom('a.b', 'a.0', 'a..b', '__proto__.x', 'policy.maxRefs', 'a') },
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

const csv = fc
  .record({
    start: fc.constantFrom('', '\uFEFF', 'sep=;\n', 'sep=,\r\n', '\n\n'),
    delimiter: fc.constantFrom(',', ';', '\t'),
    header: fc.array(column, { maxLength: 7 }),
    rows: fc.array(fc.tuple(fc.array(cell, { maxLength: 8 }), lineEnd), { maxLength: 6 }),
    end: lineEnd,
  })
  .map(({ start, delimiter, header, rows, end }) =>
    [start, header.join(delimiter), end, ...rows.map(([cells, own]) => `${cells.join(delimiter)}${own}`)].join(''),
  );

const jsonLine = fc.oneof(
  hostileJson.map((json) => JSON.stringify(json)),
  hostileJson.map((json) => JSON.stringify({ provider: 'coinmena', fundingId: 'f-1', details: json })),
  fc.constantFrom('', ' ', '{', '\uFEFF{}', '{"a":1,"a":2}', `${'['.repeat(900)}${']'.repeat(900)}`),
);
const ndjson = fc.tuple(fc.array(jsonLine, { maxLength: 4 }), lineEnd).map(([lines, end]) => lines.join(end));

const file: fc.Arbitrary<readonly [BatchFormat, Buffer]> = fc.oneof(
  csv.map((text): readonly [BatchFormat, Buffer] => ['csv', Buffer.from(text)]),
  ndjson.map((text): readonly [BatchFormat, Buffer] => ['ndjson', Buffer.from(text)]),
  csv.map((text): readonly [BatchFormat, Buffer] => ['csv', Buffer.from(text, 'latin1')]),
  fc.uint8Array({ maxLength: 60 }).map((bytes): readonly [BatchFormat, Buffer] => ['csv', Buffer.from(bytes)]),
);

function wrongAboutFile([format, bytes]: readonly [BatchFormat, Buffer]): readonly string[] {
  try {
    const lines = readBatchFile(bytes, format);
    const { rows, refused } = readRows(lines, 'coinmena');
    const most = 1 + bytes.toString('utf8').split(/\r\n|\n|\r/).length;
    const numbers = lines.map(({ line }) => line);
    return [
      ...(rows.length + refused.length === lines.length ? [] : [`lines were lost: ${shown(bytes.toString())}`]),
      ...(numbers.every((line) => line >= 1 && line <= most)
        ? []
        : [`line ${numbers.join()}: ${shown(bytes.toString())}`]),
      ...(JSON.stringify(refused).includes('not foreseen') ? [`unforeseen: ${shown(bytes.toString())}`] : []),
    ];
  } catch (error) {
    return error instanceof BatchFileError ? [] : [`${String(error)}: ${shown(bytes.toString())}`];
  }
}

test('a batch file is read, or refused as a whole, and no line of it is lost', () => {
  const wrong: string[] = [];
  for (const drawn of drawOneByOne(file, 2_000)) wrong.push(...wrongAboutFile(drawn));
  expect(wrong).toEqual([]);
});

test('each event is taken or put aside, and none ends the others', async () => {
  for (const lines of drawOneByOne(fc.array(jsonLine, { maxLength: 6 }), 300)) {
    const outcomes: Outcome[] = [];
    const source = new NdjsonSource(Readable.from([Buffer.from(lines.join('\n'))], { objectMode: true }), {
      keep: () => Promise.resolve(),
    });
    await consumeEvents(source, {
      start: () => Promise.resolve({ workflowId: 'id', started: 'new' }),
      concurrency: 2,
      stop: new AbortController().signal,
      tell: (outcome) => outcomes.push(outcome),
    });
    const filled = lines.filter((line) => line.replace('\uFEFF', '').trim() !== '');
    expect(outcomes).toHaveLength(filled.length);
  }
});

const callbackBody = fc.oneof(
  jsonLine.map((text) => Buffer.from(text)),
  hostileJson.map((json) =>
    Buffer.from(JSON.stringify({ eventId: 'e-1', eventType: 'x', TransferId: 7, resource: json, customer: json })),
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

test('a callback gets a verdict, whatever its sender signed', () => {
  const secret = 'a-shared-secret-of-tests';
  const fromOceafin = ofOceafin({ webhookSecret: new SharedSecret(secret) });
  const fromBackoffice = ofBackoffice({ secret });
  const pathToken = callbackToken('f-1', 'submit', secret);
  const [timestamp, nonce, receivedAtMs] = ['2026-06-28T10:00:00Z', 'n-1', Date.parse('2026-06-28T10:00:00Z')] as const;
  const verdicts = { taken: 0, refused: 0 };
  const unclear: unknown[] = [];
  for (const rawBody of drawOneByOne(callbackBody, 1_000)) {
    const headers = {
      'x-oceafin-webhook-timestamp': timestamp,
      'x-oceafin-webhook-nonce': nonce,
      'x-oceafin-webhook-signature': webhookSignature({ timestamp, nonce, rawBody }, new SharedSecret(secret)),
    };
    const told = [
      fromOceafin.verify({ headers, rawBody, receivedAtMs }),
      fromBackoffice.verify({ headers: {}, rawBody, pathToken, receivedAtMs }),
    ];
    for (const verdict of told) verdicts[verdict.ok ? 'taken' : 'refused'] += 1;
    unclear.push(...told.filter((verdict) => !verdict.ok && verdict.status !== 400));
  }
  expect(unclear).toEqual([]);
  expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(50);
});

const SETTINGS = [
  ...['GANGWAY_GATEWAY_HOST', 'GANGWAY_GATEWAY_PORT', 'GANGWAY_TOKENS', 'GANGWAY_WEBHOOK_SECRETS', 'GANGWAY_LOG_LEVEL'],
  ...['GANGWAY_CALLBACK_PROVIDERS', 'GANGWAY_APPROVALS', 'GANGWAY_PROVIDERS', 'GANGWAY_TOKENS_FILE'],
  ...['COINMENA_BASE_URL', 'COINMENA_SIGNATURE_LAYOUT', 'COINMENA_PRIVATE_KEY', 'COINMENA_PRIVATE_KEY_FILE'],
  ...['OCEAFIN_PARTNER_API_BASE_URL', 'OCEAFIN_SIGNATURE_LAYOUT', 'OCEAFIN_PARTNER_API_CLIENT_SECRET'],
  ...['GANGWAY_GATEWAY_ALLOW_PLAINTEXT', 'GANGWAY_REQUESTER_SECRETS', 'GANGWAY_EVENTS_URL', 'GANGWAY_EVENTS_SECRETS'],
  ...['GANGWAY_CLAMD', 'GANGWAY_BOOK_URL', 'GANGWAY_DOCUMENT_HOSTS', 'HTTPS_PROXY', 'NO_PROXY', 'GANGWAY_CA_FILE'],
  ...['TEMPORAL_TLS', 'TEMPORAL_API_KEY', 'TEMPORAL_API_KEY_FILE', 'TEMPORAL_TLS_CLIENT_KEY_FILE'],
  ...['BACKOFFICE_BASE_URL', 'COINIFY_BASE_URL', 'COINIFY_HTTP_TIMEOUT_MS', 'GANGWAY_NATS_TOKEN', 'TEMPORAL_ADDRESS'],
] as const;
const CANARY = 'canary-8c1f';
const settingValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `${CANARY}${text.replaceAll('\0', '')}`),
  hostileJson.map((json) => JSON.stringify(json).slice(0, 5_000)),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    'true',
    '[]',
    '{}',
    '{"a":1,"a":2}',
    '/dev/null',
    '/',
    'https://a:b@c',
    ',',
  ),
);
const settings = fc.dictionary(fc.constantFrom(...SETTINGS), settingValue, { maxKeys: 6 });

const READERS: Readonly<Record<string, (env: NodeJS.ProcessEnv) => unknown>> = {
  gateway: readGatewayConfig,
  worker: readWorkerConfig,
  nats: (env) => natsSettings({ nats: 'nats://127.0.0.1', stream: 's', consumer: 'c' }, env),
  ...Object.fromEntries(
    [coinmena, oceafin, backoffice, coinify].map(({ semantics, configSchema }) => [
      semantics.provider,
      (env: NodeJS.ProcessEnv) => {
        const read = configSchema.safeParse(env);
        if (!read.success) throw new GatewayConfigError(read.error.issues.map(({ message }) => message));
      },
    ]),
  ),
};

function wrongAboutSettings(name: string, env: NodeJS.ProcessEnv): readonly string[] {
  try {
    READERS[name]?.(env);
    return [];
  } catch (error) {
    const isOwn =
      error instanceof GatewayConfigError || error instanceof WorkerConfigError || error instanceof EventSourceError;
    if (!isOwn) return [`${name}: ${String(error)}: ${shown(env)}`];
    return error.message.includes(CANARY) ? [`${name} repeats a setting: ${error.message}`] : [];
  }
}

test.each(Object.keys(READERS))('settings of %s are read, or refused without being repeated', (name) => {
  const wrong: string[] = [];
  for (const env of drawOneByOne(settings, 300)) wrong.push(...wrongAboutSettings(name, env));
  expect(wrong).toEqual([]);
});
