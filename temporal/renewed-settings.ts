import { createSecureContext } from 'node:tls';
import { fileStamp } from '../system/file-stamp';
import type { TemporalSettings } from './connection';

/** How long a change of a file may stay unseen. */
export const LOOK_AGAIN_MS = 1_000;

/**
 * Settings whose files are read again when they change, as they are replaced before they expire. A change that cannot be
 * read, such as half of a new pair of certificate and key, is looked at again later; until then what was before holds.
 */
export class RenewedSettings {
  private stamp: string;
  private lookedAt: number;

  /** @param newest as they were read at the start */
  constructor(
    private newest: TemporalSettings,
    private readonly now: () => number = Date.now,
  ) {
    this.stamp = stampOf(newest);
    this.lookedAt = now();
  }

  /** The newest settings that make sense. The same object as long as nothing has changed. */
  current(): TemporalSettings {
    const { reread } = this.newest;
    if (reread === undefined || this.now() - this.lookedAt < LOOK_AGAIN_MS) return this.newest;
    this.lookedAt = this.now();
    const stamp = stampOf(this.newest);
    if (stamp === this.stamp) return this.newest;
    try {
      const settings = reread.read();
      requireUsable(settings);
      this.newest = settings;
      this.stamp = stamp;
    } catch {
      // What it is made of is being replaced; or it is wrong, and the connection that there is does not depend on it.
    }
    return this.newest;
  }
}

function stampOf({ reread }: TemporalSettings): string {
  return (reread?.files ?? []).map(fileStamp).join('; ');
}

/** @throws if certificate and key are no pair, or no PEM */
function requireUsable({ tls }: TemporalSettings): void {
  const { serverRootCaCertificate: ca, clientCertificate } = tls ?? {};
  createSecureContext({
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate.crt, key: clientCertificate.key }),
  });
}
