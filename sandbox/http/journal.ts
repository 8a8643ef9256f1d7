import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where committed changes go. What `append` takes is kept once a later `settled` has resolved. */
export interface Journal {
  append(change: unknown): void;
  /** Forgets everything. */
  clear(): void;
  /** Resolves when all that was appended before is kept; rejects, from then on always, if it could not be. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing. */
export const noJournal: Journal = {
  append: () => undefined,
  clear: () => undefined,
  settled: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Thrown if a journal cannot be read back; the message names file and line. */
class JournalUnreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JournalUnreadable';
  }
}

const NEWLINE = 0x0a;

/**
 * A journal in a file: one JSON value per line, flushed to the disk before `settled` resolves; changes that wait at the
 * same time share a flush. A crash may leave a last line without its newline: its change was never answered, so the
 * line is cut off.
 *
 * @param replay called with every change in the file, in order; may throw
 * @throws JournalUnreadable if a whole line is not JSON or `replay` refuses it; the system's error if the file
 *   cannot be opened
 */
export async function openFileJournal(path: string, replay: (change: unknown) => void): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    // One from before may have been open to others.
    await file.chmod(0o600);
    const kept = replayLines(await readFile(path), path, replay);
    await file.truncate(kept);
    return new FileJournal(path, file, kept);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Replays whole lines; returns how many bytes they take. */
function replayLines(content: Buffer, path: string, replay: (change: unknown) => void): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = content.indexOf(NEWLINE, start);
    if (end < 0) return start;
    try {
      replay(JSON.parse(content.toString('utf8', start, end)));
    } catch {
      throw new JournalUnreadable(`${path}, line ${line}: not a change that this version can read`);
    }
    start = end + 1;
  }
}

class FileJournal implements Journal {
  private waiting: Buffer[] = [];
  private clearing = false;
  private flushing: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private size: number,
  ) {}

  append(change: unknown): void {
    this.waiting.push(Buffer.from(`${JSON.stringify(change)}\n`, 'utf8'));
  }

  clear(): void {
    this.waiting = [];
    this.clearing = true;
  }

  settled(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flush());
    // The caller sees a failure through its own promise; the chain itself must not count as unhandled.
    const settled = this.flushing;
    this.flushing = settled.catch(() => undefined);
    return settled;
  }

  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.file.close();
  }

  /** Once a flush has failed, memory is ahead of the file: nothing may be answered any more. */
  private async flush(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.waiting.length === 0 && !this.clearing) return;
    const bytes = Buffer.concat(this.waiting);
    const clearing = this.clearing;
    this.waiting = [];
    this.clearing = false;
    try {
      await this.refuseForeignWrites();
      if (clearing) await this.file.truncate(0);
      await this.file.appendFile(bytes);
      await this.file.datasync();
      this.size = (clearing ? 0 : this.size) + bytes.length;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error('the journal could not be written');
      throw this.failure;
    }
  }

  /** Two processes on one journal would each lose the other's changes: notice instead of corrupting it. */
  private async refuseForeignWrites(): Promise<void> {
    const { size } = await this.file.stat();
    if (size !== this.size) throw new Error(`${this.path} was changed by another process`);
  }
}
