import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocumentStore } from '../../activities/documents/store';
import { refuseUnlessWhole } from '../../activities/documents/whole';
import { sniff } from '../../activities/documents/sniff';
import { DOCUMENT_CASES, TIRING } from './document-cases';
import { testDirectory } from './files';

async function problemOf(bytes: Buffer): Promise<unknown> {
  const mime = sniff(bytes);
  if (mime === undefined) throw new Error('is of no known type');
  return refuseUnlessWhole(bytes, mime).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test.each(DOCUMENT_CASES)('%s', async (_name, bytes, problem) => {
  expect(await problemOf(bytes)).toEqual(
    problem === undefined ? undefined : expect.objectContaining({ problem, transient: false }),
  );
});

test.each(['id-front.jpg', 'id-back.jpg', 'utility-bill.pdf'])('the example %s is whole', async (name) => {
  expect(await problemOf(readFileSync(join(__dirname, '..', '..', 'examples', 'documents', name)))).toBeUndefined();
});

test.each(TIRING)('5 MiB of %s tire nobody', async (_name, unit) => {
  const bytes = Buffer.from(`%PDF-1.7\n1 0 obj\n${unit.repeat(Math.floor((5 * 1024 * 1024) / unit.length))}`);
  expect(await problemOf(bytes)).toMatchObject({ transient: false });
});

test('a store reads only what is whole', async () => {
  const root = await testDirectory();
  const store = createDocumentStore({ roots: [root.path] });
  for (const [name, bytes, problem] of DOCUMENT_CASES) {
    const read = store.read(await root.put(name.replaceAll('/', '-'), bytes), { maxBytes: 5 * 1024 * 1024 });
    if (problem === undefined) expect((await read).bytes.equals(bytes)).toBe(true);
    else await expect(read).rejects.toMatchObject({ problem: expect.any(String) });
  }
  await root.remove();
});
