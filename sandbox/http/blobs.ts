import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes by their SHA-256 in lower-case hex. */
export interface Blobs {
  /** Keeps bytes; they are on the disk, if there is one, when this resolves. */
  put(bytes: Buffer): Promise<string>;
  get(sha256: string): Promise<Buffer | undefined>;
  clear(): Promise<void>;
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export class MemoryBlobs implements Blobs {
  private readonly kept = new Map<string, Buffer>();

  put(bytes: Buffer): Promise<string> {
    const sha256 = sha256Of(bytes);
    this.kept.set(sha256, Buffer.from(bytes));
    return Promise.resolve(sha256);
  }

  get(sha256: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.kept.get(sha256));
  }

  clear(): Promise<void> {
    this.kept.clear();
    return Promise.resolve();
  }
}

/** One file per blob in a folder of its own, written whole or not at all. */
export class FileBlobs implements Blobs {
  private written = 0;

  constructor(private readonly folder: string) {}

  async put(bytes: Buffer): Promise<string> {
    const sha256 = sha256Of(bytes);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.written += 1;
    const unfinished = join(this.folder, `${sha256}.${process.pid}-${this.written}.part`);
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, join(this.folder, sha256));
    await this.flushFolder();
    return sha256;
  }

  async get(sha256: string): Promise<Buffer | undefined> {
    return readFile(join(this.folder, sha256)).catch(() => undefined);
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A rename is durable only once its folder is flushed too; not every system can do that, and none needs more. */
  private async flushFolder(): Promise<void> {
    const folder = await open(this.folder, 'r').catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  }
}
