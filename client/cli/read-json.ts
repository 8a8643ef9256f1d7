import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandError } from './failure';

/** JSON from a file, and the directory that relative paths in it are meant from. */
export interface JsonFile {
  readonly value: unknown;
  readonly directory: string;
}

/**
 * Reads JSON from a file, or from standard input for `-`.
 *
 * @throws CommandError where it cannot be read or is no JSON
 */
export async function readJson(file: string): Promise<JsonFile> {
  const content = file === '-' ? await text(process.stdin) : await readText(file);
  const directory = file === '-' ? process.cwd() : dirname(resolve(file));
  return { value: parse(content, file === '-' ? 'Standard input' : file), directory };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new CommandError(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new CommandError(`${file} is a directory, not a file.`);
    throw new CommandError(`${file} cannot be read.`);
  }
}

function parse(content: string, source: string): unknown {
  if (content.trim() === '') throw new CommandError(`${source} is empty; one JSON object is expected.`);
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''));
    return value;
  } catch (error) {
    throw new CommandError(`${source} is not JSON${placeOf(error, content)}.`);
  }
}

/** Where the JSON breaks off; nothing of the text itself, which may be personal. */
function placeOf(error: unknown, content: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return ': it ends too early';
  const before = content.slice(0, Number(position)).split('\n');
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
