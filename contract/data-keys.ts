/** The keys that workflows' payloads are encrypted with, as the book has them: wrapped, one in use for a workflow. */

/** Whose a workflow's payloads are: forgetting that client destroys the key. */
export interface KeyOwner {
  readonly provider: string;
  readonly partnerClientId: string;
}

/** A data key that a key-encryption key has wrapped. */
export interface WrappedKey {
  /** The id of the key-encryption key. */
  readonly wrappedBy: string;
  readonly wrapped: Buffer;
}

export interface NewDataKey extends WrappedKey {
  readonly keyId: string;
  /** The workflow's id. */
  readonly subject: string;
  /** Absent: not known, or nobody's. */
  readonly owner?: KeyOwner;
}

export interface DataKeyRecord {
  readonly keyId: string;
  readonly subject: string;
  /** Undefined once it is destroyed. */
  readonly key: WrappedKey | undefined;
  /** Absent: not known, or nobody's. */
  readonly owner?: KeyOwner;
}

/** Every call throws BookUnavailable if the book cannot be asked. */
export interface DataKeyBook {
  /** The key in use for the proposed one's workflow. If there is none it is the proposed one, from now on. */
  inUse(proposed: NewDataKey): Promise<DataKeyRecord>;
  find(keyId: string): Promise<DataKeyRecord | undefined>;
  /** Says whose a key is, if nobody has said it before. */
  own(keyId: string, owner: KeyOwner): Promise<void>;
  /** How many keys in use each key-encryption key has wrapped, by its id. */
  countByWrapping(): Promise<ReadonlyMap<string, number>>;
  /** Keys in use that another key-encryption key has wrapped, by their ids, from behind `after` on; none: that was all. */
  wrappedByOthers(current: string, after: string, limit: number): Promise<readonly NewDataKey[]>;
  /** Changes whenever keys were destroyed: whoever keeps keys lets go of them then. */
  destructions(): Promise<string>;
  /** Replaces the wrapping, if it is still the one `from` made. False: somebody else was there first. */
  rewrap(keyId: string, from: string, to: WrappedKey): Promise<boolean>;
}
