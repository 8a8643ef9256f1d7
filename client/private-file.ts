import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';

/** Readable and writable only by the user that runs this process: these files hold what was sent. */
const OWNER_ONLY = 0o600;

/**
 * Replaces whatever has the file's name, completely or not at all. If a link has the name, the link is replaced, not
 * its target.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  await replaceFileWith(path, (write) => write(content));
}

/**
 * The same, with content that comes piece by piece.
 *
 * @param unwritable what to throw where the file cannot be written; default: what the system said
 */
export async function replaceFileWith<Result>(
  path: string,
  work: (write: (piece: string | Uint8Array) => Promise<void>) => Promise<Result>,
  unwritable?: () => Error,
): Promise<Result> {
  const unfinished = `${path}.${randomUUID()}.part`;
  const ours = async <Done>(step: () => Promise<Done>): Promise<Done> => {
    try {
      return await step();
    } catch (error) {
      throw unwritable?.() ?? error;
    }
  };
  try {
    // Exclusive: if anything has this name already, even a link, it is not written into.
    const file = await ours(() => open(unfinished, 'wx', OWNER_ONLY));
    let result: Result;
    try {
      result = await work((piece) => ours(() => file.writeFile(piece)));
      await ours(() => file.sync());
    } finally {
      await file.close();
    }
    await ours(() => rename(unfinished, path));
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Opens a file to add to its end, and makes it the owner's alone. A link in its place is refused. */
export async function openToAppend(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, OWNER_ONLY);
  await file.chmod(OWNER_ONLY);
  return file;
}
