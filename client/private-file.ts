import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';

/** Readable and writable by whoever runs this process, and by nobody else: what is written here holds what was sent. */
const OWNER_ONLY = 0o600;

/**
 * Puts a file in the place of what has its name, whole or not at all. Where a link has the name, the link is replaced and
 * not what it leads to.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    // Exclusive: nothing that waits there under this name, a link included, is written into.
    const file = await open(unfinished, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
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
