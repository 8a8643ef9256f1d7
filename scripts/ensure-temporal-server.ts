import { locateServer, NoTemporalServerError } from '../temporal/locate-server';

/**
 * Makes sure that a Temporal server can be started on this machine, downloading or building it if there is none, so
 * that whatever comes next does not wait for it. Does nothing if TEMPORAL_ADDRESS names a server.
 */
async function main(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '';
  if (address !== '') {
    console.log(`TEMPORAL_ADDRESS names the server at ${address}.`);
    return;
  }
  const located = await locateServer();
  if (!located.found) throw new NoTemporalServerError(located.tried);
  console.log(`The Temporal server is ${located.executable} (${located.source}).`);
}

main().catch((error: unknown) => {
  console.error(error instanceof NoTemporalServerError ? error.message : error);
  process.exitCode = 1;
});
