import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createActivities, type Activities } from '../../activities';
import type { ServedProvider } from '../../activities/deps';
import { createDocumentStore } from '../../activities/documents/store';
import type { Application, ApplicationDocument } from '../../contract/onboarding';
import { coinmena } from '../../providers/coinmena';
import { configSchema } from '../../providers/coinmena/config';
import { CoinmenaConnector } from '../../providers/coinmena/connector';
import { oceafin } from '../../providers/oceafin';
import { startOceafinSandbox, type RunningSandbox } from '../../sandbox/oceafin';
import { jpeg, pdf } from '../setup/documents';
import { oceafinRig } from '../setup/provider-rigs';
import { configFor } from '../providers/oceafin-fixtures';
import { applicant } from '../setup/applicant';
import { control } from '../sandbox/signing';
import { testDirectory, type TestDirectory } from './files';
import { run, sandboxEnvironment } from './rig';
import { newOwnBook, type OwnBook } from '../setup/test-book';

/** No server is there, and no workflow that has other runs. */
jest.mock('../../activities/other-runs', () => ({ findInOtherRuns: () => Promise.resolve(false) }));

const MB = 1_000_000;
const { applicationDetails } = oceafinRig();

let files: TestDirectory;
let sandbox: RunningSandbox;
let oceafinServed: ServedProvider;
let coinmenaServed: ServedProvider;
let activities: Activities;
let book: OwnBook;

beforeAll(async () => {
  files = await testDirectory();
  sandbox = await startOceafinSandbox();
  oceafinServed = { ...served(oceafin), connector: oceafin.create(configFor(sandbox.url)) };
  // Nothing is asked of it: the file is refused before.
  const connector = new CoinmenaConnector(configSchema.parse(sandboxEnvironment('http://127.0.0.1:9')));
  connector.checkApplication = async () => [];
  coinmenaServed = { ...served(coinmena), connector };
  book = await newOwnBook();
  activities = createActivities({
    providers: new Map([
      ['oceafin', oceafinServed],
      ['coinmena', coinmenaServed],
    ]),
    documents: createDocumentStore({ roots: [files.path] }),
    sends: book.sends,
  });
});
afterAll(async () => {
  await Promise.all([oceafinServed, coinmenaServed].map(({ connector }) => connector.close()));
  await sandbox.close();
  await book.drop();
  await files.remove();
});

function served({
  semantics,
  inputs,
}: Pick<typeof oceafin, 'semantics' | 'inputs'>): Omit<ServedProvider, 'connector'> {
  return { semantics, ...(inputs === undefined ? {} : { inputs }) };
}

function application(
  provider: string,
  partnerClientId: string,
  documents: readonly ApplicationDocument[],
): Application {
  const details = provider === 'oceafin' && applicationDetails !== undefined ? { details: applicationDetails } : {};
  return { provider, partnerClientId, applicant: applicant(partnerClientId), documents, ...details };
}

function check(input: Application) {
  return run(activities.checkApplication, { input, kind: 'application' });
}

test('a JPEG and a PDF of 6 MB go through to Oceafin, byte for byte', async () => {
  const input = application('oceafin', 'large-1', [
    { type: 'PASSPORT', front: { uri: await files.put('6.jpg', jpeg(6 * MB)) } },
    { type: 'PROOF_OF_ADDRESS', front: { uri: await files.put('6.pdf', pdf(Buffer.alloc(6 * MB, 'a'))) } },
  ]);
  const { documents, problems } = await check(input);
  expect(problems).toEqual([]);
  const { provider, partnerClientId, details } = input;
  const { providerClientId } = await run(activities.createClient, {
    provider,
    partnerClientId,
    applicant: input.applicant,
    ...(details === undefined ? {} : { details }),
  });
  const client = { provider, partnerClientId, providerClientId };
  for (const document of documents) await run(activities.uploadDocument, { ...client, document });
  const ledger = await control(sandbox.controlUrl, 'GET', '/ledger');
  expect(ledger.json).toMatchObject({
    files: documents.map(({ front: { sha256, bytes } }) => ({ sha256, bytes })),
  });
});

test.each([
  ['oceafin', 'PASSPORT', 11 * MB, 10 * MB],
  ['coinmena', 'government_id', 6 * MB, 5 * MB],
])('at %s a %s of %d bytes is refused, and the limit of %d is named', async (provider, type, bytes, limit) => {
  const front = { uri: await files.put(`${provider}.jpg`, jpeg(bytes)) };
  expect((await check(application(provider, 'too-large-1', [{ type, front }]))).problems).toEqual([
    { field: 'documents.0.front.uri', problem: `names a file larger than ${limit} bytes` },
  ]);
});

test('a file that grew beyond the limit since it was inspected is not read for the upload', async () => {
  const uri = await files.put('grows.jpg', jpeg(2000));
  const { documents } = await check(application('oceafin', 'grows-1', [{ type: 'PASSPORT', front: { uri } }]));
  await truncate(join(files.path, 'grows.jpg'), 3_000 * MB);
  const [document] = documents;
  if (document === undefined) throw new Error('unreachable');
  const upload = { provider: 'oceafin', partnerClientId: 'grows-1', providerClientId: 'nobody', document };
  await expect(run(activities.uploadDocument, upload)).rejects.toThrow(`larger than ${10 * MB} bytes`);
});
