import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createActivities, type Activities } from '../../activities';
import { createClamdScanner } from '../../activities/documents/clamd';
import { createDocumentStore } from '../../activities/documents/store';
import type { ClamdAddress } from '../../inputs/clamd-settings';
import { coinmena } from '../../providers/coinmena';
import { Clamd, EICAR, EICAR_NAME, findClamd } from '../setup/clamd';
import { jpeg, pdf } from '../setup/documents';
import { testDirectory, type TestDirectory } from './files';
import { failureOf, run, startRig, type Ledger, type Rig } from './rig';

/** No server is there, and no workflow that has other runs. */
jest.mock('../../activities/other-runs', () => ({ findInOtherRuns: () => Promise.resolve(false) }));

const scannerAt = (address: ClamdAddress, timeoutMs = 20_000) => createClamdScanner({ address, timeoutMs });
const FOUND = { problem: `holds what the virus scanner knows as ${EICAR_NAME}.UNOFFICIAL`, transient: false };
const AWAY = { problem: 'cannot be scanned for viruses: the scanner cannot be reached', transient: true };

const program = findClamd();
if (program === undefined) console.warn('Not tried against ClamAV: it is not here, and apt-get cannot install it.');

(program === undefined ? describe.skip : describe)('the daemon of ClamAV', () => {
  let clamd: Clamd;
  beforeAll(async () => {
    clamd = await Clamd.start(program ?? '');
  }, 60_000);
  afterAll(() => clamd.stop());

  test.each(['unix', 'tcp'])('finds EICAR and passes what is clean, over %s', async (kind) => {
    const scanner = scannerAt(kind === 'unix' ? { path: clamd.socket } : { host: '127.0.0.1', port: clamd.port });
    await expect(scanner.scan(EICAR)).rejects.toMatchObject(FOUND);
    await expect(scanner.scan(jpeg(500_000))).resolves.toBeUndefined();
  });

  test('finds it inside of whole documents', async () => {
    const scanner = scannerAt({ path: clamd.socket });
    await expect(scanner.scan(pdf(EICAR))).rejects.toMatchObject(FOUND);
    await expect(scanner.scan(Buffer.concat([jpeg(3000), EICAR]))).rejects.toMatchObject(FOUND);
  });

  test('a file that it does not take whole does not pass', async () => {
    await expect(scannerAt({ path: clamd.socket }).scan(jpeg(3_000_000))).rejects.toMatchObject({
      // Which of the two depends on whether its word comes before it hangs up in the middle of the file.
      problem: expect.stringMatching(
        /^cannot be scanned for viruses: (the file is larger than its StreamMaxLength|the scanner cannot be reached)$/,
      ),
      transient: true,
    });
  });
});

describe('a daemon that does not do as it should', () => {
  let server: Server;
  let directory: TestDirectory;
  let answer: (socket: Socket) => void;
  beforeAll(async () => {
    directory = await testDirectory();
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      answer(socket);
    });
    await new Promise<void>((listening) => server.listen(join(directory.path, 'socket'), listening));
  });
  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    await directory.remove();
  });
  const scan = (timeoutMs?: number) => scannerAt({ path: join(directory.path, 'socket') }, timeoutMs).scan(jpeg(3000));
  const NO_VERDICT = { problem: 'cannot be scanned for viruses: the scanner gave no verdict', transient: true };

  const answers: readonly (readonly [string, string, object])[] = [
    ['nothing', '', NO_VERDICT],
    ['a part of its word', 'stream: O', NO_VERDICT],
    ['another word', 'stream: OKAY\0', NO_VERDICT],
    ['an error', 'stream: Can not open file ERROR\0', NO_VERDICT],
    ['PONG', 'PONG\0', NO_VERDICT],
    ['without an end, for ever', 'x'.repeat(100_000), NO_VERDICT],
    [
      'a name that is more than a name',
      'stream: \u001b[2Jx FOUND\0',
      { problem: 'holds what the virus scanner knows as ??2Jx' },
    ],
  ];
  test.each(answers)('it answers %s', async (_name, text, error) => {
    answer = (socket) => socket.resume().end(text);
    await expect(scan()).rejects.toMatchObject(error);
  });

  test('it answers in pieces', async () => {
    answer = (socket) => {
      socket.resume().write('stream:');
      setImmediate(() => socket.write(' OK\0'));
    };
    await expect(scan()).resolves.toBeUndefined();
  });

  test('it never answers', async () => {
    answer = (socket) => socket.resume();
    const problem = 'cannot be scanned for viruses: the scanner did not answer within 50 ms';
    await expect(scan(50)).rejects.toMatchObject({ problem, transient: true });
  });

  test('it is not there', async () => {
    await expect(scannerAt({ path: join(directory.path, 'absent') }).scan(jpeg(99))).rejects.toMatchObject(AWAY);
  });

  test('a scan that was stopped ends with the reason', async () => {
    const stopped = new AbortController();
    const reason = new Error('stopped');
    answer = () => stopped.abort(reason);
    const scanner = scannerAt({ path: join(directory.path, 'socket') });
    await expect(scanner.scan(jpeg(3000), { signal: stopped.signal })).rejects.toBe(reason);
  });
});

describe('documents and a scanner', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.close());

  function scanned(scan: () => Promise<void>): Activities {
    return createActivities({
      providers: new Map([['coinmena', { semantics: coinmena.semantics, connector: rig.connector }]]),
      documents: createDocumentStore({ roots: [rig.files.path], scanner: { scan } }),
      sends: rig.book.sends,
    });
  }

  test('if the scanner cannot be reached nothing is uploaded, and it is tried again', async () => {
    const absent = scannerAt({ path: join(rig.files.path, 'absent') });
    const away = scanned(() => absent.scan(EICAR));
    const application = await rig.application();
    const { partnerClientId } = application;
    const check = { input: application, kind: 'application' as const };
    expect(await failureOf(away.checkApplication, check)).toMatchObject({ code: 'UNREACHABLE', nonRetryable: false });
    const { documents } = await run(rig.activities.checkApplication, check);
    await run(rig.activities.createClient, { provider: 'coinmena', partnerClientId, applicant: application.applicant });
    for (const document of documents) {
      const upload = { provider: 'coinmena', partnerClientId, document };
      expect(await failureOf(away.uploadDocument, upload)).toMatchObject({
        code: 'UNREACHABLE',
        outcome: 'not-applied',
        nonRetryable: false,
      });
    }
    expect(await rig.control('GET', '/ledger')).toMatchObject({ documents: [] } satisfies Partial<Ledger>);
  });
});
