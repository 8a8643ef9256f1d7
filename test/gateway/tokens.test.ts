import { chmodSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFor } from '../../client/gateway/tenancy';
import { TokenFile } from '../../client/gateway/token-file';
import { newToken, readTokens, type Tokens, type TokenBounds } from '../../client/gateway/tokens';

const HASH = 'a'.repeat(64);
const EXPIRES = '2026-06-01T10:00:00Z';

function tokensOf(text: string): Tokens {
  const read = readTokens(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.tokens;
}

test('an entry says what its token may do, until when, where and for whom', () => {
  const bounds = { expires: EXPIRES, providers: ['coinmena', 'oceafin'], clients: ['acme-*', 'solo'] };
  const { token, entry } = newToken('acme', ['read', 'start'], bounds);
  const tokens = tokensOf(`# ours\n${entry}, ${newToken('ops', ['read']).entry}`);
  expect(tokens.count).toBe(2);
  expect(tokens.callerOf(token, Date.parse(EXPIRES) - 1)).toEqual({
    name: 'acme',
    scopes: ['read', 'start'],
    ...bounds,
  });
  expect(tokens.callerOf(token, Date.parse(EXPIRES))).toBe('expired');
  expect(tokens.callerOf(`${token}x`)).toBe('unknown');
});

test.each([
  ['ops:read', /entry 1 must be name/],
  [`ops:read:${HASH}:`, /entry 1 may be bound by/],
  [`ops:read:${HASH}:client=a`, /entry 1 may be bound by/],
  [`ops:read:${HASH}:clients=a;clients=b`, /entry 1 may be bound by/],
  [`ops:read:${HASH}:expires=tomorrow`, /entry 1 must expire at/],
  [`ops:read:${HASH}:expires=2026-13-01T00:00:00Z`, /entry 1 must expire at/],
  [`ops:read:${HASH}:expires=`, /entry 1 must expire at/],
  [`ops:read:${HASH}:clients=`, /entry 1 is bound to a client/],
  [`ops:read:${HASH}:clients=*`, /entry 1 is bound to a client/],
  [`ops:read:${HASH}:clients=a*b`, /entry 1 is bound to a client/],
  [`ops:read:${HASH}:providers=coin/mena`, /entry 1 is bound to a provider/],
])('%s is refused, without its hash', (entry, told) => {
  const read = readTokens(entry);
  expect(read).toEqual({ problem: expect.stringMatching(told) });
  expect(JSON.stringify(read)).not.toContain(HASH);
});

const OTHER_HASH = 'b'.repeat(64);

test.each([
  ['one person twice', `ops-1:read:${HASH} OPS-1:approve:${OTHER_HASH}`, /entry 2 repeats the name OPS-1/],
  ['one token under two names', `ops-1:start:${HASH} ops-2:approve:${HASH}`, /entry 2 repeats the token of another/],
])('%s is refused', (_, entries, told) => {
  const read = readTokens(entries);
  expect(read).toEqual({ problem: expect.stringMatching(told) });
  expect(JSON.stringify(read)).not.toContain(HASH);
});

test.each<[boolean, TokenBounds]>([
  [true, {}],
  [true, { providers: ['coinmena'], clients: ['acme-1'] }],
  [true, { clients: ['other', 'acme-*'] }],
  [false, { providers: ['oceafin'] }],
  [false, { clients: ['acme'] }],
  [false, { clients: ['acme-1-*'] }],
  [false, { providers: ['oceafin'], clients: ['acme-*'] }],
])('%s: acme-1 at coinmena is for a token bound by %j', (is, bounds) => {
  const caller = { name: 'x', scopes: [], ...bounds };
  expect(isFor(caller, { provider: 'coinmena', partnerClientId: 'acme-1' })).toBe(is);
});

describe('a file of tokens', () => {
  const [kept, revoked, added] = ['kept', 'revoked', 'added'].map((name) => newToken(name, ['read']));
  let folder: string;
  let path: string;
  let now = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gangway-tokens-'));
    path = join(folder, 'tokens');
    now = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function opened(text: string): { readonly file: TokenFile; readonly problems: string[] } {
    writeFileSync(path, text, { mode: 0o600 });
    const file = new TokenFile(path, 'GANGWAY_TOKENS_FILE', tokensOf(text), () => now);
    const problems: string[] = [];
    file.onProblem = (problem) => void problems.push(problem);
    return { file, problems };
  }

  /** As an editor or a secrets manager does it: another file in its place. */
  function replace(text: string): void {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    now += 1_000;
  }

  const known = (file: TokenFile): readonly boolean[] =>
    [kept, revoked, added].map((one) => typeof file.callerOf(one?.token ?? '') === 'object');

  test('is read again when it changes, and is checked at most once per second', () => {
    const { file, problems } = opened(`${kept?.entry} ${revoked?.entry}`);
    expect(known(file)).toEqual([true, true, false]);
    writeFileSync(path, `${kept?.entry} ${added?.entry}`);
    now += 999;
    expect(known(file)).toEqual([true, true, false]);
    now += 1;
    expect(known(file)).toEqual([true, false, true]);
    expect(problems).toEqual([]);
  });

  test('that is wrong adds nothing, and what it no longer holds is revoked all the same', () => {
    const { file, problems } = opened(`${kept?.entry} ${revoked?.entry}`);
    replace(`${kept?.entry} ${added?.entry} ops:nothing`);
    expect(known(file)).toEqual([true, false, false]);
    expect(problems).toEqual([
      'GANGWAY_TOKENS_FILE names a file whose entry 3 must be name:scope+scope:sha256, and its bounds; 1 of its former tokens hold',
    ]);
    replace(`${kept?.entry} ${added?.entry}`);
    expect(known(file)).toEqual([true, false, true]);
  });

  test('that is wrong revokes what it holds in a comment alone', () => {
    const { file } = opened(`${kept?.entry}\n${revoked?.entry}`);
    replace(`${kept?.entry}\n  # left: ${revoked?.entry}\nops:nothing`);
    expect(known(file)).toEqual([true, false, false]);
  });

  test('that others could have written adds nothing, until it is ours alone again', () => {
    const { file, problems } = opened(`${kept?.entry} ${revoked?.entry}`);
    chmodSync(path, 0o666);
    writeFileSync(path, `${kept?.entry} ${added?.entry}`);
    now += 1_000;
    expect(known(file)).toEqual([true, false, false]);
    expect(problems).toEqual([expect.stringMatching(/others can read or write.*; 1 of its former tokens hold$/)]);
    chmodSync(path, 0o600);
    now += 1_000;
    expect(known(file)).toEqual([true, false, true]);
  });

  test('that is gone revokes all', () => {
    const { file, problems } = opened(kept?.entry ?? '');
    unlinkSync(path);
    now += 1_000;
    expect(known(file)).toEqual([false, false, false]);
    expect(problems).toHaveLength(1);
  });
});
