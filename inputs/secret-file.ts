import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { anotherForm, decodeText } from './decode';

/** Files that settings name: secrets, which nobody else may be able to read, and certificates, which anybody may. */

/** What is in a file, without a byte order mark; or why it is not taken, in words that follow the setting's name. */
export type FileContent = { readonly bytes: Buffer } | { readonly problem: string };

/** Far more than any key, token or bundle of certificates. */
const MOST_BYTES = 4 * 1024 * 1024;
const OTHERS_BITS = 0o077;
const ROOT_UID = 0;

/** A file that anybody may read, such as a public key. An empty one is refused: it would stand for none. */
export function readPublicFile(path: string): FileContent {
  return readWhole(path, () => undefined);
}

/** Certificates in PEM, with comments in whatever encoding between them, as bundles have them. */
export function readCertificates(path: string): FileContent {
  return inPem(readPublicFile(path), CERTIFICATE, 'a certificate');
}

/** A private key in PEM, as `readSecretFile`. */
export function readPrivateKey(path: string): FileContent {
  return inPem(readSecretFile(path), PRIVATE_KEY, 'a private key');
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;

/** What holds nothing in PEM would be taken for no authority or no key at all, and TLS would only say that it failed. */
function inPem(read: FileContent, begin: RegExp, what: string): FileContent {
  if ('problem' in read || begin.test(read.bytes.toString('latin1'))) return read;
  return { problem: `names a file without ${what} in PEM` };
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
    const other = anotherForm(bytes);
    const problem = problemOf(stats, bytes) ?? (other === undefined ? undefined : `names a file that ${other}`);
    return problem === undefined ? { bytes: withoutMark(bytes) } : { problem };
  } catch {
    return { problem: 'names a file that cannot be read' };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const BOM = Buffer.from('\uFEFF');

/** OpenSSL looks for PEM at the beginning of a line, where a byte order mark would stand before it. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;
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
