import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { parse } from 'csv-parse/sync';
import { connectGangway, GangwayError, type FundingInput, type Gangway } from '../../client';
import { readGatewayConfig } from '../../client/gateway/config';
import { startGateway, type RunningGateway } from '../../client/gateway/serve';
import { newToken } from '../../client/gateway/tokens';
import type { JsonObject } from '../../contract/json';
import { tapWire, type WireTap } from '../conformance/wire-tap';
import { oceafinRig, Rig } from '../setup/rig';
import { documents, runCli } from './run-cli';

/**
 * A destination that cannot be paid to is refused wherever it comes in, its field is named, and the provider never hears
 * of it: its every request passes a tap.
 */

const token = newToken('ops-1', ['read', 'start']);
let rig: Rig;
let tap: WireTap;
let gangway: Gangway;
let gateway: RunningGateway;

beforeAll(async () => {
  const oceafin = oceafinRig();
  rig = await Rig.start({
    provider: 'oceafin',
    providerRig: {
      ...oceafin,
      startSandbox: async () => {
        const sandbox = await oceafin.startSandbox();
        tap = await tapWire(sandbox.url);
        return sandbox;
      },
      environment: () => oceafin.environment(tap.url),
    },
  });
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  const config = { TEMPORAL_ADDRESS: rig.server.address, GANGWAY_GATEWAY_PORT: '0', GANGWAY_TOKENS: token.entry };
  gateway = await startGateway(readGatewayConfig(config), { version: '0', log: { write: () => undefined } });
});
afterAll(async () => {
  await gateway.stop();
  await gangway.close();
  await rig.close();
  await tap.close();
});

const authorization = { approvedBy: 'user-7', approvedAt: '2026-06-28T00:00:00Z', evidenceReference: 'approval-7' };
const BANK_ACCOUNT = {
  accountNumber: '000987654321',
  accountHolderName: 'Amina Specimen',
  bankName: 'Example Bank',
  bankCountry: 'US',
  routingNumber: '021000021',
};

function toWallet(asset: string, network: string, address: string): Movement {
  return { asset, details: { rail: 'crypto', wallet: { name: 'W0', network, address }, authorization } };
}

function toAccount(over: JsonObject): Movement {
  return { asset: 'USD', details: { rail: 'fiat', bankAccount: { ...BANK_ACCOUNT, ...over }, authorization } };
}

interface Movement {
  readonly asset: string;
  readonly details: JsonObject;
}

const WRONG: readonly (readonly [what: string, field: string, movement: Movement])[] = [
  [
    'an address of another network',
    'details.wallet.address',
    toWallet('USDT', 'TRON', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'),
  ],
  ['a broken checksum', 'details.wallet.address', toWallet('USDT', 'TRON', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv9')],
  [
    'a network that the asset is not on',
    'details.wallet.network',
    toWallet('BTC', 'TRON', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'),
  ],
  [
    'an account in scientific notation',
    'details.bankAccount.accountNumber',
    toAccount({ accountNumber: '1.23457E+11' }),
  ],
  [
    'a routing number that fails its checksum',
    'details.bankAccount.routingNumber',
    toAccount({ routingNumber: '021000022' }),
  ],
];

let made = 0;

function requestOf(movement: Movement): FundingInput {
  made += 1;
  return {
    provider: 'oceafin',
    fundingId: `dest-${made}`,
    kind: 'withdrawal',
    partnerClientId: 'dest',
    amount: '5.00',
    ...movement,
  };
}

/** The same as cells of a CSV file, by their dotted paths. */
function cellsOf(value: object, under = ''): readonly (readonly [path: string, cell: string])[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? cellsOf(inner, `${under}${name}.`)
      : [[`${under}${name}`, String(inner)] as const],
  );
}

function inFile(name: string, content: string): string {
  const path = join(rig.files, name);
  writeFileSync(path, content);
  return path;
}

describe.each(WRONG)('%s', (_, field, movement) => {
  const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: rig.server.address });

  afterEach(() => {
    expect(tap.requests).toEqual([]);
  });

  test('the library', async () => {
    const refused = await gangway.fund(requestOf(movement)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(GangwayError);
    expect(refused).toMatchObject({ code: 'INVALID_REQUEST', fields: [{ field }] });
  });

  test('the library, as what follows an onboarding', async () => {
    const { provider: _provider, partnerClientId: _client, ...planned } = requestOf(movement);
    const application = { ...rig.application(`dest-${made}`), funding: [planned] };
    await expect(gangway.onboardAndFund(application)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      fields: [{ field: `funding.0.${field}` }],
    });
  });

  test('the gateway', async () => {
    const headers = { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(requestOf(movement));
    const answer = await fetch(`${gateway.url}/v1/intents`, { method: 'POST', headers, body });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field }] });
  });

  test('the command line', async () => {
    const file = inFile('movement.json', JSON.stringify(requestOf(movement)));
    const { exitCode, stderr } = await runCli(['fund', 'withdraw', file], { env: env() });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${field} is`) });
  });

  test('a batch file', async () => {
    const { provider: _provider, ...row } = requestOf(movement);
    const cells = cellsOf(row);
    const lines = [cells.map(([path]) => path).join(), cells.map(([, cell]) => cell).join()];
    const file = inFile(`${row.fundingId}.csv`, lines.join('\n'));
    const { exitCode } = await runCli(['batch', file, '--provider', 'oceafin', '--json'], { env: env() });
    expect(exitCode).toBe(2);
    const [result]: readonly unknown[] = parse(readFileSync(`${file}.results.csv`), { columns: true });
    expect(result).toMatchObject({ line: '2', outcome: 'refused', field });
  });

  test('a queue', async () => {
    const letters = inFile(`${made}.ndjson`, '');
    const result = await runCli(['consume', '--json', '--dead-letters', letters], {
      env: env(),
      stdin: JSON.stringify(requestOf(movement)),
    });
    expect(documents(result).at(-1)).toMatchObject({ summary: { accepted: 0, putAside: 1 } });
    expect(readFileSync(letters, 'utf8')).toContain(`"${field}"`);
  });

  test('the start form of the Web UI, which nothing checks but the workflow', async () => {
    const failed = await (await rig.fund(requestOf(movement))).result().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failed instanceof WorkflowFailedError) || !(failed.cause instanceof ApplicationFailure)) throw failed;
    expect(failed.cause.type).toBe('INVALID_REQUEST');
    expect(failed.cause.message).toContain(field);
  });
});

test('what can be sent passes the tap', async () => {
  await (await rig.onboard(rig.application('dest'))).result();
  expect(tap.requests.length).toBeGreaterThan(0);
});
