import type { JsonObject } from '../../contract/json';
import type { QuoteRequest } from '../../contract/order-requests';
import { movementDetailsProblems } from '../../inputs';
import { oceafin } from '../../providers/oceafin';
import { OceafinConnector } from '../../providers/oceafin/connector';
import { ProviderError } from '../../providers/provider-error';
import { json, startLocalServer, type LocalServer } from './local-server';
import { configFor } from './oceafin-fixtures';

const TRON_ADDRESS = 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8';
const ETHEREUM_ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

const authorization = { approvedBy: 'user-7', approvedAt: '2026-06-28T00:00:00Z', evidenceReference: 'approval-7' };

function toWallet(over: JsonObject = {}): JsonObject {
  const wallet = { name: 'Own wallet', network: 'TRON', address: TRON_ADDRESS, ...over };
  return { rail: 'crypto', wallet, authorization };
}

function toAccount(over: JsonObject = {}): JsonObject {
  const bankAccount = {
    accountNumber: '000987654321',
    accountHolderName: 'Amina Specimen',
    bankName: 'Example Bank',
    bankCountry: 'US',
    routingNumber: '021000021',
    ...over,
  };
  return { rail: 'fiat', bankAccount, authorization };
}

/** What the edges say of a withdrawal. */
function problemsOf(details: JsonObject, asset = 'USDT'): readonly string[] {
  return movementDetailsProblems(oceafin.inputs, 'withdrawal', { asset, details }).map(
    ({ field, problem }) => `${field} ${problem}`,
  );
}

describe('a wallet', () => {
  it.each([
    ['TRON', TRON_ADDRESS, 'USDT'],
    ['trc-20', TRON_ADDRESS, 'usdt'],
    ['ETHEREUM', ETHEREUM_ADDRESS, 'USDC'],
    ['ERC20', ETHEREUM_ADDRESS.toLowerCase(), 'ETH'],
    ['BITCOIN', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'BTC'],
    ['BITCOIN', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'an-asset-that-is-not-known'],
    ['SOMEWHERE', 'some1address', 'USDT'],
  ])('on %s: %s is taken for %s', (network, address, asset) => {
    expect(problemsOf(toWallet({ network, address }), asset)).toEqual([]);
  });

  it.each([
    ['of another network', { address: ETHEREUM_ADDRESS }, 'address is not an address of tron: it is one of ethereum'],
    ['with a broken checksum', { address: `${TRON_ADDRESS.slice(0, -1)}9` }, 'address is not an address of tron'],
    [
      'with a trailing zero-width space',
      { address: `${TRON_ADDRESS}\u200b` },
      'address must not hold the character U+200B',
    ],
    ['with a leading space', { address: ` ${TRON_ADDRESS}` }, 'address must not begin or end with white space'],
    ['of only spaces', { address: '   ' }, 'address must not begin or end with white space'],
    [
      'that nobody has',
      { network: 'POLYGON', address: '0x0000000000000000000000000000000000000000' },
      'address is an address that nobody holds the key of',
    ],
    ['of a token', { address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t' }, 'address is the contract of a token on tron'],
    [
      'on a network without the asset',
      { network: 'BASE', address: ETHEREUM_ADDRESS },
      'network is not a network that USDT',
    ],
    [
      'on no known network, with a space',
      { network: 'SOMEWHERE', address: 'some1 address' },
      'address may hold letters',
    ],
    ['with no name', { name: '\u200b' }, 'name must not hold the character U+200B'],
    ['of another', { beneficiary: { name: 'Layla\u202e' } }, 'beneficiary.name must not hold the character U+202E'],
    [
      'of another, whose field has any name',
      { beneficiary: { 'Layla E.': ' x' } },
      'beneficiary holds a text that must',
    ],
  ])('%s is refused, and the field named', (_, over, problem) => {
    expect(problemsOf(toWallet(over))[0]).toContain(`details.wallet.${problem}`);
  });
});

describe('a bank account', () => {
  it.each<[string, JsonObject]>([
    ['of the US', {}],
    ['with an IBAN', { accountNumber: 'GB82 WEST 1234 5698 7654 32', bankCountry: 'GB', routingNumber: '20-00-00' }],
    ['with a BIC', { swiftCode: 'CHASUS33' }],
    ['of another', { thirdPartyBeneficiary: { name: 'Layla Example', address: { line2: '' } } }],
  ])('%s is taken', (_, over) => {
    expect(problemsOf(toAccount(over), 'USD')).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['a number in scientific notation', { accountNumber: '1.23457E+11' }, 'accountNumber is in scientific notation'],
    ['a number of spaces', { accountNumber: '   ' }, 'accountNumber must not be blank'],
    ['a number with a NUL', { accountNumber: '0009\u00008765' }, 'accountNumber must not hold control characters'],
    [
      'an IBAN with check digits of 00',
      { accountNumber: 'GB00WEST12345698765432', bankCountry: 'GB', routingNumber: '200000' },
      'accountNumber is not a valid IBAN',
    ],
    ['a routing number that fails its checksum', { routingNumber: '021000022' }, 'routingNumber is not a valid ABA'],
    ['a routing number without its leading 0', { routingNumber: '21000021' }, 'routingNumber is not a valid ABA'],
    ['a BIC of no country', { swiftCode: 'CHASXX33' }, 'swiftCode is not a valid BIC'],
    ['a BIC of another country', { swiftCode: 'DEUTDEFF' }, 'swiftCode is a BIC of another country'],
    ['a country in words', { bankCountry: 'United States' }, 'bankCountry must be the ISO code'],
    ['a holder without a name', { accountHolderName: '-' }, 'accountHolderName must hold a letter'],
    [
      'a holder with a hidden name',
      { accountHolderName: '\u202eanimA' },
      'accountHolderName must not hold the character U+202E',
    ],
    ['a bank of spaces', { bankName: '  ' }, 'bankName must not begin or end with white space'],
    [
      'a payee with a hidden name',
      { thirdPartyBeneficiary: { name: 'Layla\u200b' } },
      'thirdPartyBeneficiary.name must not hold the character U+200B',
    ],
    [
      'a payee with a wrong IBAN',
      { thirdPartyBeneficiary: { bank: { iban: 'GB00WEST12345698765432' } } },
      'thirdPartyBeneficiary.bank.iban is not a valid IBAN',
    ],
  ])('with %s is refused, and the field named', (_, over, problem) => {
    expect(problemsOf(toAccount(over), 'USD')[0]).toContain(`details.bankAccount.${problem}`);
  });
});

describe('the connector', () => {
  let server: LocalServer;
  let connector: OceafinConnector;

  beforeAll(async () => {
    server = await startLocalServer();
    connector = new OceafinConnector(configFor(server.origin));
  });
  afterAll(async () => {
    await connector.close();
    await server.close();
  });

  function request(details: JsonObject, asset: string): QuoteRequest {
    return {
      kind: 'withdrawal',
      partnerClientId: 'user_1',
      providerClientId: 'customer-1',
      asset,
      amount: '2.5',
      ref: 'wd-1',
      number: 1,
      details,
    };
  }

  async function errorOf(work: Promise<unknown>): Promise<ProviderError> {
    try {
      await work;
    } catch (error) {
      if (error instanceof ProviderError) return error;
      throw error;
    }
    throw new Error('it did not fail');
  }

  it.each([
    ['details.wallet.address', toWallet({ address: ETHEREUM_ADDRESS }), 'USDT'],
    ['details.wallet.network', toWallet(), 'BTC'],
    ['details.bankAccount.routingNumber', toAccount({ routingNumber: '021000022' }), 'USD'],
  ])('refuses a wrong %s once more, and sends nothing', async (field, details, asset) => {
    const wrong = request(details, asset);
    const terms = {
      quoteId: 'q-1',
      number: 1,
      gives: { asset, amount: '2.5' },
      receives: { asset, amount: '2.5' },
    };
    const before = server.received.length;
    const errors = [
      await errorOf(connector.orders.check({ ...wrong, provider: 'oceafin', fundingId: 'wd-1' })),
      await errorOf(connector.orders.quote(wrong)),
      await errorOf(connector.orders.submit({ ...wrong, terms })),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', outcome: 'not-applied', fields: [{ field }] });
    }
    expect(server.received).toHaveLength(before);
  });

  it('still finds what was sent to a destination that it would refuse now', async () => {
    server.answer = json(200, {
      withdrawalId: 'w-1',
      partnerReference: 'wd-1',
      asset: 'USDT',
      amount: '2.5',
      status: 'COMPLETED',
    });
    const found = await connector.orders.find({
      ref: 'wd-1',
      orderId: 'w-1',
      request: request(toWallet({ address: ETHEREUM_ADDRESS }), 'USDT'),
      answered: true,
      firstSentAt: '2026-01-01T00:00:00.000Z',
    });
    expect(found).toMatchObject([{ orderId: 'w-1', state: 'completed' }]);
  });

  it.each<[string, JsonObject, string, JsonObject]>([
    [
      'details.wallet.address',
      toWallet(),
      'USDT',
      { beneficiaryId: 'b-1', address: 'TKYT4hWZUSHQSBXKLsPvrPuYQV38RZpeCd' },
    ],
    ['details.wallet.network', toWallet(), 'USDT', { beneficiaryId: 'b-1', network: 'ETHEREUM' }],
    ['asset', toWallet(), 'USDT', { beneficiaryId: 'b-1', asset: 'USDC' }],
    ['details.bankAccount.accountNumber', toAccount(), 'USD', { bankAccountId: 'a-1', accountNumber: '***322' }],
    ['asset', toAccount(), 'USD', { bankAccountId: 'a-1', currency: 'EUR' }],
  ])('asks for no terms if %s is answered as another', async (field, details, asset, answer) => {
    server.answer = json(201, { status: 'ACTIVE', ...answer });
    const before = server.received.length;
    const error = await errorOf(connector.orders.quote(request(details, asset)));
    expect(error).toMatchObject({ code: 'CONTRACT_DRIFT', fields: [{ field, problem: 'is not what was asked for' }] });
    expect(server.received).toHaveLength(before + 1);
  });

  it('takes another spelling of its destination for what it is, and sends an IBAN in its electronic form', async () => {
    const beneficiary = {
      beneficiaryId: 'b-1',
      asset: 'BTC',
      network: 'bitcoin',
      address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    };
    const quote = { quoteId: 'q-1', asset: 'BTC', amount: '2.5', currency: 'EUR' };
    server.answer = (received, response) => {
      const answers = { ...beneficiary, ...quote, bankAccountId: 'a-1', accountNumber: 'DE89****3000' };
      const body = received.target.endsWith('capabilities')
        ? { routes: [{ currency: 'EUR', status: 'ACTIVE' }] }
        : { status: 'ACTIVE', ...answers };
      json(200, body)(received, response);
    };
    const address = 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4';
    const crypto = request(toWallet({ network: 'BTC', address }), 'BTC');
    expect(await connector.orders.quote(crypto)).toMatchObject({ quoteId: 'q-1' });
    const iban = { accountNumber: 'de89 3704 0044 0532 0130 00', bankCountry: 'DE', routingNumber: '37040044' };
    server.received.splice(0);
    expect(await connector.orders.quote(request(toAccount(iban), 'EUR'))).toMatchObject({ quoteId: 'q-1' });
    expect(server.received[0]?.body.toString()).toContain('"accountNumber":"DE89370400440532013000"');
  });
});
