import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, rename, symlink, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DocumentError } from '../../activities/documents/document-error';
import { createDocumentStore } from '../../activities/documents/store';
import { fileOf, testDirectory, type TestDirectory } from './files';

/** As much as any of these may be, in bytes. */
const MAX_BYTES = 5 * 1024 * 1024;

describe('file: documents', () => {
  let root: TestDirectory;
  let outside: TestDirectory;

  beforeAll(async () => {
    root = await testDirectory();
    outside = await testDirectory();
    await mkdir(join(root.path, 'deep', 'er'), { recursive: true });
  });
  afterAll(async () => {
    await root.remove();
    await outside.remove();
  });

  const store = () => createDocumentStore({ roots: [root.path] });

  async function problemOf(uri: string, maxBytes = MAX_BYTES): Promise<DocumentError> {
    const error: unknown = await store()
      .read(uri, { maxBytes })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    if (!(error instanceof DocumentError)) throw new Error('was read', { cause: error });
    return error;
  }

  test('a file under the root is read, sniffed and hashed', async () => {
    const content = fileOf.jpeg(700_000);
    const uri = await root.put('deep/er/id front.jpg', content);
    const file = await store().read(uri, { maxBytes: MAX_BYTES });
    expect(file.bytes.equals(content)).toBe(true);
    expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(file.mime).toBe('image/jpeg');
  });

  test('a root that is itself a link is followed', async () => {
    const uri = await root.put('a.pdf', fileOf.pdf());
    const linked = join(outside.path, 'linked-root');
    await symlink(root.path, linked);
    const linkedStore = createDocumentStore({ roots: [linked] });
    await expect(linkedStore.read(uri, { maxBytes: MAX_BYTES })).rejects.toMatchObject({
      problem: 'is not under an allowed root',
    });
    expect((await linkedStore.read(pathToFileURL(join(linked, 'a.pdf')).href, { maxBytes: MAX_BYTES })).mime).toBe(
      'application/pdf',
    );
  });

  test('the type is what the bytes say, not the name', async () => {
    expect((await store().read(await root.put('claims-to-be.pdf', fileOf.png()), { maxBytes: MAX_BYTES })).mime).toBe(
      'image/png',
    );
  });

  test('a link to a file is refused, also to one under the root', async () => {
    await outside.put('secret.jpg', fileOf.jpeg());
    await root.put('plain.jpg', fileOf.jpeg());
    await symlink(join(outside.path, 'secret.jpg'), join(root.path, 'out.jpg'));
    await symlink(join(root.path, 'plain.jpg'), join(root.path, 'in.jpg'));
    for (const name of ['out.jpg', 'in.jpg']) {
      const { problem, transient } = await problemOf(root.uri(name));
      expect(problem).toBe('leads through a symbolic link, which is refused');
      expect(transient).toBe(false);
    }
  });

  test('a hard link is refused, as is what it is a link to', async () => {
    await outside.put('hard.jpg', fileOf.jpeg());
    await link(join(outside.path, 'hard.jpg'), join(root.path, 'hard.jpg'));
    expect((await problemOf(root.uri('hard.jpg'))).problem).toBe('has another name (a hard link), which is refused');
    const uri = await root.put('first.jpg', fileOf.jpeg());
    await link(join(root.path, 'first.jpg'), join(root.path, 'second.jpg'));
    expect(await problemOf(uri)).toMatchObject({ problem: expect.stringMatching(/hard link/), transient: false });
  });

  test('a link to a directory on the way is refused', async () => {
    await outside.put('there.jpg', fileOf.jpeg());
    await symlink(outside.path, join(root.path, 'away'));
    expect((await problemOf(root.uri('away/there.jpg'))).problem).toMatch(/symbolic link/);
  });

  const swapProof = process.platform === 'linux';
  (swapProof ? test : test.skip)(
    'a directory that is swapped for a link while it is read gives nothing from outside',
    async () => {
      const inside = fileOf.jpeg();
      const stolen = fileOf.jpeg();
      await mkdir(join(root.path, 'real'));
      const uri = await root.put('real/x.jpg', inside);
      await outside.put('x.jpg', stolen);
      await symlink(outside.path, join(root.path, 'link'));
      const real = join(root.path, 'real');
      const swaps = { go: true };
      const swapping = (async () => {
        while (swaps.go) {
          await rename(real, join(root.path, 'aside'));
          await rename(join(root.path, 'link'), real);
          await rename(real, join(root.path, 'link'));
          await rename(join(root.path, 'aside'), real);
        }
      })();
      const outcomes = new Set<string>();
      for (let round = 0; round < 2000; round += 1) {
        outcomes.add(
          await store()
            .read(uri, { maxBytes: MAX_BYTES })
            .then(
              ({ bytes }) => (bytes.equals(inside) ? 'inside' : 'stolen'),
              () => 'refused',
            ),
        );
      }
      swaps.go = false;
      await swapping;
      expect([...outcomes].filter((outcome) => outcome === 'stolen')).toEqual([]);
    },
  );

  test('what lies outside is refused, whether it is there or not', async () => {
    await outside.put('there.jpg', fileOf.jpeg());
    const sibling = `${pathToFileURL(root.path).href}-not/x.jpg`;
    for (const uri of [outside.uri('there.jpg'), outside.uri('absent.jpg'), sibling, 'file:///etc/passwd']) {
      expect((await problemOf(uri)).problem).toBe('is not under an allowed root');
    }
    for (const up of ['../x.jpg', '%2e%2e/x.jpg', 'deep/../../x.jpg']) {
      expect((await problemOf(`${pathToFileURL(root.path).href}/${up}`)).problem).toBe('is not under an allowed root');
    }
    expect((await problemOf(pathToFileURL(root.path).href)).problem).toBe('is not under an allowed root');
  });

  test('without roots nothing is read', async () => {
    const uri = await root.put('b.jpg', fileOf.jpeg());
    await expect(createDocumentStore({}).read(uri, { maxBytes: MAX_BYTES })).rejects.toMatchObject({
      problem: 'is not under an allowed root',
    });
  });

  test('only plain file: paths', async () => {
    const base = pathToFileURL(root.path).href;
    for (const uri of [
      `file://elsewhere${root.path}/b.jpg`,
      `${base}/b.jpg?x=1`,
      `${base}/b.jpg#x`,
      `${base}/b%00.jpg`,
    ]) {
      expect((await problemOf(uri)).problem).toBe('must be a plain file: path');
    }
    expect((await problemOf(`${base}/a%2Fb.jpg`)).problem).toBe('must be a plain file: path');
    for (const uri of ['http://example.test/a.jpg', 'data:text/plain,x', root.path, 'ftp://x/y', '']) {
      expect((await problemOf(uri)).problem).toBe('must be a file: or https: uri');
    }
  });

  test('only regular files, and no waiting for the other end of a pipe', async () => {
    execFileSync('mkfifo', [join(root.path, 'pipe')]);
    const socket = createServer();
    await new Promise<void>((listening) => socket.listen(join(root.path, 'socket'), listening));
    for (const name of ['pipe', 'socket', 'deep']) {
      expect((await problemOf(root.uri(name))).problem).toBe('does not name a regular file');
    }
    socket.close();
    const devices = createDocumentStore({ roots: ['/dev'] });
    await expect(devices.read('file:///dev/zero', { maxBytes: MAX_BYTES })).rejects.toMatchObject({
      problem: 'does not name a regular file',
    });
  });

  test('absent, empty, too large, of no known type', async () => {
    await root.put('empty.jpg', Buffer.alloc(0));
    await root.put('page.jpg', Buffer.from('<html>'));
    await root.put('sparse.jpg', fileOf.jpeg());
    await truncate(join(root.path, 'sparse.jpg'), 3_000_000_000);
    await root.put('exact.jpg', fileOf.jpeg(1000));
    expect((await problemOf(root.uri('absent.jpg'))).problem).toBe('names a file that does not exist');
    expect((await problemOf(root.uri('page.jpg/x'))).problem).toBe('names a file that does not exist');
    expect((await problemOf(root.uri('empty.jpg'))).problem).toBe('names an empty file');
    expect((await problemOf(root.uri('page.jpg'))).problem).toMatch(/is not JPEG, PNG, HEIC, HEIF or PDF/);
    expect((await problemOf(root.uri('sparse.jpg'))).problem).toBe('names a file larger than 5242880 bytes');
    expect((await problemOf(root.uri('exact.jpg'), 999)).problem).toBe('names a file larger than 999 bytes');
    expect((await store().read(root.uri('exact.jpg'), { maxBytes: 1000 })).bytes).toHaveLength(1000);
  });

  test('what it throws says nothing of place or content', async () => {
    const uri = await root.put('John-Doe-passport.jpg', Buffer.from('John Doe'));
    const { message, stack = '', cause } = await problemOf(uri);
    expect(`${message}${stack.split('\n')[0] ?? ''}`).not.toMatch(/John|passport|gangway-files/);
    expect(cause).toBeUndefined();
  });

  const asRoot = process.getuid?.() === 0;
  (asRoot ? test.skip : test)('a file that may not be read', async () => {
    const uri = await root.put('closed.jpg', fileOf.jpeg());
    await chmod(join(root.path, 'closed.jpg'), 0);
    expect((await problemOf(uri)).problem).toBe('names a file that the worker may not read');
  });

  test('a read that was stopped ends with the reason', async () => {
    const uri = await root.put('c.jpg', fileOf.jpeg());
    const reason = new Error('stopped');
    await expect(store().read(uri, { maxBytes: MAX_BYTES, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
