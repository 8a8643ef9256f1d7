import { createReadStream } from 'node:fs';
import { CommandError } from './failure';

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @param most bytes that are read: a file that never ends ends the command and not the memory
 * @throws CommandError if they cannot be read, or are more
 */
export async function readBytes(file: string, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      const piece: unknown = chunk;
      const part = typeof piece === 'string' ? Buffer.from(piece) : piece;
      if (!Buffer.isBuffer(part)) throw new TypeError('a file is made of bytes');
      bytes += part.length;
      if (bytes > most) throw new CommandError(`${nameOf(file)} has more than ${most} bytes.`);
      chunks.push(part);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(unreadable(file, error));
  }
  return Buffer.concat(chunks, bytes);
}

/** What a file is called in a message. */
export function nameOf(file: string): string {
  return file === '-' ? 'Standard input' : file;
}

function unreadable(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `There is no file ${file}.`;
  if (code === 'EISDIR') return `${file} is a directory, not a file.`;
  return `${nameOf(file)} cannot be read.`;
}
