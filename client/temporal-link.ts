import { Connection } from '@temporalio/client';
import type { PayloadKeySettings } from '../keys/settings';
import { temporalAnswers } from '../temporal/answers';
import type { TemporalSettings } from '../temporal/connection';
import { renewedOptions } from '../temporal/connect';
import { connectGangway, type Gangway } from './gangway';

/** A service's link to Temporal: it starts even if Temporal is away, and reconnects. */
export interface TemporalLink {
  /** Does `work`, and gives every call in it up once `ms` are over. */
  within<Result>(ms: number, work: (gangway: Gangway) => Promise<Result>): Promise<Result>;
  /** Whether Temporal answers now. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

/** How long after a failed attempt the next one to connect is made, at most; gRPC's own is two minutes. */
const LONGEST_RECONNECT_PAUSE_MS = 2_000;

/**
 * @param requesterSecrets what proves to the workers who asked for a movement
 * @param payloadKeys how payloads are encrypted; absent: they are not
 */
export async function openTemporal(
  settings: TemporalSettings,
  requesterSecrets: readonly string[] = [],
  payloadKeys?: PayloadKeySettings,
): Promise<TemporalLink> {
  const options = renewedOptions(settings);
  const connection = Connection.lazy({
    ...options,
    channelArgs: { ...options.channelArgs, 'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_PAUSE_MS },
  });
  const { address, namespace } = settings;
  // The settings have been read: the environment is not asked again.
  const payloads = payloadKeys === undefined ? { dataConverter: {} } : { payloadKeys };
  const gangway = await connectGangway({ address, namespace, connection, requesterSecrets, ...payloads });
  return {
    within: (ms, work) => connection.withDeadline(Date.now() + ms, () => work(gangway)),
    answers: () => temporalAnswers(connection, namespace),
    close: async () => {
      await gangway.close();
      await connection.close();
    },
  };
}
