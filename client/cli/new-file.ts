import { open } from 'node:fs/promises';
import { CommandError } from './failure';

/**
 * Writes a key's file that was not there before, for its owner only from the first byte on.
 *
 * @throws CommandError if there is one, or it cannot be written
 */
export async function writeNew(file: string, content: string | Buffer): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw new CommandError(`${file} exists and is not overwritten; no key was made.`);
    if (code === 'ENOENT') throw new CommandError(`There is no directory for ${file}; no key was made.`);
    throw new CommandError(`${file} cannot be written; no key was made.`);
  }
}
