import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { Line } from '../../inputs/lines';
import { openToAppend } from '../private-file';
import type { DeadReason } from './event-source';
import { EventSourceError } from './event-source';
import type { DeadLetters } from './ndjson-source';

/**
 * Keeps events that can never be taken in a file, one JSON document per line: `line`, `code`, `message`, `errors`, and
 * `event` as it came, or `eventBase64` if it is not UTF-8. Each is on disk before it counts as kept. Like the events,
 * the file holds personal data.
 */
export class DeadLetterFile implements DeadLetters {
  private constructor(private readonly file: FileHandle) {}

  /** @throws EventSourceError if the file cannot be written */
  static async open(path: string): Promise<DeadLetterFile> {
    try {
      return new DeadLetterFile(await openToAppend(path));
    } catch {
      throw new EventSourceError('BAD_SETTINGS', `${path} cannot be written.`);
    }
  }

  async keep({ number, bytes }: Line, { code, message, fields }: DeadReason): Promise<void> {
    const event = isUtf8(bytes) ? { event: bytes.toString('utf8') } : { eventBase64: bytes.toString('base64') };
    const letter = { line: number, code, message, errors: fields, ...event };
    await this.file.appendFile(`${JSON.stringify(letter)}\n`);
    await this.file.datasync();
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
