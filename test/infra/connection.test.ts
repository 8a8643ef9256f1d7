import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOptions, temporalSettings, TemporalSettingsError } from '../../client/temporal/connection';

describe('how Temporal is reached', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gangway-connection-'));
  const pem = (name: string): string => {
    const path = join(directory, name);
    writeFileSync(path, `${name}\n`);
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

  it.each(['localhost', 'localhost:0', 'localhost:70000', 'a b:1', ':7233'])('refuses the address %s', (address) => {
    expect(problemsOf({ TEMPORAL_ADDRESS: address })).toHaveLength(1);
  });
});
