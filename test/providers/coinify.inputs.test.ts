import { withdrawalDetails } from '../../providers/coinify/inputs';
import { coinify } from '../../providers/coinify';
import { movementDetailsProblems } from '../../inputs';
import { details } from './coinify-fixtures';

/** Addresses of published examples, none of anybody's. */
const OF_THEIR_NETWORK: readonly (readonly [currency: string, address: string])[] = [
  ['USDC', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6'],
  ['USDC', '0x8c58d12ce7219b6f53b1803d00b7021cb8e9a4c6'],
  ['ETH', '0x8C58D12CE7219B6F53B1803D00B7021CB8E9A4C6'],
  ['USDT', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6'],
  ['USDT', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'],
  ['TRX', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'],
  ['BTC', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['BTC', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'],
  ['BTC', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ['BTC', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['BTC', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
  ['BCH', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ['BCH', 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ['LTC', 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9'],
  ['DOGE', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'],
  ['DASH', 'XpESxaUmonkq8RaLLp46Brx2K39ggQe226'],
  ['XRP', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'],
  ['XLM', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ'],
  ['SOL', '7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv'],
];

const NOT_OF_ITS_NETWORK: readonly (readonly [what: string, currency: string, address: string])[] = [
  ['a Bitcoin address', 'USDC', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['a Tron address', 'USDC', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'],
  ['an Ethereum address', 'BTC', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6'],
  ['a wrong checksum in mixed case', 'USDC', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4C6'],
  ['one digit too few', 'USDC', '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c'],
  ['no 0x', 'USDC', '8c58d12ce7219b6f53b1803d00b7021cb8e9a4c6'],
  ['a mistyped Base58 address', 'BTC', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
  ['a mistyped bech32 address', 'BTC', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
  [
    'a witness of version 1 under the checksum of version 0',
    'BTC',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2wxqd',
  ],
  ['an address of the test network', 'BTC', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
  ['a Bitcoin address', 'BCH', '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu'],
  ['a Litecoin address', 'BTC', 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9'],
  ['nothing like it', 'XLM', 'hello'],
  ['a Bitcoin address, which has the checksum of Tron', 'TRX', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['a Bitcoin address', 'USDT', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
];

/** What the edges say of a withdrawal's details. */
function problemsOf(given: unknown): readonly string[] {
  return movementDetailsProblems(coinify.inputs, 'withdrawal', { details: given }).map(
    ({ field, problem }) => `${field} ${problem}`,
  );
}

describe('an address', () => {
  it.each(OF_THEIR_NETWORK)('of %s is taken: %s', (currency, address) => {
    expect(problemsOf(details({ finalCurrency: currency, address }))).toEqual([]);
  });

  it.each(NOT_OF_ITS_NETWORK)('that is %s is refused for %s', (_, currency, address) => {
    expect(problemsOf(details({ finalCurrency: currency, address }))).toEqual([
      expect.stringContaining('details.address is not an address of'),
    ]);
  });

  it('of a currency that is not known is held to its characters', () => {
    const ofUnknown = (address: string): readonly string[] => problemsOf(details({ finalCurrency: 'XYZ', address }));
    expect(ofUnknown('xyz1anything')).toEqual([]);
    expect(ofUnknown(' xyz1anything')).toEqual(['details.address must not begin or end with white space']);
    expect(ofUnknown('xyz1anything\u200b')).toEqual([expect.stringContaining('nobody sees (U+200B)')]);
    expect(ofUnknown('xyz1 anything')).toEqual([expect.stringContaining('without spaces')]);
  });

  it('that nobody has is refused', () => {
    expect(problemsOf(details({ address: '0x0000000000000000000000000000000000000000' }))).toEqual([
      'details.address is an address that nobody holds the key of: what is sent there is lost',
    ]);
    expect(problemsOf(details({ address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' }))).toEqual([
      expect.stringContaining('details.address is the contract of a token on ethereum'),
    ]);
  });
});

describe('details of a withdrawal', () => {
  it('are demanded', () => {
    expect(problemsOf(undefined)).toEqual([
      'details.finalCurrency is required',
      'details.address is required',
      'details.customerEmail is required',
    ]);
  });

  it('may hold a tag only if the network has tags', () => {
    const xrp = { finalCurrency: 'XRP', address: 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh' };
    expect(problemsOf(details({ ...xrp, addressTag: '12345' }))).toEqual([]);
    expect(problemsOf(details({ ...xrp, addressTag: 'memo' }))).toEqual([
      'details.addressTag is not a tag as addresses of ripple have',
    ]);
    expect(problemsOf(details({ addressTag: '12345' }))).toEqual([
      'details.addressTag must be left out: addresses of ethereum have none',
    ]);
  });

  it('may hold a context of 50 keys of text, and not of 51', () => {
    const keys = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'value']));
    expect(problemsOf(details({ context: keys(50) }))).toEqual([]);
    expect(problemsOf(details({ context: keys(51) }))).toEqual(['details.context must have at most 50 keys']);
    expect(problemsOf({ ...details(), context: { shop: 5 } })).toEqual(['details.context.shop must be a string']);
  });

  it('hold nothing that is not known, and repeat no value in what they say', () => {
    const problems = problemsOf({ ...details(), customerEmail: 'ada at example', iban: 'DE00' });
    expect(problems).toEqual(['details.customerEmail must be a mail address', 'details.iban is not a known field']);
  });

  it('are read as they are', () => {
    const whole = details({ memo: 'payout 1', context: { shopId: '12345' }, subaccountId: 'fcfc4042-6051' });
    expect(withdrawalDetails.parse(whole)).toEqual(whole);
  });

  it('of a deposit are refused: there is none', () => {
    const refused = movementDetailsProblems(coinify.inputs, 'deposit', { details: {} });
    expect(refused).toEqual([{ field: 'details', problem: 'must be left out: this provider takes none' }]);
  });
});
