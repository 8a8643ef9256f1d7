import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { decodeText } from './decode';

/** Files that settings name: secrets, which nobody else may be able to read, and certificates, which anybody may. */

/** What is in a file; or why it is not taken, in words that follow the setting's name. */
export type FileContent = { readonly bytes: Buffer } | { readonly problem: string };

/** Far more than any key, token or bundle of certificates. */
const MOST_BYTES = 4 * 1024 * 1024;
const OTHERS_BITS = 0o077;
const ROOT_UID = 0;

/** A file that anybody may read, such as a certificate. An empty one is refused: it would stand for none. */
export function readPublicFile(path: string): FileContent {
  return readWhole(path, () => undefined);
}

/**
 * A file with a secret. It is refused if others can read it, or if it belongs to another user: a secret that others can
 * read is none.
 *
 * @param isPublished whether what is in it is no secret at all, such as a test key that a standard has printed
 */
export function readSecretFile(path: string, isPublished: (text: string) => boolean = () => false): FileContent {
  return readWhole(path, (stats, bytes) => {
    const problem = exposure(stats);
    return problem === undefined || isPublished(bytes.toString('utf8')) ? undefined : problem;
  });
}

/** What is looked at is what is read: the file is opened once. */
function readWhole(path: string, problemOf: (stats: Stats, bytes: Buffer) => string | undefined): FileContent {
  let file: number | undefined;
  try {
    // A pipe that nobody writes into would hold up the start for ever.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) return { problem: 'names no file of a key or a certificate' };
    const bytes = readFileSync(file);
    if (bytes.toString('utf8').trim() === '') return { problem: 'names a file that is empty' };
    const problem = problemOf(stats, bytes);
    return problem === undefined ? { bytes } : { problem };
  } catch {
    return { problem: 'names a file that cannot be read' };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function exposure({ mode, uid }: Stats): string | undefined {
  const us = process.getuid?.();
  // Windows has other ways to say who may read a file, and answers nothing here.
  if (us === undefined) return undefined;
  if ((mode & OTHERS_BITS) !== 0) return 'names a file that others can read or write: make it 0600 (chmod 600)';
  if (uid !== us && uid !== ROOT_UID) return 'names a file of another user: it must be of the user that reads it';
  return undefined;
}

/** The text of a file with a secret, as `readSecretFile`; or why it has none, in words that follow the setting's name. */
export function readSecretText(
  path: string,
  isPublished?: (text: string) => boolean,
): { readonly text: string } | { readonly problem: string } {
  const read = readSecretFile(path, isPublished);
  if ('problem' in read) return read;
  const decoded = decodeText(read.bytes);
  return decoded.ok ? { text: decoded.text } : { problem: `names a file that ${decoded.problem}` };
}
