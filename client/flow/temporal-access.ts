import type { Client, Connection } from '@temporalio/client';
import type { LoadedDataConverter } from '@temporalio/common';

/** How the facade reaches Temporal. */
export interface TemporalAccess {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** `host:port`, for messages. */
  readonly address: string;
  /** The same as the workers' own, or what they wrote could not be read. */
  readonly converter: LoadedDataConverter;
}
