import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** What GCM is made for; random, because nobody counts across processes. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts by AES-256-GCM under a random IV: IV, ciphertext, tag. `about` is not in it, and must be the same to open it. */
export function seal(key: KeyObject, clear: Uint8Array, about: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about));
  return Buffer.concat([iv, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined if it is not, to the bit, what was sealed under this key about this. */
export function open(key: KeyObject, sealed: Uint8Array, about: string): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(sealed.subarray(end));
  const clear = decipher.update(sealed.subarray(IV_BYTES, end));
  try {
    return Buffer.concat([clear, decipher.final()]);
  } catch {
    return undefined;
  }
}
