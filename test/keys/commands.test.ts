import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretKey } from 'node:crypto';
import { PostgresDataKeys } from '../../book/data-keys';
import { newKeyLine } from '../../keys/key-file';
import { documents, runCli, type CliResult } from '../client/run-cli';
import { newOwnBook, type OwnBook } from '../setup/test-book';
import { KeyFile } from '../../keys/key-file';
import { KeyFileWrapper } from '../../keys/key-wrapper';

let own: OwnBook;
let directory: string;
let file: string;

beforeAll(async () => {
  own = await newOwnBook();
  directory = mkdtempSync(join(tmpdir(), 'gangway-keys-'));
  file = join(directory, 'payload-keys');
});
afterAll(async () => {
  await own.drop();
  rmSync(directory, { recursive: true, force: true });
});

async function keys(...args: readonly string[]): Promise<CliResult> {
  return await runCli(['keys', ...args, '--json'], { env: { ...own.env, GANGWAY_PAYLOAD_KEYS_FILE: file } });
}

test('a key file is made, grows, and its keys take over from each other', async () => {
  const made = await keys('create');
  expect(made.exitCode).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const [first] = documents(made);
  const again = await keys('create');
  expect(again.exitCode).toBe(2);
  expect(documents(again)).toMatchObject([{ error: { message: expect.stringContaining('is not overwritten') } }]);

  const book = new PostgresDataKeys(own.open());
  const wrapper = new KeyFileWrapper(new KeyFile(file));
  for (const keyId of ['key-1', 'key-2']) {
    const subject = `funding/coinmena/${keyId}`;
    const wrapped = await wrapper.wrap(createSecretKey(Buffer.alloc(32, 1)), { keyId, subject });
    await book.inUse({ keyId, subject, ...wrapped });
  }
  const [added] = documents(await keys('add', '--current'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(documents(await keys('status'))).toMatchObject([
    {
      keys: [
        { id: added?.['id'], workflows: 0, there: true, current: true },
        { id: first?.['id'], workflows: 2, there: true, current: false },
      ],
    },
  ]);
  const rotated = await keys('rotate');
  expect(rotated.exitCode).toBe(0);
  expect(documents(rotated).at(-1)).toEqual({ to: added?.['id'], rewrapped: 2, missing: {}, altered: [] });

  // A key that is lost is missed by name, and the exit code says so.
  writeFileSync(file, `${newKeyLine().line}\n`);
  const missed = await keys('status');
  expect(missed.exitCode).toBe(1);
  expect(documents(missed)).toMatchObject([{ keys: [{}, { id: added?.['id'], workflows: 2, there: false }] }]);
  expect((await keys('rotate')).exitCode).toBe(1);
  const everything = [made, again, rotated, missed].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('\n');
  expect(everything).not.toContain(readFileSync(file, 'utf8').split(' ')[1]?.trim());
});
