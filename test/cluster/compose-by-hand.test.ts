import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openBook } from '../../book/connection';
import { BOOK_VARIABLES, bookSettings } from '../../book/settings';
import { startLocalBook, type LocalBook } from '../../book/local/server';
import { privately } from '../../system/private-files';
import { freePorts } from '../../system/free-ports';
import { ByHand, placed, type Places } from './by-hand';
import { type ComposeService, composeServices, inOrder, ROOT } from './compose-file';
import { temporalPrograms } from './temporal-programs';

/**
 * docker-compose.yml without Docker: the same programs in the same order with the same environment, on a real PostgreSQL
 * and Temporal's own server. Needs Go once, and minutes: `npm run cluster`.
 */
const services = composeServices();
const STARTED = ['worker', 'gateway'];

describe('docker-compose.yml, its processes started by hand', () => {
  if (process.env['GANGWAY_CLUSTER'] === undefined) {
    test.skip('is tried by npm run cluster', () => undefined);
    return;
  }

  let data: string;
  let postgresql: LocalBook;
  let book: LocalBook;
  let byHand: ByHand;
  let places: (service: string) => Places;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'gangway-cluster-'));
    const { directory } = await temporalPrograms(versionOf(serviceOf('temporal')));
    [postgresql, book] = [await startLocalBook({ settings: { max_connections: '200' } }), await startLocalBook()];
    await asTemporal(postgresql);
    places = await placesOf(postgresql, book, data);
    byHand = new ByHand(data, directory, places);
  }, 35 * 60_000);
  afterAll(async () => {
    await byHand.killAll();
    await Promise.all([postgresql.stop(), book.stop()]);
    rmSync(data, { recursive: true, force: true });
  });

  test('comes up in the order of what depends on what', async () => {
    expect(inOrder(services, STARTED)).toEqual([
      'postgresql',
      'temporal-schema',
      'temporal',
      'sandbox',
      'book',
      'setup',
      'worker',
      'gateway',
    ]);
    for (const name of inOrder(services, STARTED)) await bringUp(name);
  }, 300_000);

  test('runs the main job', async () => {
    const told = await gangway('onboard-and-fund', 'examples/coinmena.json', '--wait', '--json');
    expect(told).toContain('"exitCode":0');
    expect(told).toContain('"balanceAfter":{"asset":"USD","balance":"1000.00"');
  }, 120_000);

  test('measures where Prometheus asks', async () => {
    for (const [name, address, series] of [
      ['worker', 'http://worker:9464/metrics', 'gangway_flows_ended_total'],
      ['gateway', 'http://gateway:9464/metrics', 'gangway_gateway_request_seconds_count'],
      ['temporal', 'http://temporal:8000/metrics', 'service_requests'],
    ] as const) {
      const here = placed(places(name), address);
      expect(await (await fetch(here)).text()).toContain(series);
    }
  });

  test('set up again, and with server, worker and gateway killed, it is as it was', async () => {
    for (const name of ['gateway', 'worker', 'temporal']) await byHand.kill(name);
    for (const name of ['temporal-schema', 'temporal', 'setup', 'worker', 'gateway']) await bringUp(name);
    const told = await gangway('onboard-and-fund', 'examples/coinmena.json', '--wait', '--json');
    expect(told).toContain('already-done');
  }, 300_000);

  async function bringUp(name: string): Promise<void> {
    const service = serviceOf(name);
    // Those two are PostgreSQL: started here, each with a directory of its own.
    if (name === 'postgresql' || name === 'book') return;
    const ends = Object.values(services).some(
      ({ depends_on }) => depends_on[name]?.condition === 'service_completed_successfully',
    );
    await (ends ? byHand.toItsEnd(name, service) : byHand.start(name, service));
  }

  /** What the service `gangway` prints. */
  async function gangway(...command: readonly string[]): Promise<string> {
    return (await byHand.toItsEnd('gangway', { ...serviceOf('gangway'), command: [...command] })).join('\n');
  }
});

/** Of the server, by its image. */
function versionOf({ image }: ComposeService): string {
  return image.split(':')[1] ?? '';
}

function serviceOf(name: string): ComposeService {
  const service = services[name];
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

/** The user that docker-compose.yml gives to Temporal's server. */
async function asTemporal({ url, passwordFile }: LocalBook): Promise<void> {
  const settings = bookSettings({ [BOOK_VARIABLES.url]: url, [BOOK_VARIABLES.passwordFile]: passwordFile });
  const postgres = openBook(settings, { connections: 1, statementMs: 0 });
  await sql`CREATE ROLE temporal LOGIN SUPERUSER PASSWORD 'temporal'`.execute(postgres);
  await postgres.destroy();
}

/** Where what docker-compose.yml names is on this machine, service by service: each has ports of its own. */
async function placesOf(postgresql: LocalBook, book: LocalBook, data: string): Promise<(service: string) => Places> {
  const [frontend = 0, ofTemporal = 0, sandbox = 0, control = 0, health = 0, ofWorker = 0, ofGateway = 0, gateway = 0] =
    await freePorts(8);
  const key = join(data, 'coinmena-key.pem');
  privately(() => copyFileSync(join(ROOT, 'examples/keys/rfc8032-test-1.pem'), key));
  const port = ({ url }: LocalBook): string => new URL(url).port;
  const shared: readonly (readonly [string, string])[] = [
    ['/etc/gangway', join(ROOT, 'deploy/temporal')],
    ['/app/examples', join(ROOT, 'examples')],
    ['/run/secrets/coinmena_private_key', key],
    ['/run/secrets/book_password', book.passwordFile],
    ['/data/', `${data}/`],
    ['temporal:7233', `127.0.0.1:${frontend}`],
    ['temporal:8000', `127.0.0.1:${ofTemporal}`],
    ['0.0.0.0:8000', `127.0.0.1:${ofTemporal}`],
    ['postgres://gangway@book:5432/gangway', book.url],
    ['http://sandbox:8080', `http://127.0.0.1:${sandbox}`],
    ['worker:9464', `127.0.0.1:${ofWorker}`],
    ['gateway:9464', `127.0.0.1:${ofGateway}`],
  ];
  const own: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    'temporal-schema': [
      ['postgresql', '127.0.0.1'],
      ['5432', port(postgresql)],
    ],
    temporal: [
      ['postgresql', '127.0.0.1'],
      ['5432', port(postgresql)],
      ['7233', String(frontend)],
    ],
    sandbox: [
      ['8080', String(sandbox)],
      ['8090', String(control)],
    ],
    worker: [
      ['8081', String(health)],
      ['9464', String(ofWorker)],
    ],
    gateway: [
      ['8088', String(gateway)],
      ['9464', String(ofGateway)],
    ],
  };
  return (service) => new Map([...shared, ...(own[service] ?? [])]);
}
