import { startDevServer } from '../../client/temporal/dev-server';
import { holdServer } from './held-server';

/**
 * Starts the one Temporal server that all tests share, which takes less than a second, and names it in
 * GANGWAY_TEST_TEMPORAL_ADDRESS. Where TEMPORAL_ADDRESS is set, that server is used instead.
 */
export default async function globalSetup(): Promise<void> {
  const server = await startDevServer();
  holdServer(server);
  process.env['GANGWAY_TEST_TEMPORAL_ADDRESS'] = server.address;
}
