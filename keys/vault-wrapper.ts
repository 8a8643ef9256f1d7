import { createSecretKey, type KeyObject } from 'node:crypto';
import type { WrappedKey } from '../contract/data-keys';
import { PayloadRefused } from '../contract/payload-refusals';
import type { KeyName, KeyWrapper, Unwrapped } from './key-wrapper';
import type { VaultSettings } from './vault-settings';
import { VaultTransit } from './vault-transit';

/** As the transit engine writes what it has encrypted. */
const CIPHERTEXT = /^vault:v([1-9]\d{0,8}):[A-Za-z0-9+/]+={0,2}$/;

/** The engine's words for a ciphertext that is not what its key has encrypted about this. */
const ALTERED = ['cipher: message authentication failed', 'invalid ciphertext'];
/** And for one that its key could open before: it was deleted, or a version of it was. */
const MISSING = ['encryption key not found', 'disallowed by policy', 'version is too new'];

/**
 * Wraps by the transit engine of HashiCorp Vault or OpenBao: a data key goes there to be wrapped and unwrapped, and the key that
 * wraps it never leaves. Its versions are the key-encryption keys, `vault/KEY:vN`.
 */
export class VaultWrapper implements KeyWrapper {
  private readonly transit: VaultTransit;
  private readonly prefix: string;

  constructor(private readonly settings: VaultSettings) {
    this.transit = new VaultTransit(settings);
    this.prefix = `vault/${settings.key}:v`;
  }

  async currentId(): Promise<string> {
    const ids = await this.ids();
    const last = ids.at(-1);
    if (last === undefined) throw new PayloadRefused('WRAPPING_KEY_MISSING', 'The transit engine has no such key.');
    return last;
  }

  async ids(): Promise<readonly string[]> {
    const answer = await this.transit.ask(`keys/${this.settings.key}`);
    if (answer.is === 'refused') return [];
    const { latest_version: latest, min_decryption_version: oldest } = answer.data;
    if (typeof latest !== 'number' || typeof oldest !== 'number') throw unreadable();
    const first = Math.max(1, oldest);
    return Array.from({ length: Math.max(0, latest - first + 1) }, (_, index) => `${this.prefix}${first + index}`);
  }

  made(id: string): boolean {
    return id.startsWith(this.prefix);
  }

  async wrap(key: KeyObject, name: KeyName): Promise<WrappedKey> {
    const answer = await this.transit.ask(`encrypt/${this.settings.key}`, {
      plaintext: key.export().toString('base64'),
      associated_data: this.about(name),
    });
    const ciphertext = answer.is === 'data' ? answer.data['ciphertext'] : undefined;
    const version = typeof ciphertext === 'string' ? CIPHERTEXT.exec(ciphertext)?.[1] : undefined;
    if (typeof ciphertext !== 'string' || version === undefined) throw unreadable();
    return { wrappedBy: `${this.prefix}${version}`, wrapped: Buffer.from(ciphertext) };
  }

  async unwrap({ wrappedBy, wrapped }: WrappedKey, name: KeyName): Promise<Unwrapped> {
    if (!this.made(wrappedBy)) return { is: 'missing' };
    const ciphertext = wrapped.toString('latin1');
    if (`${this.prefix}${CIPHERTEXT.exec(ciphertext)?.[1] ?? ''}` !== wrappedBy) return { is: 'altered' };
    const answer = await this.transit.ask(`decrypt/${this.settings.key}`, {
      ciphertext,
      associated_data: this.about(name),
    });
    if (answer.is === 'data') {
      const { plaintext } = answer.data;
      if (typeof plaintext !== 'string') throw unreadable();
      return { is: 'unwrapped', key: createSecretKey(Buffer.from(plaintext, 'base64')) };
    }
    const says = (words: readonly string[]): boolean =>
      answer.errors.some((error) => words.some((each) => error.includes(each)));
    if (says(MISSING)) return { is: 'missing' };
    if (says(ALTERED)) return { is: 'altered' };
    throw unreadable();
  }

  /** Without the version, which is not known before it is wrapped. */
  private about({ keyId, subject }: KeyName): string {
    const text = JSON.stringify(['gangway-data-key', 1, `vault/${this.settings.key}`, keyId, subject]);
    return Buffer.from(text).toString('base64');
  }
}

function unreadable(): PayloadRefused {
  return new PayloadRefused(
    'WRAPPING_SERVICE_AWAY',
    'The service that wraps the keys of workflows answers what a transit engine with a key of type aes256-gcm96 does not.',
  );
}
