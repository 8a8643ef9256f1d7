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

/** Wraps data keys. A key file does it here; a service that keeps its keys to itself could do it as well. */
export interface KeyWrapper {
  /** The id of the key-encryption key that wraps what is new. */
  currentId(): string;
  has(id: string): boolean;
  wrap(key: KeyObject, name: KeyName): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, name: KeyName): Promise<Unwrapped>;
}

/** Wraps by AES-256-GCM under the keys of a file. */
export class KeyFileWrapper implements KeyWrapper {
  constructor(private readonly file: KeyFile) {}

  currentId(): string {
    return this.file.current().id;
  }

  has(id: string): boolean {
    return this.file.find(id) !== undefined;
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
