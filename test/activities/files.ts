import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jpeg, pdf, png } from '../setup/documents';

/** Whole files, each of its own content. */
export const fileOf = {
  jpeg: (bytes = 2000): Buffer => jpeg(bytes),
  png: (bytes = 2000): Buffer => png(bytes),
  pdf: (): Buffer => pdf(randomBytes(500).toString('hex')),
};

/** A file that begins as an ISO base media file with these brands, the first of them the major one. */
export function isoFile(major: string, ...compatible: string[]): Buffer {
  const brands = Buffer.from([major, '\0\0\0\0', ...compatible].join(''), 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(8 + brands.length);
  return Buffer.concat([size, Buffer.from('ftyp'), brands, Buffer.from('the rest of the file')]);
}

export interface TestDirectory {
  readonly path: string;
  /** Writes a file and gives its `file:` uri. */
  put(name: string, content: Buffer): Promise<string>;
  uri(name: string): string;
  remove(): Promise<void>;
}

export async function testDirectory(): Promise<TestDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'gangway-files-')));
  const uri = (name: string): string => pathToFileURL(join(path, name)).href;
  return {
    path,
    uri,
    put: async (name, content) => {
      await writeFile(join(path, name), content);
      return uri(name);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
