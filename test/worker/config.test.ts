import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ACTIVITY_ATTEMPT_TIMEOUT_MS } from '../../contract/timeouts';
import { providerIds } from '../../providers/registry';
import { readWorkerConfig, WorkerConfigError } from '../../worker/config';

const SECRET = 'not-a-key-but-secret';

describe('readWorkerConfig', () => {
  let directory: string;
  let good: Record<string, string>;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'gangway-config-'));
    const bundle = join(directory, 'bundle.js');
    writeFileSync(bundle, '');
    good = {
      GANGWAY_WORKFLOW_BUNDLE: bundle,
      GANGWAY_BOOK_URL: 'postgres://gangway@localhost/gangway',
      COINMENA_BASE_URL: 'http://127.0.0.1:9999',
      COINMENA_PARTNER_ID: 'partner',
      COINMENA_PRIVATE_KEY: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    };
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['', /^GANGWAY_DOCUMENT_HOSTS holds a host that HTTPS_PROXY would stand before/],
    ['example.test', /^GANGWAY_DOCUMENT_HOSTS holds/],
    ['other.example.test,files.example.test:8443', /^GANGWAY_DOCUMENT_HOSTS holds/],
  ])('refuses documents of a host before which a proxy would stand: NO_PROXY=%s', (except, told) => {
    const proxied = { GANGWAY_DOCUMENT_HOSTS: 'files.example.test', HTTPS_PROXY: 'http://proxy.example:3128' };
    expect(problemsOf({ ...good, ...proxied, NO_PROXY: except })).toEqual([expect.stringMatching(told)]);
  });

  it.each(['files.example.test', '.example.test', '*.example.test', 'x, files.example.test:443', '*'])(
    'takes documents of a host that NO_PROXY=%s names',
    (except) => {
      const proxied = { GANGWAY_DOCUMENT_HOSTS: 'files.example.test', HTTPS_PROXY: 'http://proxy.example:3128' };
      expect(readWorkerConfig({ ...good, ...proxied, NO_PROXY: except }).documents.hosts).toEqual([
        'files.example.test',
      ]);
    },
  );

  function problemsOf(env: Record<string, string>): readonly string[] {
    try {
      readWorkerConfig(env);
    } catch (error) {
      if (error instanceof WorkerConfigError) return error.problems;
      throw error;
    }
    throw new Error('was accepted');
  }

  test('little has to be said', () => {
    const config = readWorkerConfig(good);
    expect(config).toMatchObject({
      temporal: { address: 'localhost:7233', namespace: 'default' },
      documents: { roots: [], hosts: [] },
      health: { host: '127.0.0.1', port: 0 },
      log: { format: 'text', level: 'INFO' },
    });
    expect(config.providers.map(({ id }) => id)).toEqual(['coinmena']);
    expect(config.providers[0]?.requestsPerSecond).toBeUndefined();
    expect(config.shutdownGraceMs).toBeGreaterThan(ACTIVITY_ATTEMPT_TIMEOUT_MS);
  });

  test('there is no worker without a book: the variable and the command are named', () => {
    const { GANGWAY_BOOK_URL: _without, ...bookless } = good;
    for (const env of [bookless, { ...good, GANGWAY_BOOK_URL: '' }]) {
      const [problem, ...others] = problemsOf(env);
      expect(problem).toMatch(/^GANGWAY_BOOK_URL is not set: no money moves without a book.*`gangway setup`/);
      expect(others).toEqual([]);
    }
    expect(readWorkerConfig(good).book).toEqual({
      host: 'localhost',
      port: 5432,
      database: 'gangway',
      user: 'gangway',
    });
  });

  test('the policy of approvals is read from JSON; what is wrong with it is named, and none of it holds', () => {
    const rules = [{ asset: 'USD', from: '10000', approvers: 2, kinds: ['withdrawal'], expiresAfterMs: 3_600_000 }];
    expect(readWorkerConfig({ ...good, GANGWAY_APPROVALS: JSON.stringify(rules) }).approvals).toEqual(rules);
    expect(readWorkerConfig(good).approvals).toEqual([]);
    const wrong = [rules[0], { asset: 'USD', from: 10_000, approvers: 0, above: '1' }];
    const problems = problemsOf({ ...good, GANGWAY_APPROVALS: JSON.stringify(wrong) });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(
      ['from', 'approvers', 'above'].map((field) => `GANGWAY_APPROVALS 1.${field}`),
    );
    expect(problemsOf({ ...good, GANGWAY_APPROVALS: '{}' })).toEqual([
      'GANGWAY_APPROVALS must be a JSON list of rules',
    ]);
    for (const text of ['USD', '[{"asset": "USD", "asset": "EUR", "from": "1", "approvers": 1}]']) {
      expect(problemsOf({ ...good, GANGWAY_APPROVALS: text })).toEqual([
        expect.stringMatching(/^GANGWAY_APPROVALS must be a JSON list of rules: it /),
      ]);
    }
  });

  test.each<[string, object, string]>([
    ['a provider that is none', { provider: 'Coinmena' }, '0.provider: must be one of coinmena, '],
    [
      'a provider that is not served',
      { provider: 'coinify' },
      '0.provider: is not served by this worker, so the rule holds for nothing here: it serves coinmena',
    ],
    ['a kind that the provider lacks', { provider: 'coinmena', kinds: ['conversion'] }, '0.kinds.0: coinmena has no '],
    ['a kind that nobody offers', { kinds: ['deposit', 'conversion'] }, '0.kinds.1: coinmena has no conversion call'],
    ['a kind twice', { kinds: ['deposit', 'deposit'] }, '0.kinds.1: repeats a kind'],
    ['a kind that is none', { kinds: ['payout'] }, '0.kinds.0: must be one of deposit, withdrawal, conversion'],
    ['no kind', { kinds: [] }, '0.kinds: must have at least 1 entries'],
    ['an asset that is none', { asset: ' USD' }, "0.asset: must be a word of letters, digits, '.', '_' and '-'"],
    ['an asset that is too long', { asset: 'U'.repeat(33) }, '0.asset: must have at most 32 characters'],
    ['an amount that is none', { from: '1e4' }, '0.from: must be a plain decimal'],
    ['an amount of nothing', { from: '0.00' }, '0.from: must be greater than 0'],
    [
      'an amount finer than any',
      { from: '1.000000001' },
      '0.from: must have at most 8 decimal places, as every amount at coinmena has',
    ],
    ['nobody', { approvers: 0 }, '0.approvers: must be at least 1'],
    ['too many people', { approvers: 11 }, '0.approvers: must be at most 10'],
    ['half a person', { approvers: 1.5 }, '0.approvers: must be a whole number'],
    ['no time', { expiresAfterMs: 999 }, '0.expiresAfterMs: must be at least 1000'],
  ])('a rule of approvals that could never hold stops the worker: %s', (_, but, problem) => {
    const rules = [{ asset: 'USD', from: '10000', approvers: 2, ...but }];
    const [only, ...others] = problemsOf({ ...good, GANGWAY_APPROVALS: JSON.stringify(rules) });
    expect(only).toContain(`GANGWAY_APPROVALS ${problem}`);
    expect(others).toEqual([]);
  });

  test('a rule that counts within a time is read into what it counts, and what becomes of what is over', () => {
    const written = [
      { asset: 'USD', within: '24h', from: '5000', approvers: 1 },
      { asset: 'USD', within: '7d', fromNumber: 3, refuse: true, kinds: ['withdrawal'] },
    ];
    expect(readWorkerConfig({ ...good, GANGWAY_APPROVALS: JSON.stringify(written) }).approvals).toEqual([
      {
        asset: 'USD',
        within: '24h',
        withinMs: 86_400_000,
        from: { by: 'sum', sum: '5000' },
        over: { is: 'asked', approvers: 1, expiresAfterMs: 86_400_000 },
      },
      {
        asset: 'USD',
        kinds: ['withdrawal'],
        within: '7d',
        withinMs: 604_800_000,
        from: { by: 'number', number: 3 },
        over: { is: 'refused' },
      },
    ]);
  });

  test.each<[string, object, string]>([
    ['a time that is none', { within: '1 day' }, '0.within: must be minutes, hours or days up to 366d'],
    ['a time that is no text', { within: 24 }, '0.within: must be a string'],
    ['no limit', { from: undefined }, '0.within: has no limit: from or fromNumber says'],
    ['two limits', { fromNumber: 3 }, '0.fromNumber: cannot stand beside from'],
    ['a number that is met at once', { from: undefined, fromNumber: 1 }, '0.fromNumber: must be at least 2'],
    ['a number without a time', { within: undefined, fromNumber: 3 }, '0.fromNumber: counts nothing without within'],
    ['nothing that becomes of it', { approvers: undefined }, '0.approvers: is required, unless refuse is true'],
    ['both that becomes of it', { refuse: true }, '0.refuse: cannot stand beside approvers'],
    ['a refusal that is none', { approvers: undefined, refuse: false }, '0.refuse: must be one of true'],
    ['a refusal without a time', { within: undefined, refuse: true }, '0.refuse: is for rules that count'],
    [
      'a refusal that expires',
      { approvers: undefined, refuse: true, expiresAfterMs: 1_000 },
      '0.expiresAfterMs: cannot stand beside refuse',
    ],
    ['an amount finer than any', { from: '0.000000001' }, '0.from: must have at most 8 decimal places'],
    ['an asset that is none', { asset: 'US Dollar' }, "0.asset: must be a word of letters, digits, '.', '_' and '-'"],
    ['a kind that the provider lacks', { kinds: ['conversion'] }, '0.kinds.0: coinmena has no '],
  ])('a rule that counts and cannot work stops the worker: %s', (_, but, problem) => {
    const rules = [{ asset: 'USD', within: '24h', from: '5000', approvers: 1, ...but }];
    const [only, ...others] = problemsOf({ ...good, GANGWAY_APPROVALS: JSON.stringify(rules) });
    expect(only).toContain(`GANGWAY_APPROVALS ${problem}`);
    expect(others).toEqual([]);
  });

  test('two rules that are the same stop the worker, however they are written; a second rule for an asset does not', () => {
    const rule = { asset: 'USD', from: '10000', approvers: 2, kinds: ['withdrawal', 'deposit'] };
    const spelled = { ...rule, asset: 'usd', from: '10000.00', kinds: ['deposit', 'withdrawal'] };
    expect(problemsOf({ ...good, GANGWAY_APPROVALS: JSON.stringify([rule, { ...rule, from: '1' }, spelled]) })).toEqual(
      ['GANGWAY_APPROVALS 2: is the same rule as 0'],
    );
    const fitting = [rule, { ...rule, from: '50000', approvers: 3 }, { ...rule, provider: 'coinmena' }];
    expect(readWorkerConfig({ ...good, GANGWAY_APPROVALS: JSON.stringify(fitting) }).approvals).toEqual(fitting);
  });

  test('the secrets that prove a requester are read, or refused by their place and never by their value', () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const { requesterSecrets } = readWorkerConfig({ ...good, GANGWAY_REQUESTER_SECRETS: `${secret}, ${secret}` });
    expect(requesterSecrets).toEqual([secret, secret]);
    expect(readWorkerConfig(good).requesterSecrets).toEqual([]);
    const problems = problemsOf({ ...good, GANGWAY_REQUESTER_SECRETS: `${secret} ${SECRET}` });
    expect(problems).toEqual([expect.stringMatching(/^GANGWAY_REQUESTER_SECRETS: secret 2 must be whsec_/)]);
    expect(problems.join()).not.toContain(SECRET);
    expect(problemsOf({ ...good, GANGWAY_REQUESTER_SECRETS_FILE: '/absent' })).toEqual([
      'GANGWAY_REQUESTER_SECRETS_FILE names a file that cannot be read',
    ]);
    expect(problemsOf({ ...good, GANGWAY_REQUESTER_SECRETS: ' , ' })).toEqual([
      'GANGWAY_REQUESTER_SECRETS is set and holds no secret',
    ]);
  });

  test('the virus scanner is one that can be reached, or the worker does not start', () => {
    const clamdOf = (GANGWAY_CLAMD: string, more: object = {}) =>
      readWorkerConfig({ ...good, GANGWAY_CLAMD, ...more }).clamd;
    const timeoutMs = 5000;
    expect(readWorkerConfig(good).clamd).toBeUndefined();
    expect(clamdOf('unix:/run/absent/clamd.ctl')).toEqual({ address: { path: '/run/absent/clamd.ctl' }, timeoutMs });
    expect(clamdOf('tcp://127.0.0.1:3310', { GANGWAY_CLAMD_TIMEOUT_MS: '900' })).toEqual({
      address: { host: '127.0.0.1', port: 3310 },
      timeoutMs: 900,
    });
    expect(clamdOf('tcp://[::1]:3310')?.address).toEqual({ host: '::1', port: 3310 });
    const elsewhere = { GANGWAY_CLAMD_ALLOW_PLAINTEXT: 'true' };
    expect(clamdOf('tcp://clamav:3310', elsewhere)?.address).toEqual({ host: 'clamav', port: 3310 });
    for (const wrong of [
      'unix:relative',
      'unix:',
      '/run/clamd.ctl',
      'tcp://clamav',
      'tcp://:3310',
      'tcp://a:0',
      SECRET,
    ]) {
      const problems = problemsOf({ ...good, GANGWAY_CLAMD: wrong });
      expect(problems).toEqual(['GANGWAY_CLAMD must be unix:/path of a socket, or tcp://host:port']);
    }
    const refused: readonly (readonly [Record<string, string>, string])[] = [
      [{ GANGWAY_CLAMD: `unix:${__filename}` }, 'GANGWAY_CLAMD names a path that is no socket'],
      [{ GANGWAY_CLAMD: 'tcp://clamav:3310' }, 'GANGWAY_CLAMD must be on this machine, unless GANGWAY_CLAMD_ALLOW_'],
      [{ GANGWAY_CLAMD_TIMEOUT_MS: '0' }, 'GANGWAY_CLAMD_TIMEOUT_MS must be a whole number from 1 to 10000'],
      [{ GANGWAY_CLAMD_ALLOW_PLAINTEXT: 'yes' }, 'GANGWAY_CLAMD_ALLOW_PLAINTEXT must be true or false'],
    ];
    for (const [settings, problem] of refused) {
      expect(problemsOf({ ...good, ...settings })).toEqual([expect.stringContaining(problem)]);
    }
  });

  test('everything can be said', () => {
    const config = readWorkerConfig({
      ...good,
      TEMPORAL_ADDRESS: 'temporal.example.test:7233',
      TEMPORAL_TLS: 'true',
      TEMPORAL_NAMESPACE: 'money',
      GANGWAY_PROVIDERS: ' coinmena , coinmena',
      GANGWAY_DOCUMENT_ROOTS: `${directory}${delimiter}${tmpdir()},/`,
      GANGWAY_DOCUMENT_HOSTS: 'files.example.test, other.example.test:8443',
      GANGWAY_HEALTH_HOST: '0.0.0.0',
      GANGWAY_HEALTH_PORT: '8080',
      GANGWAY_MAX_CACHED_WORKFLOWS: '10',
      GANGWAY_MAX_CONCURRENT_ACTIVITIES: '7',
      GANGWAY_SHUTDOWN_GRACE_MS: '60000',
      GANGWAY_LOG_FORMAT: 'json',
      GANGWAY_LOG_LEVEL: 'WARN',
      COINMENA_REQUESTS_PER_SECOND: '2.5',
    });
    expect(config).toMatchObject({
      temporal: { address: 'temporal.example.test:7233', namespace: 'money' },
      documents: { roots: [directory, tmpdir(), '/'], hosts: ['files.example.test', 'other.example.test:8443'] },
      health: { host: '0.0.0.0', port: 8080 },
      maxCachedWorkflows: 10,
      maxConcurrentActivities: 7,
      shutdownGraceMs: 60_000,
      log: { format: 'json', level: 'WARN' },
    });
    expect(config.providers).toHaveLength(1);
    expect(config.providers[0]?.requestsPerSecond).toBe(2.5);
  });

  test('an empty variable is an absent one, and an empty health port is none', () => {
    const config = readWorkerConfig({ ...good, GANGWAY_PROVIDERS: '', GANGWAY_LOG_LEVEL: '', GANGWAY_HEALTH_PORT: '' });
    expect(config.health).toBeUndefined();
    expect(config.providers).toHaveLength(1);
  });

  test('all problems at once, each by its variable, none by its value', () => {
    const problems = problemsOf({
      TEMPORAL_ADDRESS: `http://${SECRET}`,
      GANGWAY_PROVIDERS: `coinmena,${SECRET}`,
      GANGWAY_DOCUMENT_ROOTS: `relative/${SECRET}`,
      GANGWAY_DOCUMENT_HOSTS: `https://${SECRET}/`,
      GANGWAY_HEALTH_PORT: SECRET,
      GANGWAY_WORKFLOW_BUNDLE: `/absent/${SECRET}`,
      GANGWAY_MAX_CACHED_WORKFLOWS: '-1',
      GANGWAY_MAX_CONCURRENT_ACTIVITIES: '0',
      GANGWAY_SHUTDOWN_GRACE_MS: '1000',
      GANGWAY_LOG_FORMAT: SECRET,
      GANGWAY_LOG_LEVEL: SECRET,
      COINMENA_BASE_URL: SECRET,
      COINMENA_PARTNER_ID: '',
      COINMENA_PRIVATE_KEY: SECRET,
      COINMENA_REQUESTS_PER_SECOND: '-3',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'COINMENA_BASE_URL',
      'COINMENA_PARTNER_ID',
      'COINMENA_PRIVATE_KEY',
      'COINMENA_REQUESTS_PER_SECOND',
      'GANGWAY_BOOK_URL',
      'GANGWAY_DOCUMENT_HOSTS',
      'GANGWAY_DOCUMENT_ROOTS',
      'GANGWAY_HEALTH_PORT',
      'GANGWAY_LOG_FORMAT',
      'GANGWAY_LOG_LEVEL',
      'GANGWAY_MAX_CACHED_WORKFLOWS',
      'GANGWAY_MAX_CONCURRENT_ACTIVITIES',
      'GANGWAY_PROVIDERS',
      'GANGWAY_SHUTDOWN_GRACE_MS',
      'GANGWAY_WORKFLOW_BUNDLE',
      'TEMPORAL_ADDRESS',
    ]);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  test('HTTP timeout < attempt < grace, or it does not start', () => {
    const attempt = ACTIVITY_ATTEMPT_TIMEOUT_MS;
    expect(problemsOf({ ...good, COINMENA_HTTP_TIMEOUT_MS: String(attempt) })).toEqual([
      expect.stringMatching(/^COINMENA_HTTP_TIMEOUT_MS must be such that a call takes less than 30000 ms/),
    ]);
    expect(problemsOf({ ...good, GANGWAY_SHUTDOWN_GRACE_MS: String(attempt) })).toEqual([
      expect.stringMatching(/^GANGWAY_SHUTDOWN_GRACE_MS/),
    ]);
    expect(readWorkerConfig({ ...good, COINMENA_HTTP_TIMEOUT_MS: String(attempt - 1) }).providers).toHaveLength(1);
  });

  test('serves whom the environment configures, and says whom it does not', () => {
    const { COINMENA_BASE_URL: _, COINMENA_PARTNER_ID: __, COINMENA_PRIVATE_KEY: ___, ...nobody } = good;
    const oceafin = {
      OCEAFIN_PARTNER_API_BASE_URL: 'http://127.0.0.1:9999',
      OCEAFIN_PARTNER_API_CLIENT_ID: 'partner',
      OCEAFIN_PARTNER_API_CLIENT_SECRET: 'a secret of sixteen characters',
    };
    const served = (env: Record<string, string>): readonly string[] =>
      readWorkerConfig(env).providers.map(({ id }) => id);
    expect(served(good)).toEqual(['coinmena']);
    expect(readWorkerConfig(good).notConfigured).toEqual(providerIds().filter((id) => id !== 'coinmena'));
    expect(served({ ...nobody, ...oceafin })).toEqual(['oceafin']);
    expect(served({ ...good, ...oceafin })).toEqual(['coinmena', 'oceafin']);
    expect(served({ ...good, ...oceafin, GANGWAY_PROVIDERS: 'oceafin' })).toEqual(['oceafin']);
    // Half a provider is a mistake, not a choice; so is a named one that does not exist.
    expect(problemsOf({ ...good, OCEAFIN_PARTNER_API_CLIENT_ID: 'partner' })).toEqual([
      expect.stringMatching(/^OCEAFIN_PARTNER_API_BASE_URL /),
      expect.stringMatching(/^OCEAFIN_PARTNER_API_CLIENT_SECRET /),
    ]);
    expect(problemsOf({ ...good, GANGWAY_PROVIDERS: 'coinmena,oceafin' })).toHaveLength(3);
    expect(problemsOf(nobody)).toEqual([expect.stringMatching(/^no provider is configured: .*COINMENA_.*OCEAFIN_/)]);
  });

  test('no provider at all', () => {
    expect(problemsOf({ ...good, GANGWAY_PROVIDERS: ',' })).toEqual([
      'GANGWAY_PROVIDERS must name at least one provider',
    ]);
  });
});
