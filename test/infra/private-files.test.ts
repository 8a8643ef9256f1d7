import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCoinmenaSandbox } from '../../sandbox/coinmena';
import { keepFilesPrivate, privately } from '../../system/private-files';
import { startDevServer } from '../../temporal/dev-server';

const root = mkdtempSync(join(tmpdir(), 'gangway-private-'));
const before = process.umask(0o000);

afterAll(() => {
  process.umask(before);
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  process.umask(0o000);
});

function modesBelow(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))].map((name) => {
      const stats = statSync(name);
      return [
        name.slice(root.length),
        `${stats.isDirectory() ? 'directory' : 'file'} ${(stats.mode & 0o777).toString(8)}`,
      ];
    }),
  );
}

const ONLY_OURS = /^(directory 700|file 600)$/;

test('what a Temporal server keeps is for this user only, whatever the umask is', async () => {
  const data = join(root, 'temporal', 'data');
  const server = await startDevServer({ data, env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  const modes = modesBelow(join(root, 'temporal'));
  await server.stop();
  expect(Object.keys(modes)).toContain('/temporal/data/temporal.db');
  expect(Object.entries(modes).filter(([, mode]) => !ONLY_OURS.test(mode))).toEqual([]);
}, 120_000);

test('a database that was open to others no longer is', async () => {
  const data = mkdtempSync(join(root, 'older-'));
  const first = await startDevServer({ data, env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  await first.stop();
  const database = join(data, 'temporal.db');
  chmodSync(database, 0o644);
  const server = await startDevServer({ data, env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  expect(statSync(database).mode & 0o777).toBe(0o600);
  await server.stop();
}, 120_000);

test('what a sandbox keeps, too', async () => {
  const sandbox = await startCoinmenaSandbox({ dataFile: join(root, 'sandbox', 'deep', 'coinmena.jsonl') });
  const modes = modesBelow(join(root, 'sandbox'));
  await sandbox.close();
  expect(Object.keys(modes)).toContain('/sandbox/deep/coinmena.jsonl');
  expect(Object.entries(modes).filter(([, mode]) => !ONLY_OURS.test(mode))).toEqual([]);
});

test('what our processes write from then on, and nothing of a host process that only starts a server', () => {
  privately(() => {
    writeFileSync(join(root, 'ours'), '');
  });
  writeFileSync(join(root, 'theirs'), '');
  keepFilesPrivate();
  writeFileSync(join(root, 'of-our-process'), '');
  const modes = modesBelow(root);
  expect([modes['/ours'], modes['/theirs'], modes['/of-our-process']]).toEqual(['file 600', 'file 666', 'file 600']);
});
