import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, tooLarge } from './collect';
import { DocumentError, systemCode, unavailable, unreadable } from './document-error';
import type { ReadOptions, StoredFile } from './stored-file';

/**
 * Not through a link in the last component, and never waiting for the other end of a pipe. Links in the components
 * before it are found by where the open file really is.
 */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a `file:` document: a regular file under an allowed root, reached without any symbolic link below that root, and
 * with no other name: a hard link can lead out of the root as a symbolic one can, and does not show it.
 *
 * @param roots directories below which files may be read. The root itself may be reached by a link; nothing below it may
 * @throws DocumentError
 */
export async function readFileUri(
  uri: URL,
  roots: readonly string[],
  { maxBytes, signal }: ReadOptions,
): Promise<StoredFile> {
  const place = placeUnderRoot(uri, roots);
  try {
    const path = join(await realpath(place.root), place.below);
    const handle = await open(path, OPEN_FLAGS);
    try {
      await refuseUnlessPlain(handle, path, maxBytes);
      signal?.throwIfAborted();
      return await collect(handle.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 }), maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof DocumentError ? error : fromSystemError(error);
  }
}

/** The root that a path lies under, by its text alone: nothing outside the roots is ever touched. */
function placeUnderRoot(uri: URL, roots: readonly string[]): { readonly root: string; readonly below: string } {
  const path = pathOf(uri);
  for (const root of roots.map((each) => resolve(each))) {
    const below = relative(root, path);
    if (below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)) return { root, below };
  }
  throw unreadable('is not under an allowed root');
}

function pathOf(uri: URL): string {
  if (uri.host !== '' || uri.search !== '' || uri.hash !== '') throw unreadable('must be a plain file: path');
  try {
    const path = fileURLToPath(uri);
    if (!path.includes('\0')) return path;
  } catch {
    // An encoded separator; the message would repeat the path.
  }
  throw unreadable('must be a plain file: path');
}

/** The path of what was opened must be the one asked for: any link on the way shows as another. */
async function refuseUnlessPlain(handle: FileHandle, path: string, maxBytes: number): Promise<void> {
  const opened = await handle.stat();
  if (!opened.isFile()) throw notRegular();
  const actual = await openedPath(handle, path);
  // Replaced since: the new one is there to be read next time.
  if (actual === `${path} (deleted)`) throw unavailable('was replaced while it was read');
  if (actual !== path) throw throughLink();
  if (opened.nlink > 1) throw unreadable('has another name (a hard link), which is refused');
  if (opened.size > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Where the open file really is. Linux tells it of the handle itself, so a directory that is swapped for a link just
 * while the file is opened does not mislead it. Elsewhere the path is resolved again, which a swap back may deceive.
 */
async function openedPath(handle: FileHandle, path: string): Promise<string> {
  try {
    return await readlink(`/proc/self/fd/${handle.fd}`);
  } catch {
    return await realpath(path);
  }
}

function notRegular(): DocumentError {
  return unreadable('does not name a regular file');
}

function throughLink(): DocumentError {
  return unreadable('leads through a symbolic link, which is refused');
}

function fromSystemError(error: unknown): DocumentError {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return unreadable('names a file that does not exist');
    case 'EACCES':
    case 'EPERM':
      return unreadable('names a file that the worker may not read');
    case 'ELOOP':
      return throughLink();
    case 'EISDIR':
    case 'ENXIO':
      return notRegular();
    case 'ENAMETOOLONG':
      return unreadable('is too long');
    default:
      return unavailable('cannot be read at the moment');
  }
}
