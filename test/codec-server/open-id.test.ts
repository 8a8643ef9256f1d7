import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { RunningCodecServer } from '../../client/codec-server/serve';
import { newToken } from '../../client/gateway/tokens';
import { AUDIENCE, goodClaims, ISSUER, Provider, seconds } from './identity-provider';
import { ask, codeOf, CodecBook, payloadsOf, valueOf } from './opened';

let book: CodecBook;
let provider: Provider;
let server: RunningCodecServer;
const opaque = newToken('ops-1', ['decode']);

function settings(but: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    GANGWAY_CODEC_OIDC_ISSUER: ISSUER,
    GANGWAY_CODEC_OIDC_AUDIENCE: AUDIENCE,
    GANGWAY_CODEC_OIDC_JWKS_URL: provider.url,
    GANGWAY_CODEC_OIDC_ROLES: 'codec, oceafin:desk:providers=oceafin, acme:clients=acme-*',
    GANGWAY_CODEC_TOKENS: opaque.entry,
    ...but,
  };
}

beforeAll(async () => {
  book = await CodecBook.open();
  provider = await Provider.start();
  server = await book.serve(settings());
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
  await book.close();
});

const client = 'onboarding/coinmena/acme-1';

async function reads(token: string, of = server): Promise<unknown> {
  const payloads = [await book.encrypted(client, 'secret')];
  const answer = await ask(of, { payloads }, { token });
  return answer.status === 200 ? (await payloadsOf(answer)).map(valueOf)[0] : await codeOf(answer);
}

test('a token that the provider signed reads what its roles allow, under its subject', async () => {
  expect(await reads(await provider.token())).toBe('secret');
  expect((await book.decodes()).at(-1)).toMatchObject({ reader: 'oidc:user-42', workflows: [client], decoded: 1 });
  expect(await reads(await provider.token({ roles: ['acme'] }))).toBe('secret');
  expect(await reads(await provider.token({ roles: ['oceafin:desk'] }))).toBe('refused: NOT_YOURS');
  // What one role lacks another gives.
  expect(await reads(await provider.token({ roles: ['oceafin:desk', 'acme', 'unheard-of'] }))).toBe('secret');
  // As `scope` has it.
  expect(await reads(await provider.token({ roles: 'openid codec' }))).toBe('secret');
  // Our own tokens go beside.
  expect(await reads(opaque.token)).toBe('secret');
});

test('roles stand where the provider puts them', async () => {
  const nested = await book.serve(settings({ GANGWAY_CODEC_OIDC_ROLES_CLAIM: 'realm_access.roles' }));
  expect(await reads(await provider.token({ realm_access: { roles: ['codec'] } }), nested)).toBe('secret');
  expect(await reads(await provider.token(), nested)).toBe('403 SCOPE_TOO_LOW');
  await nested.stop();
  const named = await book.serve(settings({ GANGWAY_CODEC_OIDC_ROLES_CLAIM: 'https://id.example/roles' }));
  expect(await reads(await provider.token({ 'https://id.example/roles': ['codec'] }), named)).toBe('secret');
  await named.stop();
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['of another issuer', { iss: 'https://id.example/realms/shop' }, '401 AUTH'],
  ['for another audience', { aud: 'shop' }, '401 AUTH'],
  ['that has expired', { exp: seconds() - 60 }, '401 AUTH'],
  ['that is not good yet', { nbf: seconds() + 600 }, '401 AUTH'],
  ['that never expires', { exp: undefined }, '401 AUTH'],
  ['of nobody', { sub: undefined }, '401 AUTH'],
  ['of a subject that would break a line', { sub: 'user\n42' }, '401 AUTH'],
  ['without a role', { roles: undefined }, '403 SCOPE_TOO_LOW'],
  ['with another role', { roles: ['shop', 'constructor', '__proto__'] }, '403 SCOPE_TOO_LOW'],
])('a token %s reads nothing', async (_what, claims, refused) => {
  expect(await reads(await provider.token(claims))).toBe(refused);
});

test('a token that another key signed, or a shared secret, or nobody, reads nothing', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  expect(await reads(await provider.token({}, privateKey))).toBe('401 AUTH');
  const secret = await new SignJWT(goodClaims())
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(Buffer.alloc(32, 1));
  expect(await reads(secret)).toBe('401 AUTH');
  expect(await reads(new UnsecuredJWT(goodClaims()).encode())).toBe('401 AUTH');
  expect(await reads('a.b.c')).toBe('401 AUTH');
});

test('while the keys of the provider cannot be had, nobody reads by its tokens, and our own go on', async () => {
  const lone = await book.serve(settings({ GANGWAY_CODEC_OIDC_JWKS_URL: 'http://127.0.0.1:1/keys' }));
  expect(await reads(await provider.token(), lone)).toBe('503 AUTHORITY_UNAVAILABLE');
  expect(await reads(opaque.token, lone)).toBe('secret');
  await lone.stop();
});
