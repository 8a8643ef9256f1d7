import { withFileUris } from './document-uris';
import { readJson } from './read-json';

/**
 * An application from a file, or from standard input for `-`, yet to be checked. Paths of documents in it are taken from
 * the file's directory.
 *
 * @throws CommandError if it cannot be read or is no JSON
 */
export async function readApplicationFile(file: string): Promise<unknown> {
  const { value, directory } = await readJson(file);
  return withFileUris(value, directory);
}
