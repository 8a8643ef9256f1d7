import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { multipartBody } from '../../providers/http/body';
import { CANDIDATE_LAYOUTS, DEFAULT_LAYOUT, type SigningLayout } from '../../providers/coinmena/layout';
import {
  assertSignersAgree,
  canonicalString,
  PartnerKey,
  signedHeaders,
  UnreadableKey,
  type SignedParts,
} from '../../providers/coinmena/signing';

const RFC_8032 = [
  {
    name: 'TEST 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    name: 'TEST 3',
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    name: 'TEST SHA(abc)',
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    publicKey: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
] as const;

describe.each(RFC_8032)('RFC 8032 $name', ({ seed, publicKey, message, signature }) => {
  const key = PartnerKey.parse(seed);
  const bytes = Buffer.from(message, 'hex');

  test('the reference makes the signature', () => {
    expect(key.signWithReference(bytes).toString('hex')).toBe(signature);
  });

  test('the hot path makes the signature', () => {
    expect(key.sign(bytes).toString('hex')).toBe(signature);
  });

  test('the public key is the one of the seed', () => {
    expect(Buffer.from(key.publicKey, 'base64').toString('hex')).toBe(publicKey);
  });
});

/** The vectors of docs/providers/coinmena.md section 2.3, with the key of RFC 8032 TEST 1. */
const key = PartnerKey.parse(RFC_8032[0].seed);
const V1 = { timestamp: '1737654324000', method: 'GET', target: '/v1/partner/clients/user_12345/' };
const V2 = {
  timestamp: '1737654325000',
  method: 'POST',
  target: '/v1/partner/deposits',
  body: {
    bytes: Buffer.from(
      '{"partner_client_id":"user_12345","asset_id":"USD","amount":"1000.00","partner_order_ref":"deposit-abc-123"}',
    ),
    multipart: false,
  },
};
const V3 = {
  timestamp: '1737654326000',
  method: 'GET',
  target: '/v1/partner/balances?partner_client_id=user_12345',
};
const V4_BODY = multipartBody(
  [
    { name: 'type', value: 'government_id' },
    { name: 'front_file', filename: 'id.pdf', contentType: 'application/pdf', content: Buffer.from('PDFDATA') },
  ],
  'BOUNDARY123',
);
const V4 = {
  timestamp: '1737654327000',
  method: 'POST',
  target: '/v1/partner/clients/user_12345/documents',
  body: V4_BODY,
};

const VECTORS: readonly (readonly [string, SignedParts, Partial<SigningLayout>, string])[] = [
  ['V1, line feed', V1, {}, 'JtJW3b3C1x4lFfi0iTOLh24//fxY8wMg6qGWhQC7PMZThKxG3NamlDJJbjwsV/ZWZWNDXyBcQg7DC0RxBgRgAQ=='],
  [
    'V1, no separator',
    V1,
    { separator: '' },
    'gebkHfV7rnmltd0LWlHPZAzAjcgKEnqPZB42MDqRzPEFg3FHtt6zW9JnCdHbEMVu6O50utWZt2ehTEJvj8h3DA==',
  ],
  [
    'V1, bar',
    V1,
    { separator: '|' },
    'kqmfSnVIxjL0Ct7mXQra3HlaWg4Wv4tRlBVghvBQ4+WbTXgWFGs61fghmpycjPLLpwu2t11tfBu2RgGCQHDNBQ==',
  ],
  ['V2, line feed', V2, {}, 'XJGuyTrsvCVpTXDatAHWrrFKICVE71CsVXF5qJuWn8hhrvXiCDub+g8x1j4//yyxJwetFV/a8kzCSa+Oh2McBA=='],
  [
    'V2, no separator',
    V2,
    { separator: '' },
    'kP9HMwDXNwnXZWB5SjFwAzmIaWHj9LhxzcSEBHJrp5xokujCvFOFAxO81P13M+/p/7G7hXQ0fPDdfeOZ2z/3CQ==',
  ],
  [
    'V2, bar',
    V2,
    { separator: '|' },
    'jsfJdTSS8RU2l9hGLKF2GHYk6Y0/X18pG3wD3twdO7GF0wOFFKA0lpgYRblyrGN8SrQjaBC+tTuAfbwRs5BwAQ==',
  ],
  [
    'V3, query left out',
    V3,
    {},
    'T7S667Rch76apqGQ3E4ADOXa7ru3AhQXP/1sXqBr7FLAB88b7Bhj4YPsmheTVtt9zBQYtyAVjOBe6JOmbQL6Bw==',
  ],
  [
    'V3, query kept',
    V3,
    { includeQuery: true },
    '8QRhXVJkkp2ebT2SWQr150i6IY2n9VP4mP4tcnpIUbMqBxPkPNaHU36atq6daJYxmP0TwJdxXDZ2lGzZzR0YAA==',
  ],
  ['V4, multipart', V4, {}, 'obOFG1WZPtuH5OQQO5kNaENs5BoiM/CpZjCrJZxkkbK1aRGaK54YWtcS9XBbLNUBQNGoJGB+jQqv3ZbuvqVqCw=='],
];

describe('the vectors of the provider reference', () => {
  test.each(VECTORS)('%s', (_, parts, layout, signature) => {
    const message = Buffer.from(canonicalString(parts, { ...DEFAULT_LAYOUT, ...layout }));
    expect(key.sign(message).toString('base64')).toBe(signature);
    expect(key.signWithReference(message).toString('base64')).toBe(signature);
  });

  test('V4 has the bytes that the reference counts', () => {
    expect(V4_BODY.bytes).toHaveLength(221);
    expect(V4_BODY.contentType).toBe('multipart/form-data; boundary=BOUNDARY123');
  });

  test('a timestamp is a whole number of milliseconds', () => {
    const now = () => 1737654325000.75;
    const options = { partnerId: 'p', key, layout: DEFAULT_LAYOUT, clockOffsetMs: 0, now };
    expect(signedHeaders(V1, options)['X-Timestamp']).toBe('1737654325000');
  });

  test('the headers of V1 come from a clock set back', () => {
    const now = () => 1737654325000;
    const headers = signedHeaders(V1, { partnerId: 'p', key, layout: DEFAULT_LAYOUT, clockOffsetMs: 1000, now });
    expect(headers).toEqual({
      'X-Partner-ID': 'p',
      'X-Timestamp': '1737654324000',
      'X-Signature': 'JtJW3b3C1x4lFfi0iTOLh24//fxY8wMg6qGWhQC7PMZThKxG3NamlDJJbjwsV/ZWZWNDXyBcQg7DC0RxBgRgAQ==',
    });
  });
});

describe('layouts', () => {
  const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

  test('an empty body is its hash, in hex or Base64, or nothing', () => {
    expect(canonicalString(V1, DEFAULT_LAYOUT).endsWith(`\n${EMPTY_HASH}`)).toBe(true);
    expect(canonicalString(V1, { ...DEFAULT_LAYOUT, hashEncoding: 'base64' })).toContain(
      Buffer.from(EMPTY_HASH, 'hex').toString('base64'),
    );
    expect(canonicalString(V1, { ...DEFAULT_LAYOUT, emptyBody: 'empty' }).endsWith('/\n')).toBe(true);
  });

  test('a body that there is keeps its hash where an empty one has none', () => {
    const layout = { ...DEFAULT_LAYOUT, emptyBody: 'empty' } as const;
    expect(canonicalString(V2, layout)).toBe(canonicalString(V2, DEFAULT_LAYOUT));
    const none = { bytes: Buffer.alloc(0), multipart: false };
    expect(canonicalString({ ...V2, body: none }, layout).endsWith('\n')).toBe(true);
  });

  test('only a multipart body is signed as though it were none', () => {
    const layout = { ...DEFAULT_LAYOUT, multipartBody: 'empty' } as const;
    expect(canonicalString(V2, layout)).toBe(canonicalString(V2, DEFAULT_LAYOUT));
  });

  test('the method is signed in upper case, and all of a target that has no query', () => {
    expect(canonicalString({ ...V1, method: 'get' }, DEFAULT_LAYOUT)).toBe(canonicalString(V1, DEFAULT_LAYOUT));
    const parts = { ...V1, target: '/v1/partner/orders?a=1?b=2' };
    expect(canonicalString(parts, DEFAULT_LAYOUT)).toContain('\n/v1/partner/orders\n');
  });

  test('a multipart body may be signed as though it were none', () => {
    expect(canonicalString(V4, { ...DEFAULT_LAYOUT, multipartBody: 'empty' })).toContain(EMPTY_HASH);
  });

  test('the candidates differ from each other, and the default is the first', () => {
    const strings = CANDIDATE_LAYOUTS.map((layout) => canonicalString(V1, layout));
    expect(new Set(strings).size).toBe(CANDIDATE_LAYOUTS.length);
    expect(CANDIDATE_LAYOUTS[0]).toEqual(DEFAULT_LAYOUT);
  });
});

describe('both implementations', () => {
  test('sign every message with the same bytes, and Node verifies them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 300 }), (seed, bytes) => {
        const any = PartnerKey.parse(Buffer.from(seed).toString('base64'));
        const message = Buffer.from(bytes);
        const signature = any.sign(message);
        const x = Buffer.from(any.publicKey, 'base64').toString('base64url');
        const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
        expect(any.signWithReference(message).equals(signature)).toBe(true);
        expect(verify(null, message, publicKey, signature)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('pass the check at start', () => {
    expect(() => assertSignersAgree(key)).not.toThrow();
  });

  test.each(['', 'gangway'])('fail it if one of them signs only %j otherwise', (text) => {
    const other = PartnerKey.parse(RFC_8032[1].seed);
    const broken = {
      sign: (message: Buffer) => (message.equals(Buffer.from(text)) ? other : key).sign(message),
      signWithReference: (message: Buffer) => key.signWithReference(message),
    };
    expect(() => assertSignersAgree(broken)).toThrow(
      'The two Ed25519 implementations disagree; nothing can be signed.',
    );
  });

  test('fail it if one of them signs otherwise', () => {
    const other = PartnerKey.parse(RFC_8032[1].seed);
    const broken = {
      sign: (message: Buffer) => other.sign(message),
      signWithReference: (message: Buffer) => key.signWithReference(message),
    };
    expect(() => assertSignersAgree(broken)).toThrow('disagree');
  });
});

describe('private keys', () => {
  const seed = Buffer.from(RFC_8032[0].seed, 'hex');
  const pem =
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n';

  test.each([
    ['PEM', pem],
    ['PEM with written line ends', pem.replace(/\n/g, '\\n')],
    ['hex', seed.toString('hex')],
    ['upper-case hex', seed.toString('hex').toUpperCase()],
    ['Base64', ` ${seed.toString('base64')}\n`],
  ])('are read from %s', (_, text) => {
    expect(PartnerKey.parse(text).publicKey).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const x25519 = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const locked = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });

  const NO_FORM = 'must be an Ed25519 private key: PKCS#8 PEM, or the 32-byte seed in Base64 or hex';
  const NO_PEM = 'is not a private key in PKCS#8 PEM';
  const OTHER_KIND = 'must be an Ed25519 key';

  test.each([
    ['nothing', '', NO_FORM],
    ['a word', 'hunter2', NO_FORM],
    ['a short seed', seed.subarray(1).toString('hex'), NO_FORM],
    ['a seed with more behind it', `${seed.toString('hex')}0`, NO_FORM],
    ['a seed with more before it', `0${seed.toString('hex')}`, NO_FORM],
    ['Base64 with more behind it', `${seed.toString('base64')}A`, NO_FORM],
    ['Base64 with more before it', `A${seed.toString('base64')}`, NO_FORM],
    ['a PEM with something before it', `x${pem}`, NO_FORM],
    ['an RSA key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), OTHER_KIND],
    ['an X25519 key', x25519.toString(), OTHER_KIND],
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), NO_PEM],
    ['an encrypted key', locked.toString(), 'must not be encrypted'],
    ['broken PEM', '-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----', NO_PEM],
  ])('are not read from %s, and the error repeats nothing', (_, text, problem) => {
    const parse = () => PartnerKey.parse(text);
    expect(parse).toThrow(new UnreadableKey(problem));
    expect(parse).toThrow(UnreadableKey);
  });

  test('are refused by an error of a name of its own', () => {
    expect(new UnreadableKey('x').name).toBe('UnreadableKey');
  });

  test('are not to be seen', () => {
    const shown = `${JSON.stringify(key)} ${inspect(key, { depth: 9, showHidden: true })}`;
    expect(shown).not.toContain(RFC_8032[0].seed);
    expect(shown).not.toContain('157, 97, 177');
  });
});
