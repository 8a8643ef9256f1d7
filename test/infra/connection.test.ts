import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOptions, temporalSettings, TemporalSettingsError } from '../../temporal/connection';

describe('how Temporal is reached', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-connection-'));
  const pem = (name: string): string => {
    const path = join(directory, name);
    writeFileSync(path, `${name}\n`, { mode: 0o600 });
    return path;
  };

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
      TEMPORAL_API_KEY_FILE: pem('api-key'),
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
      serverRootCACertificate: Buffer.from('ca\n'),
      clientCertPair: { crt: Buffer.from('crt\n'), key: Buffer.from('key\n') },
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
    writeFileSync(open, 'text');
    for (const mode of [0o604, 0o640, 0o660, 0o601]) {
      chmodSync(open, mode);
      expect(problemsOf({ TEMPORAL_API_KEY_FILE: open })).toEqual([
        'TEMPORAL_API_KEY_FILE names a file that others can read or write: make it 0600 (chmod 600)',
      ]);
      expect(problemsOf({ TEMPORAL_TLS_SERVER_CA_CERT_FILE: open })).toEqual([]);
    }
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

  it('refuses two API keys', () => {
    expect(problemsOf({ TEMPORAL_API_KEY: 'a', TEMPORAL_API_KEY_FILE: pem('api-key') })).toEqual([
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
