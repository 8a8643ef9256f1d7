import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { DataKeyBook, DataKeyRecord, KeyOwner } from '../contract/data-keys';
import { PayloadRefused } from '../contract/payload-refusals';
import { BookUnavailable } from '../contract/send-log';
import { Destructions } from './destructions';
import type { KeyWrapper } from './key-wrapper';
import { type CacheBounds, TimedCache } from './timed-cache';

export interface DataKey {
  readonly id: string;
  /** The workflow's id. */
  readonly subject: string;
  readonly key: KeyObject;
  /** Whether the book knows whose it is. */
  readonly hasOwner: boolean;
}

/**
 * Forgetting a client takes effect in every process that reaches the book within a second (destructions.ts). A key is kept for
 * longer while the book is away: an activity must be able to write down what came of a call that it has made.
 */
const BOUNDS: CacheBounds = { most: 10_000, freshMs: 5 * 60_000, keptMs: 60 * 60_000 };

/** How long a process that does not reach the book may use a key that was destroyed, in milliseconds. */
export const LONGEST_WITHOUT_BOOK_MS = BOUNDS.keptMs;

const DATA_KEY_BYTES = 32;
/** Ids stand beside every payload: 12 characters, and no two alike in a book. */
const KEY_ID_BYTES = 9;

/** The keys of workflows, as a process has them. All throw PayloadRefused, or BookUnavailable. */
export class DataKeys {
  /** By workflow: the one in use. */
  private readonly inUse: TimedCache<DataKey>;
  private readonly byId: TimedCache<DataKey>;
  private readonly destructions: Destructions;
  /** How often everything was let go of. */
  private lives = 0;

  constructor(
    private readonly book: DataKeyBook,
    private readonly wrapper: KeyWrapper,
    bounds: Partial<CacheBounds> = {},
    now?: () => number,
  ) {
    const all = { ...BOUNDS, ...bounds };
    this.inUse = new TimedCache(all, mayPass, now);
    this.byId = new TimedCache(all, mayPass, now);
    this.destructions = new Destructions(
      book,
      () => {
        this.lives += 1;
        this.inUse.clear();
        this.byId.clear();
      },
      now,
    );
  }

  /**
   * The key to encrypt a workflow's payload with: it is in the book before anything is encrypted with it.
   *
   * @param ownerOf says whose the workflow is; asked only while the book does not know
   */
  async toEncrypt(subject: string, ownerOf: () => KeyOwner | undefined): Promise<DataKey> {
    await this.destructions.look();
    const life = this.lives;
    let owner: KeyOwner | undefined;
    const key = await this.inUse.get(subject, async () => {
      owner = ownerOf();
      return await this.findOrMake(subject, owner);
    });
    if (key.hasOwner) return key;
    owner ??= ownerOf();
    if (owner === undefined) return key;
    await this.book.own(key.id, owner);
    const owned = { ...key, hasOwner: true };
    if (life === this.lives) this.inUse.set(subject, owned);
    return owned;
  }

  /** The key that a payload of a workflow was encrypted with. */
  async toDecrypt(keyId: string, subject: string): Promise<DataKey> {
    await this.destructions.look();
    const life = this.lives;
    const key = await this.byId.get(keyId, async () => {
      const record = await this.book.find(keyId);
      if (record === undefined) throw new PayloadRefused('DATA_KEY_UNKNOWN', `The book has no key ${keyId}.`);
      const found = await this.unwrapped(record);
      // What is not destroyed is in use: there is one.
      if (life === this.lives) this.inUse.set(found.subject, found);
      return found;
    });
    if (key.subject !== subject) {
      throw new PayloadRefused('PAYLOAD_MOVED', `The payload of ${subject} names a key of another workflow.`);
    }
    return key;
  }

  private async findOrMake(subject: string, owner: KeyOwner | undefined): Promise<DataKey> {
    const life = this.lives;
    const keyId = randomBytes(KEY_ID_BYTES).toString('base64url');
    const made = createSecretKey(randomBytes(DATA_KEY_BYTES));
    const wrapped = await this.wrapper.wrap(made, { keyId, subject });
    const record = await this.book.inUse({ keyId, subject, ...wrapped, ...(owner === undefined ? {} : { owner }) });
    const key =
      record.keyId === keyId
        ? { id: keyId, subject, key: made, hasOwner: record.owner !== undefined }
        : await this.unwrapped(record);
    if (life === this.lives) this.byId.set(key.id, key);
    return key;
  }

  private async unwrapped({ keyId, subject, key: wrapped, owner }: DataKeyRecord): Promise<DataKey> {
    if (wrapped === undefined) {
      throw new PayloadRefused('DATA_KEY_DESTROYED', `The key ${keyId} of ${subject} is destroyed.`);
    }
    const unwrapped = await this.wrapper.unwrap(wrapped, { keyId, subject });
    switch (unwrapped.is) {
      case 'unwrapped':
        return { id: keyId, subject, key: unwrapped.key, hasOwner: owner !== undefined };
      case 'missing':
        throw new PayloadRefused('WRAPPING_KEY_MISSING', await this.whatIsMissing(wrapped.wrappedBy, subject));
      case 'altered':
        throw new PayloadRefused('PAYLOAD_TAMPERED', `The wrapped key ${keyId} of ${subject} is not what was wrapped.`);
    }
  }

  private async whatIsMissing(wrappedBy: string, subject: string): Promise<string> {
    const many = (await this.book.countByWrapping()).get(wrappedBy) ?? 0;
    return `The payloads of ${subject} need the key-encryption key ${wrappedBy}, which is not there; so do those of ${many} ${many === 1 ? 'workflow' : 'workflows'} in all.`;
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof BookUnavailable || (error instanceof PayloadRefused && error.mayPass);
}
