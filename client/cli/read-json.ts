import { dirname, resolve } from 'node:path';
import { decodeText, HOW_TO_SAVE, MESSAGE_BOUNDS, readJsonText } from '../../inputs';
import { CommandError } from './failure';
import { nameOf, readBytes } from './read-bytes';

/** JSON from a file, and the directory that relative paths in it are meant from. */
export interface JsonFile {
  readonly value: unknown;
  readonly directory: string;
}

/**
 * Reads JSON from a file, or from standard input for `-`.
 *
 * @throws CommandError if it cannot be read or is no JSON
 */
export async function readJson(file: string): Promise<JsonFile> {
  const decoded = decodeText(await readBytes(file, MESSAGE_BOUNDS.bytes));
  if (!decoded.ok) throw new CommandError(`${nameOf(file)} ${decoded.problem}. ${HOW_TO_SAVE}`);
  const read = readJsonText(decoded.text, MESSAGE_BOUNDS);
  if (!read.ok) throw new CommandError(`${nameOf(file)} ${read.problem}.`);
  return { value: read.value, directory: file === '-' ? process.cwd() : dirname(resolve(file)) };
}
