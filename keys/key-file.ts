import { randomBytes, type KeyObject, createSecretKey } from 'node:crypto';
import { readSecretText } from '../inputs';
import { fileStamp } from '../system/file-stamp';

/**
 * The file with the key-encryption keys, a line each, `ID KEY`: the key is 32 bytes in Base64. The first one wraps what is new;
 * the others unwrap what they have wrapped. Empty lines and what begins with `#` are skipped.
 */

/** The keys of a file, in its order; or why it has none, in words that follow the setting's name. */
export type ReadKeys = { readonly keys: ReadonlyMap<string, KeyObject> } | { readonly problem: string };

const KEY_BYTES = 32;
const LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})[ \t]+([A-Za-z0-9+/]{43}=)$/;

/** Refused if others can read it: see `readSecretFile`. */
export function readKeyFile(path: string): ReadKeys {
  const read = readSecretText(path);
  if ('problem' in read) return read;
  const keys = new Map<string, KeyObject>();
  for (const [index, line] of read.text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, id, base64] = LINE.exec(line.trim()) ?? [];
    const bytes = Buffer.from(base64 ?? '', 'base64');
    if (id === undefined || bytes.length !== KEY_BYTES) {
      return { problem: `names a file whose line ${index + 1} is not \`ID KEY\`, with a key of 32 bytes in Base64` };
    }
    if (keys.has(id)) return { problem: `names a file that has the key ${id} twice` };
    keys.set(id, createSecretKey(bytes));
  }
  return keys.size === 0 ? { problem: 'names a file without a key' } : { keys };
}

/** A new key's line, under an id that tells its day. */
export function newKeyLine(now: Date = new Date()): { readonly id: string; readonly line: string } {
  const id = `${now.toISOString().slice(0, 10)}.${randomBytes(4).toString('hex')}`;
  return { id, line: `${id} ${randomBytes(KEY_BYTES).toString('base64')}` };
}

/** How long a change of the file may stay unseen. */
const LOOK_AGAIN_MS = 1_000;

/** The keys of a file, which is read again when it changes. While a change cannot be read, the former keys hold. */
export class KeyFile {
  private keys: ReadonlyMap<string, KeyObject>;
  private seen: string;
  private lookedAt: number;

  /** @throws Error with the problem, if it cannot be read */
  constructor(
    private readonly path: string,
    private readonly now: () => number = Date.now,
  ) {
    this.seen = fileStamp(path);
    this.lookedAt = now();
    const read = readKeyFile(path);
    if ('problem' in read) throw new Error(`The key file ${read.problem}.`);
    this.keys = read.keys;
  }

  /** The key that wraps what is new. */
  current(): { readonly id: string; readonly key: KeyObject } {
    const [first] = this.latest();
    if (first === undefined) throw new Error('a key file without a key was read');
    const [id, key] = first;
    return { id, key };
  }

  /** Of all its keys, in its order. */
  ids(): readonly string[] {
    return [...this.latest(0).keys()];
  }

  find(id: string): KeyObject | undefined {
    // Another process may have seen the change first, and used the key.
    return this.latest().get(id) ?? this.latest(0).get(id);
  }

  /** All of them by their ids, in the file's order. */
  all(): ReadonlyMap<string, KeyObject> {
    return this.latest(0);
  }

  private latest(lookAgainMs = LOOK_AGAIN_MS): ReadonlyMap<string, KeyObject> {
    if (this.now() - this.lookedAt >= lookAgainMs) {
      this.lookedAt = this.now();
      const stamp = fileStamp(this.path);
      if (stamp !== this.seen) this.readAgain(stamp);
    }
    return this.keys;
  }

  private readAgain(stamp: string): void {
    const read = readKeyFile(this.path);
    if ('problem' in read) return;
    this.seen = stamp;
    this.keys = read.keys;
  }
}
