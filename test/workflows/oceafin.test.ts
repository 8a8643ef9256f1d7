import type { FundingRequest } from '../../contract/funding';
import { tapWire, type WireTap } from '../conformance/wire-tap';
import { countOf } from '../conformance/kit';
import { oceafinRig, Rig } from '../setup/rig';

/**
 * Money out to a wallet, and what goes over the wire when an answer is lost: the same bytes under the same key, with a
 * fresh nonce and signature. Everything real but the provider, whose book is the judge.
 */

const CLIENT = 'holder-1';
const AMOUNT = '25.50000001';
let rig: Rig;
let tap: WireTap;
let providerClientId: string;

beforeAll(async () => {
  const oceafin = oceafinRig({ openingBalances: { USD: '1000.00', USDT: '500' } });
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
  const { client } = await (await rig.onboard(rig.application(CLIENT))).result();
  providerClientId = client?.providerClientId ?? '';
});
afterEach(async () => {
  await rig.clearFaults();
});
afterAll(async () => {
  await rig.close();
  await tap.close();
});

const authorization = { approvedBy: 'approver-1', approvedAt: '2026-06-01T10:00:00Z', evidenceReference: 'evidence-1' };

function toWallet(fundingId: string): FundingRequest {
  return {
    provider: 'oceafin',
    fundingId,
    kind: 'withdrawal',
    partnerClientId: CLIENT,
    providerClientId,
    asset: 'USDT',
    amount: AMOUNT,
    details: {
      rail: 'crypto',
      wallet: { name: 'Own wallet', network: 'TRON', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
      authorization,
    },
  };
}

async function completed(fundingId: string): Promise<number> {
  const book = await rig.control('GET', '/ledger');
  return countOf(book, 'resources', { partnerReference: fundingId, status: 'COMPLETED' });
}

/** The value of a header of a request as the tap kept it. */
function header(text: string, name: string): string {
  const lines = text.split('\n');
  return lines[lines.findIndex((line) => line.toLowerCase() === name) + 1] ?? '';
}

test('a crypto withdrawal: the amount asked to its last decimal, and the balance read afterwards', async () => {
  const result = await (await rig.fund(toWallet('wallet-1'))).result();
  expect(result).toMatchObject({
    outcome: 'completed',
    order: { state: 'completed', asset: 'USDT', amount: AMOUNT },
    terms: { number: 1, gives: { asset: 'USDT', amount: AMOUNT } },
    balanceAfter: { asset: 'USDT', balance: '474.49999999' },
  });
  expect(await completed('wallet-1')).toBe(1);
});

test.each([
  ['createCryptoWithdrawalQuote', 'wallet-2'],
  ['createCryptoWithdrawal', 'wallet-3'],
  ['submitCryptoWithdrawal', 'wallet-4'],
])('%s: its answer is lost, and the order is one', async (operation, fundingId) => {
  await rig.fault({ operation, kind: 'reset', params: { when: 'after-commit' } });
  expect(await (await rig.fund(toWallet(fundingId))).result()).toMatchObject({ outcome: 'completed' });
  expect(await completed(fundingId)).toBe(1);
});

test('what never arrived is sent again, the same to the byte, under the same key, signed anew', async () => {
  await rig.fault({ operation: 'createCryptoWithdrawal', kind: 'reset', params: { when: 'before-commit' }, times: 2 });
  await (await rig.fund(toWallet('wallet-5'))).result();
  const sent = tap.requests.filter(
    ({ method, text }) =>
      method === 'POST' && header(text, 'idempotency-key').includes(':crypto-withdrawal:create:wallet-5'),
  );
  expect(sent).toHaveLength(3);
  const of = (part: (text: string) => string): ReadonlySet<string> => new Set(sent.map(({ text }) => part(text)));
  expect(of((text) => text.split('\n').at(-1) ?? '').size).toBe(1);
  expect(of((text) => header(text, 'idempotency-key')).size).toBe(1);
  const nonces = [
    ...of((text) =>
      text
        .split('\n')
        .filter((_, at, lines) => /nonce/i.test(lines[at - 1] ?? ''))
        .join(),
    ),
  ];
  const signatures = [
    ...of((text) =>
      text
        .split('\n')
        .filter((_, at, lines) => /signature/i.test(lines[at - 1] ?? ''))
        .join(),
    ),
  ];
  expect(nonces.filter((nonce) => nonce !== '')).toHaveLength(3);
  expect(signatures.filter((signature) => signature !== '')).toHaveLength(3);
  expect(await completed('wallet-5')).toBe(1);
});
