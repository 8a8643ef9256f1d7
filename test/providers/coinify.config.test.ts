import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '../../providers/coinify/config';
import { environment } from './coinify-fixtures';

const UUID = 'ac81bcf0-1d2e-4f3a-8b4c-5d6e7f8a9b0c';
const PRODUCTION = { COINIFY_BASE_URL: 'https://api.payment.coinify.com', COINIFY_API_KEY: `production_${UUID}` };
const SANDBOX = { COINIFY_BASE_URL: 'https://api.payment.sandbox.coinify.com', COINIFY_API_KEY: `sandbox_${UUID}` };

function problemsOf(over: Readonly<Record<string, string | undefined>>): readonly string[] {
  const parsed = configSchema.safeParse(environment(over));
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')} ${message}`);
}

describe("Coinify's settings", () => {
  it.each([
    ['production', PRODUCTION],
    ['sandbox', SANDBOX],
    ['sandbox', { COINIFY_BASE_URL: 'http://127.0.0.1:4010', COINIFY_API_KEY: SANDBOX.COINIFY_API_KEY }],
  ])('take a key of %s for its host', (wanted, given) => {
    const config = configSchema.parse(environment(given));
    expect(config).toMatchObject({ environment: wanted, origin: given.COINIFY_BASE_URL, findByOrderId: false });
  });

  it.each([
    ['sandbox', { ...PRODUCTION, COINIFY_API_KEY: SANDBOX.COINIFY_API_KEY }],
    ['production', { ...SANDBOX, COINIFY_API_KEY: PRODUCTION.COINIFY_API_KEY }],
    ['production', { COINIFY_BASE_URL: 'https://proxy.example', COINIFY_API_KEY: PRODUCTION.COINIFY_API_KEY }],
    ['production', { COINIFY_BASE_URL: 'http://127.0.0.1:4010', COINIFY_API_KEY: PRODUCTION.COINIFY_API_KEY }],
  ])('keep a key of %s from a host of another environment', (environmentOfKey, given) => {
    const problems = problemsOf(given);
    expect(problems).toEqual([`COINIFY_API_KEY is a key of ${environmentOfKey}, and COINIFY_BASE_URL is not its host`]);
    expect(problems.join()).not.toContain(UUID);
  });

  it.each(['', UUID, `test_${UUID}`, `sandbox_${UUID}x`, 'sandbox_', `sandbox_${UUID}\nsandbox_${UUID}`])(
    'refuse what is no key: %j',
    (key) => {
      const [problem = ''] = problemsOf({ COINIFY_API_KEY: key });
      expect(problem).toMatch(/^COINIFY_API_KEY (must be an environment, an underscore and a UUID|is required)/);
    },
  );

  it('refuse plain HTTP over a network', () => {
    expect(problemsOf({ COINIFY_BASE_URL: 'http://coinify.example' })).toEqual([
      'COINIFY_BASE_URL must be https:, except on this machine or with COINIFY_ALLOW_PLAIN_HTTP=true',
    ]);
    expect(problemsOf({ COINIFY_BASE_URL: 'http://coinify.example', COINIFY_ALLOW_PLAIN_HTTP: 'true' })).toEqual([]);
  });

  it('tell everything that is wrong at once', () => {
    const problems = problemsOf({
      COINIFY_BASE_URL: 'https://api.payment.coinify.com/v1',
      COINIFY_API_KEY: 'key',
      COINIFY_WEBHOOK_SECRET: 'short',
      COINIFY_FIND_BY_ORDER_ID: 'yes',
      COINIFY_HTTP_TIMEOUT_MS: '1',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'COINIFY_BASE_URL',
      'COINIFY_FIND_BY_ORDER_ID',
      'COINIFY_HTTP_TIMEOUT_MS',
      'COINIFY_API_KEY',
      'COINIFY_WEBHOOK_SECRET',
    ]);
  });

  it('read secrets from files', () => {
    const directory = mkdtempSync(join(tmpdir(), 'gangway-coinify-'));
    try {
      writeFileSync(join(directory, 'key'), `${SANDBOX.COINIFY_API_KEY}\n`, { mode: 0o600 });
      writeFileSync(join(directory, 'secret'), 'a-shared-secret-in-a-file\n', { mode: 0o600 });
      const config = configSchema.parse(
        environment({
          COINIFY_API_KEY: undefined,
          COINIFY_API_KEY_FILE: join(directory, 'key'),
          COINIFY_WEBHOOK_SECRET: undefined,
          COINIFY_WEBHOOK_SECRET_FILE: join(directory, 'secret'),
        }),
      );
      expect(config).toMatchObject({
        apiKey: SANDBOX.COINIFY_API_KEY,
        webhookSecret: 'a-shared-secret-in-a-file',
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('do without a webhook secret', () => {
    expect(configSchema.parse(environment({ COINIFY_WEBHOOK_SECRET: undefined })).webhookSecret).toBeUndefined();
  });
});
