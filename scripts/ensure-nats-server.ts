import { ensureNatsServer } from './nats-server';

/** Makes sure that the NATS server of the tests can be started on this machine, so that no test waits for its build. */
async function main(): Promise<void> {
  console.log(`The NATS server is ${await ensureNatsServer()}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
