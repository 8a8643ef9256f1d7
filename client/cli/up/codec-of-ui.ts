import { readCodecServerConfig } from '../../codec-server/config';
import { startCodecServer, type RunningCodecServer } from '../../codec-server/serve';

const LOOPBACK = '127.0.0.1';

interface CodecOfUi {
  /** `http://127.0.0.1:port` of Temporal's UI. */
  readonly uiUrl: string;
  readonly port: number;
  /** The variables that say where the keys and the book are. */
  readonly told: NodeJS.ProcessEnv;
  /** Receives each line of its log; absent: nobody does. */
  readonly log: ((line: string) => void) | undefined;
}

/** Where it will be, which Temporal's UI is told before it is there. */
export function codecUrl(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}

/**
 * Starts what decodes payloads for the UI of a development server. That UI has no login which it could pass on, so whoever is on
 * this machine may ask; a page of another origin may not.
 *
 * @throws if the port was taken meanwhile
 */
export async function startCodecOfUi({ uiUrl, port, told, log }: CodecOfUi): Promise<RunningCodecServer> {
  const config = readCodecServerConfig({
    ...told,
    GANGWAY_CODEC_HOST: LOOPBACK,
    GANGWAY_CODEC_PORT: String(port),
    GANGWAY_CODEC_ALLOW_ANYONE: 'true',
    GANGWAY_CODEC_ORIGINS: [uiUrl, uiUrl.replace(LOOPBACK, 'localhost')].join(' '),
    GANGWAY_CODEC_REQUESTS_PER_MINUTE: '100000',
    GANGWAY_LOG_LEVEL: 'WARN',
  });
  return await startCodecServer(config, { log: { write: (line) => log?.(line.trimEnd()) } });
}
