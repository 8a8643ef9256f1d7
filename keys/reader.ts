import type { Payload } from '@temporalio/common';
import type { DataKeyBook, DataKeyRecord, KeyOwner } from '../contract/data-keys';
import { PayloadRefused, type PayloadRefusal } from '../contract/payload-refusals';
import { EncryptingCodec, sealedFor } from './codec';
import type { DataKeys } from './data-keys';

/** Why a payload is not read here: as everywhere, or because this reader may not, or looks at another namespace. */
type ReadRefusal = PayloadRefusal | 'NOT_YOURS' | 'OTHER_NAMESPACE';

/** What came of a payload that somebody wants to read. */
export type ReadPayload =
  | { readonly is: 'read'; readonly payload: Payload; readonly workflowId: string }
  /** Not encrypted by Gangway. */
  | { readonly is: 'plain' }
  | {
      readonly is: 'refused';
      readonly code: ReadRefusal;
      /** Absent if the book has no such key: what the payload itself says may be anything. */
      readonly workflowId?: string;
    };

/** What is encrypted, and whose it is by the book. */
export interface Readable {
  readonly workflowId: string;
  readonly owner?: KeyOwner;
}

export interface Reading {
  /** The namespace that the reader looks at; absent: any. */
  readonly namespace?: string;
  readonly mayRead: (what: Readable) => boolean;
}

/**
 * Reads payloads of any workflow, for a person. The book is asked for every key each time, so that a key that was destroyed is
 * gone at once, and whether the reader may is asked before a key is unwrapped. Makes no key.
 */
export class PayloadReader {
  private readonly codec: EncryptingCodec;

  constructor(
    private readonly book: DataKeyBook,
    keys: DataKeys,
  ) {
    this.codec = new EncryptingCodec(keys);
  }

  /** @throws BookUnavailable */
  async read(payloads: readonly Payload[], reading: Reading): Promise<readonly ReadPayload[]> {
    const known = new Map<string, Promise<DataKeyRecord | undefined>>();
    return await Promise.all(
      payloads.map(async (payload) => {
        const home = sealedFor(payload);
        if (home === undefined) return { is: 'plain' } as const;
        const asked = known.get(home.keyId) ?? this.book.find(home.keyId);
        known.set(home.keyId, asked);
        const record = await asked;
        return await this.readOne(payload, home, record, reading);
      }),
    );
  }

  private async readOne(
    payload: Payload,
    { namespace, workflowId }: { readonly namespace: string; readonly workflowId: string },
    record: DataKeyRecord | undefined,
    reading: Reading,
  ): Promise<ReadPayload> {
    if (record === undefined) return { is: 'refused', code: 'DATA_KEY_UNKNOWN' };
    const { subject, owner } = record;
    const refused = (code: ReadRefusal): ReadPayload => ({ is: 'refused', code, workflowId: subject });
    if (!reading.mayRead({ workflowId: subject, ...(owner === undefined ? {} : { owner }) }))
      return refused('NOT_YOURS');
    if (subject !== workflowId) return refused('PAYLOAD_MOVED');
    if (reading.namespace !== undefined && reading.namespace !== namespace) return refused('OTHER_NAMESPACE');
    if (record.key === undefined) return refused('DATA_KEY_DESTROYED');
    try {
      const [clear] = await this.codec.decode([payload], { type: 'workflow', namespace, workflowId });
      return clear === undefined ? refused('PAYLOAD_TAMPERED') : { is: 'read', payload: clear, workflowId };
    } catch (error) {
      if (error instanceof PayloadRefused) return refused(error.code);
      throw error;
    }
  }
}
