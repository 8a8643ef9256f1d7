import { NativeConnection, Runtime, type NativeConnectionOptions } from '@temporalio/worker';
import { connectionOptions, type TemporalSettings } from '../temporal/connection';
import { LOOK_AGAIN_MS, RenewedSettings } from '../temporal/renewed-settings';

/** Options of a worker's connection, with what came from files as it was read. */
function nativeOptions(settings: TemporalSettings): NativeConnectionOptions {
  const { tls = false } = connectionOptions(settings);
  const { address, apiKey } = settings;
  return { address, tls, ...(apiKey === undefined ? {} : { apiKey }) };
}

/**
 * The connection that workers share. Once the files of its certificates or its API key change, a new connection takes its
 * place, and the workers go on over that one; if it cannot be had, it is tried again, and the former one stays.
 */
export class WorkerConnection {
  private readonly renewed: RenewedSettings;
  private timer: NodeJS.Timeout | undefined;
  private used: TemporalSettings;
  private renewing: Promise<void> | undefined;
  private complained = false;

  private constructor(
    settings: TemporalSettings,
    private connection: NativeConnection,
  ) {
    this.renewed = new RenewedSettings(settings);
    this.used = settings;
  }

  static async open(settings: TemporalSettings): Promise<WorkerConnection> {
    return new WorkerConnection(settings, await NativeConnection.connect(nativeOptions(settings)));
  }

  /** The one in use now. */
  get current(): NativeConnection {
    return this.connection;
  }

  /** @param use puts the workers on another connection */
  renewFor(use: (connection: NativeConnection) => void): void {
    if (this.used.reread !== undefined) this.timer = setInterval(() => this.look(use), LOOK_AGAIN_MS).unref();
  }

  /** Not before the workers have ended. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
    await this.connection.close();
  }

  private look(use: (connection: NativeConnection) => void): void {
    const settings = this.renewed.current();
    if (settings === this.used || this.renewing !== undefined) return;
    this.renewing = this.renew(settings, use)
      .catch((error: unknown) => this.complain(error))
      .finally(() => {
        this.renewing = undefined;
      });
  }

  private async renew(settings: TemporalSettings, use: (connection: NativeConnection) => void): Promise<void> {
    const connection = await NativeConnection.connect(nativeOptions(settings));
    const former = this.connection;
    this.connection = connection;
    this.used = settings;
    this.complained = false;
    use(connection);
    Runtime.instance().logger.info('the files of the connection to Temporal were read again');
    await former.close();
  }

  private complain(error: unknown): void {
    if (this.complained) return;
    this.complained = true;
    const why = error instanceof Error ? error.message : 'for a reason unknown';
    Runtime.instance().logger.warn('Temporal is not reached with the certificates or the API key that changed', {
      why,
    });
  }
}
