import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTemporal, type TemporalLink } from '../../client/temporal-link';
import { temporalSettings } from '../../temporal/connection';
import { readWorkerConfig } from '../../worker/config';
import { startWorkerInProcess, type RunningWorkers } from '../../worker/in-process';
import { PrivateCa, type Identity } from '../setup/private-ca';
import { eventually, Rig } from '../setup/rig';
import { TlsFront } from '../setup/tls-front';

/** A gateway's link and a worker, over TLS with certificates and a key in files, all of which are replaced while they run. */

let rig: Rig;
let front: TlsFront;
let directory: string;
let link: TemporalLink;
let worker: RunningWorkers;
const [first, second] = [new PrivateCa('first'), new PrivateCa('second')];

const at = (name: string): string => join(directory, name);

function place(ca: PrivateCa, identity: Identity, apiKey: string): void {
  copyFileSync(ca.certFile, at('ca.crt'));
  writeFileSync(at('client.crt'), identity.cert);
  writeFileSync(at('client.key'), identity.key, { mode: 0o600 });
  writeFileSync(at('api-key'), `${apiKey}\n`, { mode: 0o600 });
}

beforeAll(async () => {
  rig = await Rig.start();
  await rig.stopWorker();
  directory = mkdtempSync(join(tmpdir(), 'gangway-renewed-'));
  front = new TlsFront(rig.server.address);
  await front.listen(first.issue(), first);
  place(first, first.issue(), 'first-key');
  const env = {
    ...rig.env,
    TEMPORAL_ADDRESS: front.address,
    TEMPORAL_API_KEY_FILE: at('api-key'),
    TEMPORAL_TLS_SERVER_CA_CERT_FILE: at('ca.crt'),
    TEMPORAL_TLS_CLIENT_CERT_FILE: at('client.crt'),
    TEMPORAL_TLS_CLIENT_KEY_FILE: at('client.key'),
  };
  link = await openTemporal(temporalSettings(env));
  worker = await startWorkerInProcess(readWorkerConfig(env));
});
afterAll(async () => {
  await worker.stop();
  await link.close();
  await front.close();
  await rig.close();
  rmSync(directory, { recursive: true, force: true });
  first.close();
  second.close();
});

async function works(partnerClientId: string): Promise<void> {
  expect(await eventually(async () => (await link.answers()) || undefined)).toBe(true);
  const handle = await rig.onboard(rig.application(partnerClientId));
  expect(await handle.result()).toMatchObject({ outcome: 'ready' });
}

const keysOf = (name: string): readonly (string | undefined)[] =>
  front.calls.filter(({ path }) => path.endsWith(name)).map(({ authorization }) => authorization);

test('both work with the files as they were at the start', async () => {
  await works('before');
  expect(keysOf('/DescribeNamespace').at(-1)).toBe('Bearer first-key');
  expect(keysOf('/RespondWorkflowTaskCompleted').at(-1)).toBe('Bearer first-key');
});

test('an API key that is replaced is used without a restart', async () => {
  writeFileSync(at('api-key'), 'second-key\n');
  await eventually(async () => {
    await link.answers();
    return keysOf('/DescribeNamespace').at(-1) === 'Bearer second-key' ? true : undefined;
  });
  // A worker's new connection begins with it; polls that are under way go on over the former one.
  await eventually(() => Promise.resolve(keysOf('/GetSystemInfo').includes('Bearer second-key') || undefined));
  await works('with-the-second-key');
  expect(keysOf('/RespondWorkflowTaskCompleted').at(-1)).toBe('Bearer second-key');
});

test('half of a new pair changes nothing, and the whole of it is used once the server wants it', async () => {
  const identity = second.issue();
  writeFileSync(at('client.crt'), identity.cert);
  await works('with-half');
  place(second, identity, 'third-key');
  await front.listen(second.issue(), second);
  await works('with-another-authority');
  expect(keysOf('/RespondWorkflowTaskCompleted').at(-1)).toBe('Bearer third-key');
}, 180_000);
