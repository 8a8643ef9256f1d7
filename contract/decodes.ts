/** Who has read payloads through the codec server, or tried to: each request is in the book before it is answered. */
export interface DecodeRecord {
  /** Absent: nobody who is known. */
  readonly reader?: string;
  /** Of which something was read, by their workflow ids. */
  readonly workflows: readonly string[];
  /** Of which something was refused. */
  readonly refusedWorkflows: readonly string[];
  /** How many payloads were shown, encrypted or not. */
  readonly payloads: number;
  readonly decoded: number;
  /** How many were refused, by code: payloads; or requests, if whole requests were. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface Decodes {
  /** @throws BookUnavailable: then nothing may be answered */
  record(decode: DecodeRecord): Promise<void>;
}
