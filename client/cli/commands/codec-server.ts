import type { Command } from 'commander';
import { readCodecServerConfig } from '../../codec-server/config';
import { startCodecServer } from '../../codec-server/serve';
import { newCommand, run } from '../command';
import { EXIT } from '../exit-code';
import { aborted, stopSignals } from '../up/stop-signals';

/** `gangway codec-server` */
export function codecServerCommand(): Command {
  const description =
    "Run the codec server: Temporal's UI and command line decode payloads there, for whoever may read them. Its settings are environment variables.";
  return newCommand('codec-server', description, [
    'GANGWAY_CODEC_TOKENS_FILE=tokens gangway codec-server',
    'GANGWAY_CODEC_TOKENS_FILE=tokens GANGWAY_CODEC_ORIGINS=https://temporal.example gangway codec-server',
  ]).action(async (flags: { readonly json?: boolean }) => {
    await run(flags, async (output) => {
      const config = readCodecServerConfig(process.env);
      const stop = stopSignals();
      const server = await startCodecServer(config);
      output.document({ ready: true, url: server.url });
      output.say(`The codec server decodes at ${server.url}.`);
      if (config.origins.length === 0) output.say('GANGWAY_CODEC_ORIGINS is not set: no page may ask.');
      await aborted(stop.signal);
      await server.stop();
      stop.dispose();
      return EXIT.done;
    });
  });
}
