import { createSecretKey, type KeyObject } from 'node:crypto';
import type { WrappedKey } from '../contract/data-keys';
import type { KeyFile } from './key-file';
import { open, seal } from './sealed';

/** Which data key it is: a wrapped key in another's place does not unwrap. */
export interface KeyName {
  readonly keyId: string;
  readonly subject: string;
}

export type Unwrapped =
  | { readonly is: 'unwrapped'; readonly key: KeyObject }
  /** The key-encryption key is not there. */
  | { readonly is: 'missing' }
  /** It is not what that key has wrapped for this name. */
  | { readonly is: 'altered' };

/**
 * Wraps data keys: by a key file, or by a service that keeps its keys to itself (vault-wrapper.ts). Every call throws PayloadRefused
 * WRAPPING_SERVICE_AWAY if there is such a service and it does not answer.
 */
export interface KeyWrapper {
  /** The id of the key-encryption key that wraps what is new. */
  currentId(): Promise<string>;
  /** Of those that can unwrap. */
  ids(): Promise<readonly string[]>;
  /** Whether an id is of a key of this kind, whether or not it is there. */
  made(id: string): boolean;
  wrap(key: KeyObject, name: KeyName): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, name: KeyName): Promise<Unwrapped>;
}

/** Wraps by AES-256-GCM under the keys of a file. */
export class KeyFileWrapper implements KeyWrapper {
  constructor(private readonly file: KeyFile) {}

  async currentId(): Promise<string> {
    return this.file.current().id;
  }

  async ids(): Promise<readonly string[]> {
    return this.file.ids();
  }

  /** No id of a file's key has a slash. */
  made(id: string): boolean {
    return !id.includes('/');
  }

  async wrap(key: KeyObject, name: KeyName): Promise<WrappedKey> {
    const { id, key: wrapping } = this.file.current();
    return { wrappedBy: id, wrapped: seal(wrapping, key.export(), about(id, name)) };
  }

  async unwrap({ wrappedBy, wrapped }: WrappedKey, name: KeyName): Promise<Unwrapped> {
    const wrapping = this.file.find(wrappedBy);
    if (wrapping === undefined) return { is: 'missing' };
    const bytes = open(wrapping, wrapped, about(wrappedBy, name));
    return bytes === undefined ? { is: 'altered' } : { is: 'unwrapped', key: createSecretKey(bytes) };
  }
}

function about(wrappedBy: string, { keyId, subject }: KeyName): string {
  return JSON.stringify(['gangway-data-key', 1, wrappedBy, keyId, subject]);
}

/** Wraps by one, and unwraps by whichever has wrapped: while what wraps is changed for another. */
export class FormerWrapper implements KeyWrapper {
  constructor(
    private readonly current: KeyWrapper,
    private readonly former: KeyWrapper,
  ) {}

  async currentId(): Promise<string> {
    return await this.current.currentId();
  }

  async ids(): Promise<readonly string[]> {
    return [...(await this.current.ids()), ...(await this.former.ids())];
  }

  made(id: string): boolean {
    return this.current.made(id) || this.former.made(id);
  }

  async wrap(key: KeyObject, name: KeyName): Promise<WrappedKey> {
    return await this.current.wrap(key, name);
  }

  async unwrap(wrapped: WrappedKey, name: KeyName): Promise<Unwrapped> {
    return await (this.current.made(wrapped.wrappedBy) ? this.current : this.former).unwrap(wrapped, name);
  }
}
