import type { DataConverter } from '@temporalio/common';
import type { FlowRunner } from '../activities';
import { runRow } from '../client/batch/run-row';
import { connectGangway, type Gangway } from '../client/gangway';
import { connect } from '../temporal/connect';
import type { TemporalSettings } from '../temporal/connection';

/** A runner of flows over a connection of its own. */
export interface ConnectedFlowRunner extends FlowRunner {
  close(): Promise<void>;
}

/**
 * Starts flows as any client does. Connects when the first row of a batch comes: most workers never see one.
 *
 * @param dataConverter the workers' own
 */
export function connectFlowRunner(settings: TemporalSettings, dataConverter: DataConverter): ConnectedFlowRunner {
  let connected: Promise<Connected> | undefined;
  return {
    async run(row, signal) {
      connected ??= connectClient(settings, dataConverter).catch((error: unknown) => {
        connected = undefined;
        throw error;
      });
      return await runRow((await connected).gangway, row, signal);
    },
    async close() {
      // A connection that never came about has nothing to close.
      await connected?.then(
        (client) => client.close(),
        () => undefined,
      );
    },
  };
}

interface Connected {
  readonly gangway: Gangway;
  close(): Promise<void>;
}

async function connectClient(settings: TemporalSettings, dataConverter: DataConverter): Promise<Connected> {
  const connection = await connect(settings);
  const { address, namespace } = settings;
  const gangway = await connectGangway({ connection, address, namespace, dataConverter });
  return { gangway, close: () => connection.close() };
}
