import fc from 'fast-check';
import {
  encodeBchAddress,
  encodeBtcAddress,
  encodeEthAddress,
  encodeLtcAddress,
  encodeTrxAddress,
  encodeXlmAddress,
  encodeXrpAddress,
} from '@ensdomains/address-encoder/coders';
import {
  accountNumberProblem,
  addressProblem,
  bankCountryProblem,
  bicProblem,
  canonicalAccountNumber,
  canonicalAddress,
  isSameAccountNumber,
  isSameAddress,
  isSameTag,
  payeeDataProblems,
  payeeTextProblem,
  routingNumberProblem,
  tagProblem,
  type NetworkName,
} from '../../providers/destinations';
import { networkNames, networkOf } from '../../providers/destinations/networks';

/** Addresses of published examples, none of anybody's. */
const ADDRESSES: readonly (readonly [network: NetworkName, canonical: string, others: readonly string[]])[] = [
  [
    'ethereum',
    '0x8c58D12ce7219B6F53B1803d00b7021CB8e9A4c6',
    ['0x8c58d12ce7219b6f53b1803d00b7021cb8e9a4c6', '0x8C58D12CE7219B6F53B1803D00B7021CB8E9A4C6'],
  ],
  ['tron', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8', []],
  ['bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', []],
  ['bitcoin', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', []],
  ['bitcoin', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4']],
  ['bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', []],
  [
    'bitcoin-cash',
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    [
      'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
      'QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A',
      'BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A',
    ],
  ],
  ['litecoin', 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9', ['LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9']],
  ['dogecoin', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L', []],
  ['dash', 'XpESxaUmonkq8RaLLp46Brx2K39ggQe226', []],
  ['ripple', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh', []],
  ['stellar', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ', []],
  ['solana', '7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv', []],
];

const problemOf = (network: NetworkName, address: string): string | undefined =>
  addressProblem([network], address, 'refuse');

describe('an address of its network', () => {
  const spellings = ADDRESSES.flatMap(([network, canonical, others]) =>
    [canonical, ...others].map((spelling) => [network, spelling, canonical] as const),
  );

  it.each(spellings)('%s: %s is taken, and is %s', (network, spelling, canonical) => {
    expect(problemOf(network, spelling)).toBeUndefined();
    expect(canonicalAddress(network, spelling)).toBe(canonical);
    expect(isSameAddress([network], spelling, canonical)).toBe(true);
    expect(isSameAddress(undefined, spelling, canonical)).toBe(true);
  });

  it('is no other address', () => {
    for (const [network, canonical] of ADDRESSES) {
      for (const [, other] of ADDRESSES) expect(isSameAddress([network], canonical, other)).toBe(canonical === other);
    }
  });

  it('is refused by each network of another format, which says whose it is', () => {
    expect(problemOf('tron', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBe(
      'is not an address of tron: it is one of ethereum',
    );
    for (const [network, canonical] of ADDRESSES) {
      for (const [other] of ADDRESSES) {
        if (other !== network) expect(problemOf(other, canonical)).toMatch(/^is (not an address|no public key)/);
      }
    }
  });
});

/** Every other way to write an address that differs in one of its characters. */
function oneChanged(address: string, alphabet: string): readonly string[] {
  return [...address].flatMap((was, at) =>
    [...alphabet].flatMap((is) => (is === was ? [] : [`${address.slice(0, at)}${is}${address.slice(at + 1)}`])),
  );
}

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('a checksum', () => {
  const proven = ADDRESSES.filter(([network]) => network !== 'solana');

  it.each(proven)('of %s proves each character of %s', (network, canonical) => {
    const taken = oneChanged(canonical, ALPHANUMERIC).filter(
      (address) => canonicalAddress(network, address) !== undefined,
    );
    expect(taken).toEqual([]);
  });

  const hashOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const script = hashOf(20).map((hash) => Uint8Array.from([0x76, 0xa9, 0x14, ...hash, 0x88, 0xac]));
  const witness = fc.oneof(hashOf(20), hashOf(32)).map((hash) => Uint8Array.from([0, hash.length, ...hash]));
  const taproot = hashOf(32).map((key) => Uint8Array.from([0x51, 32, ...key]));
  const anyAddress: fc.Arbitrary<readonly [NetworkName, string]> = fc.oneof(
    fc.oneof(script, witness, taproot).map((bytes) => ['bitcoin', encodeBtcAddress(bytes)] as const),
    fc.oneof(script, witness, taproot).map((bytes) => ['litecoin', encodeLtcAddress(bytes)] as const),
    script.map((bytes) => ['bitcoin-cash', encodeBchAddress(bytes)] as const),
    hashOf(20).map((hash) => ['tron', encodeTrxAddress(Uint8Array.from([0x41, ...hash]))] as const),
    hashOf(20).map((hash) => ['ripple', encodeXrpAddress(Uint8Array.from([0, ...hash]))] as const),
    hashOf(32).map((key) => ['stellar', encodeXlmAddress(key)] as const),
  );

  it('proves any address: with one character changed it is refused', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(), fc.constantFrom(...ALPHANUMERIC), ([network, address], place, character) => {
        const at = place % address.length;
        fc.pre(address[at] !== character);
        const changed = `${address.slice(0, at)}${character}${address.slice(at + 1)}`;
        expect(canonicalAddress(network, address)).toBe(address);
        expect(problemOf(network, changed)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it('is written once: the canonical form of a canonical form is itself', () => {
    const ethereum = hashOf(20).map((hash) => ['ethereum', encodeEthAddress(hash)] as const);
    const lettersOf = fc.constantFrom(
      (address: string) => address,
      (address: string) => address.toLowerCase(),
      (address: string) => address.toUpperCase().replace('0X', '0x'),
    );
    fc.assert(
      fc.property(fc.oneof(anyAddress, ethereum), lettersOf, ([network, address], inLetters) => {
        const canonical = canonicalAddress(network, inLetters(address));
        fc.pre(canonical !== undefined);
        expect(canonical).toBe(address);
        expect(canonicalAddress(network, address)).toBe(address);
      }),
    );
  });
});

describe('what no wallet is', () => {
  it.each<[string, NetworkName, string]>([
    ['a Bitcoin address, which has the checksum of Tron', 'tron', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['a private key', 'tron', '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'],
    ['a private key', 'bitcoin', '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'],
    ['a secret seed', 'ripple', 'sn3nxiW7v8KXzPzAqzyHXbSSKNuN9'],
    ['a secret seed', 'stellar', 'SBCVMMCBEDB64TVJZFYJOJAERZC4YVVUOE6SYR2Y76CBTENGUSGWRRVO'],
    ['an address of a test network', 'bitcoin', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    ['an address of a test network', 'bitcoin', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
    ['an address of a test network', 'bitcoin-cash', 'bchtest:qpm2qsznhks23z7629mms6s4cwef74vcwvqcw003ap'],
    ['a witness of a version that anybody can spend', 'bitcoin', 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs'],
    ['small letters where there are none', 'stellar', 'ga7qynf7sowq3glr2bgmzehxavirza4kvwltjjfc7mgxua74p7ujvsgz'],
  ])('%s: %s does not take it', (_, network, address) => {
    expect(problemOf(network, address)).toContain(`is not an address of ${network}`);
  });

  it.each<[NetworkName, string]>([
    ['ethereum', '0x0000000000000000000000000000000000000000'],
    ['ethereum', '0x0000000000000000000000000000000000000001'],
    ['ethereum', '0x000000000000000000000000000000000000dEaD'],
    ['ethereum', '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE'],
    ['polygon', '0x0000000000000000000000000000000000000000'],
    ['tron', 'T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb'],
    ['bitcoin', '1111111111111111111114oLvT2'],
    ['ripple', 'rrrrrrrrrrrrrrrrrrrrrhoLvTp'],
    ['ripple', 'rrrrrrrrrrrrrrrrrrrrBZbvji'],
    ['stellar', 'GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF'],
    ['solana', '11111111111111111111111111111111'],
  ])('%s: nobody holds the key of %s', (network, address) => {
    expect(problemOf(network, address)).toContain('nobody holds the key');
  });

  const contracts = networkNames().flatMap((network) =>
    (networkOf(network).tokenContracts ?? []).map((contract) => [network, contract] as const),
  );

  it.each(contracts)('%s: the contract %s, in any spelling', (network, contract) => {
    expect(canonicalAddress(network, contract)).toBe(contract);
    expect(problemOf(network, contract)).toContain('is the contract of a token');
    if (contract.startsWith('0x')) expect(problemOf(network, contract.toLowerCase())).toContain('is the contract');
  });

  it('solana: the account of a program', () => {
    // The token account of a wallet: it is made so that it lies off the curve.
    const [off] = oneChanged('7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv', '123456789').filter((address) =>
      problemOf('solana', address)?.startsWith('is no public key'),
    );
    expect(off).toBeDefined();
  });
});

const ZERO_WIDTH = '\u200b';
const UNREADABLE: readonly (readonly [what: string, dirty: (clean: string) => string, problem: string])[] = [
  ['a trailing zero-width space', (clean) => `${clean}${ZERO_WIDTH}`, 'U+200B'],
  ['a zero-width joiner inside', (clean) => `${clean.slice(0, 3)}\u200d${clean.slice(3)}`, 'U+200D'],
  ['a byte order mark', (clean) => `\ufeff${clean}`, 'U+FEFF'],
  ['a right-to-left override', (clean) => `\u202e${clean}`, 'U+202E'],
  ['a right-to-left mark', (clean) => `${clean}\u200f`, 'U+200F'],
  ['an isolate', (clean) => `\u2066${clean}\u2069`, 'U+2066'],
  ['a soft hyphen', (clean) => `${clean.slice(0, 3)}\u00ad${clean.slice(3)}`, 'U+00AD'],
  ['a Hangul filler', (clean) => `${clean}\u3164`, 'U+3164'],
  ['a NUL', (clean) => `${clean}\u0000`, 'control characters'],
  ['a line end', (clean) => `${clean}\n`, 'control characters'],
  ['a leading space', (clean) => ` ${clean}`, 'white space'],
  ['a trailing space', (clean) => `${clean} `, 'white space'],
  ['a trailing no-break space', (clean) => `${clean}\u00a0`, 'white space'],
  ['only spaces', () => '   ', 'blank'],
  ['nothing', () => '', 'blank'],
  ['a character that was lost', (clean) => `${clean}\ufffd`, 'UTF-8'],
];

describe('characters', () => {
  it.each(UNREADABLE)('%s is refused everywhere', (_, dirty, problem) => {
    const told = {
      address: problemOf('tron', dirty('TJRabPrwbZy45sbavfcjinPJC18kjpRTv8')),
      ofNoKnownNetwork: addressProblem(undefined, dirty('abc1anything'), 'strict-characters'),
      tag: tagProblem(['stellar'], dirty('memo')),
      tagOfNoKnownNetwork: tagProblem(undefined, dirty('memo')),
      account: accountNumberProblem(dirty('000987654321'), 'US'),
      iban: accountNumberProblem(dirty('GB82WEST12345698765432'), 'GB'),
      bic: bicProblem(dirty('DEUTDEFF'), 'DE'),
      routing: routingNumberProblem(dirty('021000021'), 'US'),
      name: payeeTextProblem(dirty('Amina Specimen')),
    };
    for (const [where, said] of Object.entries(told)) expect(`${where} ${said}`).toContain(problem);
  });

  it.each(['1.23457E+11', '1.23457e+11', '1,23457E+11', '1E+11', '9.87654E11', '2.1E+07'])(
    '%s is no number: a spreadsheet took its digits',
    (number) => {
      expect(accountNumberProblem(number, 'US')).toContain('format the column as text');
      expect(routingNumberProblem(number, 'US')).toContain('format the column as text');
      expect(tagProblem(['stellar'], number)).toContain('format the column as text');
      expect(addressProblem(undefined, number, 'strict-characters')).toContain('format the column as text');
    },
  );

  it.each([
    "O'Brien",
    'O’Brien',
    'Prince',
    'José',
    'A',
    '张伟',
    'أمينة',
    'علی\u200cرضا',
    'क्\u200dष',
    'Straße 7',
    '3M',
    'Müller & Söhne GmbH',
  ])('%s is a name', (name) => {
    expect(payeeTextProblem(name)).toBeUndefined();
  });

  it.each(['-', '😀', '...', 'Ami\u200cna', '\u200cعلی'])('%j is none', (name) => {
    expect(payeeTextProblem(name)).toBeDefined();
  });

  it('of what is told of a payee are seen wherever they stand, by the path', () => {
    const told = {
      name: 'Amina\u200b',
      address: { lines: ['1 Example Street', ' '], unit: '', floor: 3, last: null },
      iban: 'GB00WEST12345698765432',
      swift_code: 'DEUTXXFF',
      accountNumber: '1.23457E+11',
      constructor: 'no field of ours',
    };
    expect(payeeDataProblems(told).map(({ path }) => path.join('.'))).toEqual([
      'name',
      'address.lines.1',
      'iban',
      'swift_code',
      'accountNumber',
    ]);
  });
});

describe('an address of a network that is not known', () => {
  it('is taken if its characters are plain, or refused, as the assumption says', () => {
    expect(addressProblem(undefined, 'xyz1anything', 'strict-characters')).toBeUndefined();
    expect(addressProblem(undefined, 'xyz1 anything', 'strict-characters')).toContain('without spaces');
    expect(addressProblem(undefined, 'адрес', 'strict-characters')).toContain('from A to Z');
    expect(addressProblem(undefined, 'xyz1anything', 'refuse')).toBe('cannot be checked: its network is not known');
  });

  it('is the same only if it is equal, or one of some known network', () => {
    expect(isSameAddress(undefined, 'xyz1anything', 'xyz1anything')).toBe(true);
    expect(isSameAddress(undefined, 'xyz1anything', 'XYZ1ANYTHING')).toBe(false);
  });
});

describe('a tag', () => {
  it.each([
    ['ripple', '0', undefined],
    ['ripple', '4294967295', undefined],
    ['ripple', '4294967296', 'is not a tag'],
    ['ripple', 'memo', 'is not a tag'],
    ['stellar', 'any memo', undefined],
    ['stellar', 'm'.repeat(29), 'is not a tag'],
    ['ethereum', '1', 'must be left out'],
  ] as const)('of %s: %s', (network, tag, problem) => {
    const said = tagProblem([network], tag);
    if (problem === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(problem);
  });

  it('of numbers is one number, however it is written; a memo is its text', () => {
    expect(isSameTag(['ripple'], '0042', '42')).toBe(true);
    expect(isSameTag(['ripple'], '42', '43')).toBe(false);
    expect(isSameTag(['ripple'], undefined, '0')).toBe(false);
    expect(isSameTag(['ripple'], undefined, '')).toBe(true);
    expect(isSameTag(['stellar'], '0042', '42')).toBe(false);
    expect(isSameTag(undefined, '0042', '42')).toBe(false);
  });
});

describe('a bank account', () => {
  it.each([
    ['a number', '000987654321', 'US'],
    ['a number with separators', '123-456 789', 'AU'],
    ['a number beside IBANs', '12345678', 'GB'],
    ['letters where no IBANs are', 'AB12345', 'SG'],
    ['what is like an IBAN of no country', 'QQ12345678901234', 'SG'],
    ['an IBAN', 'GB82WEST12345698765432', 'GB'],
    ['an IBAN as it is printed', 'GB82 WEST 1234 5698 7654 32', 'GB'],
    ['an IBAN in small letters', 'de89370400440532013000', 'DE'],
    ['an IBAN of a territory', 'GB82WEST12345698765432', 'JE'],
    ['an IBAN with letters', 'BR1500000000000010932840814P2', 'BR'],
  ])('%s is taken', (_, number, country) => {
    expect(accountNumberProblem(number, country)).toBeUndefined();
  });

  it.each([
    ['check digits of 00', 'GB00WEST12345698765432', 'GB', 'not a valid IBAN'],
    ['wrong check digits', 'GB83WEST12345698765432', 'GB', 'not a valid IBAN'],
    ['one character too few', 'DE8937040044053201300', 'DE', 'not a valid IBAN'],
    ['a wrong country', 'XX82WEST12345698765432', 'GB', 'not a valid IBAN'],
    ['a mistyped country', 'G882WEST12345698765432', 'GB', 'not a valid IBAN'],
    ['a wrong national check digit', 'ES9021000418450200051333', 'ES', 'not a valid IBAN'],
    ['an IBAN of another country', 'DE89370400440532013000', 'GB', 'another country'],
    ['an IBAN where there are none', 'DE89370400440532013000', 'US', 'another country'],
    ['a broken IBAN where there are none', 'DE00370400440532013000', 'US', 'not a valid IBAN'],
    ['only zeros', '0000000000', 'US', 'other than 0'],
    ['no digit', 'NONE', 'US', 'other than 0'],
    ['a formula', '=1+1', 'US', 'letters from A to Z'],
    ['digits of another script', '١٢٣٤٥٦٧٨', 'US', 'letters from A to Z'],
    ['full-width digits', '１２３４５６', 'US', 'letters from A to Z'],
    ['35 digits', '1'.repeat(35), 'US', 'at most 34'],
  ])('%s is refused', (_, number, country, problem) => {
    expect(accountNumberProblem(number, country)).toContain(problem);
  });

  it('an IBAN proves each of its characters', () => {
    const taken = oneChanged('DE89370400440532013000', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ').filter(
      (iban) => accountNumberProblem(iban, 'DE') === undefined,
    );
    expect(taken).toEqual([]);
  });

  it.each(['us', 'USA', 'ZZ', '', 'constructor', 'United States'])('%j is no country', (country) => {
    expect(bankCountryProblem(country)).toContain('ISO code');
  });

  it('a BIC is one, of its country, and not for tests', () => {
    expect(bicProblem('DEUTDEFF', 'DE')).toBeUndefined();
    expect(bicProblem('DEUTDEFF500', 'DE')).toBeUndefined();
    expect(bicProblem('DEUTDEF', 'DE')).toContain('not a valid BIC');
    expect(bicProblem('DEUTXXFF', 'DE')).toContain('not a valid BIC');
    expect(bicProblem('DEUTDEFF', 'FR')).toContain('another country');
    expect(bicProblem('DEUTDEF0', 'DE')).toContain('for tests');
  });

  it('a routing number of the US proves itself', () => {
    expect(routingNumberProblem('021000021', 'US')).toBeUndefined();
    const taken = oneChanged('021000021', '0123456789').filter((one) => routingNumberProblem(one, 'US') === undefined);
    expect(taken).toEqual([]);
    expect(routingNumberProblem('21000021', 'US')).toContain('drops a leading 0');
    expect(routingNumberProblem('000000000', 'US')).toContain('other than 0');
    expect(routingNumberProblem('20-00-00', 'GB')).toBeUndefined();
  });

  it('is one in any spelling, and behind a mask if what is shown agrees', () => {
    expect(canonicalAccountNumber('gb82 west 1234 5698 7654 32')).toBe('GB82WEST12345698765432');
    expect(canonicalAccountNumber('123-456 789')).toBe('123-456 789');
    for (const shown of [
      'GB82WEST12345698765432',
      'GB82 WEST 1234 5698 7654 32',
      '***432',
      'GB82…5432',
      'xxxx5432',
      '****',
    ]) {
      expect(isSameAccountNumber('GB82 WEST 1234 5698 7654 32', shown)).toBe(true);
    }
    for (const shown of ['GB82WEST12345698765433', '***433', 'DE82…5432', '5432']) {
      expect(isSameAccountNumber('GB82WEST12345698765432', shown)).toBe(false);
    }
  });
});
