import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOptions, temporalSettings, TemporalSettingsError } from '../../temporal/connection';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const PEM = {
  ca: `an authority\n${CERTIFICATE}`,
  crt: CERTIFICATE,
  key: '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n',
} as const;

describe('how Temporal is reached', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-connection-'));
  const fileOf = (name: string, content: string | Uint8Array): string => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const pem = (name: keyof typeof PEM): string => fileOf(name, PEM[name]);

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
    try {
      temporalSettings(env);
      return [];
    } catch (error) {
      if (error instanceof TemporalSettingsError) return error.problems;
      throw error;
    }
  }

  it('is a local server without TLS by default', () => {
    expect(temporalSettings({})).toEqual({ address: 'localhost:7233', namespace: 'default' });
    expect(connectionOptions(temporalSettings({}))).toEqual({ address: 'localhost:7233', tls: false });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(temporalSettings({ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: ' ', TEMPORAL_TLS: '' })).toEqual(
      temporalSettings({}),
    );
  });

  it('switches TLS on with an API key, which may be in a file', () => {
    const settings = temporalSettings({
      TEMPORAL_ADDRESS: 'cloud.example:7233',
      TEMPORAL_API_KEY_FILE: fileOf('api-key', 'api-key\n'),
    });
    expect(connectionOptions(settings)).toEqual({ address: 'cloud.example:7233', apiKey: 'api-key', tls: {} });
  });

  it('reads certificates from files', () => {
    const settings = temporalSettings({
      TEMPORAL_TLS_SERVER_CA_CERT_FILE: pem('ca'),
      TEMPORAL_TLS_CLIENT_CERT_FILE: pem('crt'),
      TEMPORAL_TLS_CLIENT_KEY_FILE: pem('key'),
      TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
    });
    expect(connectionOptions(settings).tls).toEqual({
      serverRootCACertificate: Buffer.from(PEM.ca),
      clientCertPair: { crt: Buffer.from(PEM.crt), key: Buffer.from(PEM.key) },
      serverNameOverride: 'temporal.example',
    });
  });

  it('names every problem at once', () => {
    expect(
      problemsOf({
        TEMPORAL_ADDRESS: 'http://localhost:7233',
        TEMPORAL_TLS: 'yes',
        TEMPORAL_TLS_CLIENT_CERT_FILE: join(directory, 'absent'),
      }),
    ).toEqual([
      'TEMPORAL_ADDRESS must be host:port, without a scheme',
      'TEMPORAL_TLS must be true or false',
      'TEMPORAL_TLS_CLIENT_CERT_FILE names a file that cannot be read',
      'TEMPORAL_TLS_CLIENT_CERT_FILE and TEMPORAL_TLS_CLIENT_KEY_FILE must be given together',
    ]);
  });

  it.each([
    ['an API key', { TEMPORAL_API_KEY: 'key' }, 'TEMPORAL_API_KEY'],
    ['an authority', { TEMPORAL_TLS_SERVER_CA_CERT_FILE: pem('ca') }, 'TEMPORAL_TLS_SERVER_CA_CERT_FILE'],
    [
      'a certificate',
      { TEMPORAL_TLS_CLIENT_CERT_FILE: pem('crt'), TEMPORAL_TLS_CLIENT_KEY_FILE: pem('key') },
      'TEMPORAL_TLS_CLIENT_CERT_FILE, TEMPORAL_TLS_CLIENT_KEY_FILE',
    ],
    ['a server name', { TEMPORAL_TLS_SERVER_NAME: 'temporal.example' }, 'TEMPORAL_TLS_SERVER_NAME'],
  ])('refuses to send in clear what %s is set to protect', (_, env: NodeJS.ProcessEnv, named) => {
    expect(problemsOf({ ...env, TEMPORAL_TLS: 'false' })).toEqual([
      `TEMPORAL_TLS must not be false beside ${named}: all would go in clear`,
    ]);
  });

  it.each(['temporal.example:7233', '10.0.0.1:7233', '[2001:db8::1]:7233', 'localhost.example:7233'])(
    'reaches %s in plain text only if that is said to be wanted',
    (address) => {
      expect(problemsOf({ TEMPORAL_ADDRESS: address })).toEqual([expect.stringMatching(/^TEMPORAL_TLS must say/)]);
      expect(connectionOptions(temporalSettings({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'false' })).tls).toBe(false);
      expect(connectionOptions(temporalSettings({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true' })).tls).toEqual({});
    },
  );

  it.each(['localhost:7233', '127.0.0.1:7233', '127.9.9.9:7233', '[::1]:7233'])(
    'reaches %s in plain text',
    (address) => {
      expect(problemsOf({ TEMPORAL_ADDRESS: address })).toEqual([]);
    },
  );

  it.each([
    'TEMPORAL_API_KEY_FILE',
    'TEMPORAL_TLS_SERVER_CA_CERT_FILE',
    'TEMPORAL_TLS_CLIENT_CERT_FILE',
    'TEMPORAL_TLS_CLIENT_KEY_FILE',
  ])('refuses an empty file for %s', (name) => {
    const path = join(directory, 'empty');
    writeFileSync(path, ' \n', { mode: 0o600 });
    expect(problemsOf({ [name]: path })).toContain(`${name} names a file that is empty`);
  });

  it('refuses a key that others can read, and takes such a certificate', () => {
    const open = join(directory, 'open');
    writeFileSync(open, CERTIFICATE);
    for (const mode of [0o604, 0o640, 0o660, 0o601]) {
      chmodSync(open, mode);
      expect(problemsOf({ TEMPORAL_API_KEY_FILE: open })).toEqual([
        'TEMPORAL_API_KEY_FILE names a file that others can read or write: make it 0600 (chmod 600)',
      ]);
      expect(problemsOf({ TEMPORAL_TLS_SERVER_CA_CERT_FILE: open })).toEqual([]);
    }
    writeFileSync(open, 'text');
    chmodSync(open, 0o400);
    expect(problemsOf({ TEMPORAL_API_KEY_FILE: open })).toEqual([]);
  });

  it('refuses a pipe, and does not wait for somebody to write into it', () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(problemsOf({ TEMPORAL_API_KEY_FILE: pipe })).toEqual([
      'TEMPORAL_API_KEY_FILE names no file of a key or a certificate',
    ]);
  });

  it.each([
    ['UTF-16', 'names a file that is UTF-16, not UTF-8', Buffer.from('\uFEFFkey of Temporal', 'utf16le')],
    [
      'UTF-16 without a mark',
      'names a file that is UTF-16, not UTF-8',
      Buffer.from('key of Temporal', 'utf16le').swap16(),
    ],
    ['Latin-1', 'names a file that is not UTF-8 but Windows-1252 or Latin-1', Buffer.from('clé', 'latin1')],
    ['a lost character', 'must be one line of printable ASCII', Buffer.from('cl\uFFFD')],
    ['a second line', 'must be one line of printable ASCII', Buffer.from('key\nof Temporal\n')],
  ])('refuses a file with an API key in it that holds %s', (name, problem, content) => {
    const problems = problemsOf({ TEMPORAL_API_KEY_FILE: fileOf(`api-key-${name}`, content) });
    expect(problems).toEqual([expect.stringContaining(`TEMPORAL_API_KEY_FILE ${problem}`)]);
    expect(problems.join()).not.toContain('of Temporal');
  });

  it('takes a byte order mark before an API key, and one before PEM', () => {
    const settings = temporalSettings({
      TEMPORAL_API_KEY_FILE: fileOf('marked-key', '\uFEFFkey\r\n'),
      TEMPORAL_TLS_SERVER_CA_CERT_FILE: fileOf('marked-ca', `\uFEFF${CERTIFICATE}`),
    });
    expect(connectionOptions(settings)).toMatchObject({
      apiKey: 'key',
      tls: { serverRootCACertificate: Buffer.from(CERTIFICATE) },
    });
  });

  it('refuses an API key that no header can carry, and does not repeat it', () => {
    expect(problemsOf({ TEMPORAL_API_KEY: 'key\nof Temporal' })).toEqual([
      'TEMPORAL_API_KEY must be one line of printable ASCII',
    ]);
  });

  it.each([
    ['TEMPORAL_TLS_SERVER_CA_CERT_FILE', 'a certificate', PEM.key],
    ['TEMPORAL_TLS_CLIENT_CERT_FILE', 'a certificate', 'text'],
    ['TEMPORAL_TLS_CLIENT_KEY_FILE', 'a private key', PEM.crt],
  ])('refuses a file for %s without %s in it', (name, what, content) => {
    const path = fileOf('without', content);
    expect(problemsOf({ [name]: path })).toContain(`${name} names a file without ${what} in PEM`);
    writeFileSync(path, Buffer.from(`${PEM.crt}${PEM.key}`, 'utf16le'));
    expect(problemsOf({ [name]: path })).toContain(`${name} names a file that is UTF-16, not UTF-8`);
  });

  it('refuses two API keys', () => {
    expect(problemsOf({ TEMPORAL_API_KEY: 'a', TEMPORAL_API_KEY_FILE: fileOf('api-key', 'api-key\n') })).toEqual([
      'TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE cannot be given together',
    ]);
  });

  it('refuses a process that checks no certificate', () => {
    expect(problemsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED must not be 0/),
    ]);
    expect(problemsOf({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });

  it.each(['localhost', 'localhost:0', 'localhost:70000', 'a b:1', ':7233'])('refuses the address %s', (address) => {
    expect(problemsOf({ TEMPORAL_ADDRESS: address })).toHaveLength(1);
  });
});
