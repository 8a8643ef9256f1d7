import type { Command } from 'commander';
import { readGatewayConfig } from '../../gateway/config';
import { startGateway } from '../../gateway/serve';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { packageVersion } from '../package-root';
import { aborted, stopSignals } from '../up/stop-signals';

/** `gangway serve` */
export function serveCommand(): Command {
  const description =
    'Run the gateway: signup events, intents and decisions over HTTP, described at /docs if GANGWAY_GATEWAY_DOCS=true. Its settings are environment variables.';
  return newCommand('serve', description, [
    'GANGWAY_TOKENS_FILE=tokens GANGWAY_WEBHOOK_SECRETS_FILE=webhook-secrets gangway serve',
    'GANGWAY_GATEWAY_HOST=0.0.0.0 GANGWAY_GATEWAY_ALLOW_PLAINTEXT=true gangway serve',
  ]).action(async (flags: { readonly json?: boolean }) => {
    await run(flags, async (output) => {
      const config = readGatewayConfig(process.env);
      const stop = stopSignals();
      const gateway = await startGateway(config, { version: packageVersion() });
      const docs = config.docs ? `${gateway.url}/docs` : undefined;
      output.document({
        ready: true,
        url: gateway.url,
        metrics: gateway.metrics ?? null,
        ...(docs === undefined ? {} : { docs }),
      });
      output.say(`The gateway takes requests at ${gateway.url}${docs === undefined ? '' : `; see ${docs}`}.`);
      if (config.webhookKeys.count === 0) output.say('GANGWAY_WEBHOOK_SECRETS is not set: no signup is accepted.');
      if (config.tokens.count === 0) output.say('GANGWAY_TOKENS is not set: no token is accepted.');
      await aborted(stop.signal);
      await gateway.stop();
      stop.dispose();
      return EXIT.done;
    });
  });
}
