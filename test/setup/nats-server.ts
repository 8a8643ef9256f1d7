import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ensureNatsServer } from '../../scripts/nats-server';
import { endWithParent } from '../../system/end-with-parent';
import { freePorts } from '../../system/free-ports';
import { forEachLine } from '../../system/run-to-end';

/** A real NATS server with JetStream on disk, which can be killed and started again on the same port and data. */
export class NatsServer {
  private constructor(
    private readonly executable: string,
    private readonly port: number,
    private readonly data: string,
    private flags: readonly string[],
    private child: ChildProcess | undefined,
  ) {}

  static async start(flags: readonly string[] = []): Promise<NatsServer> {
    const executable = await ensureNatsServer();
    const [port = 0] = await freePorts(1);
    const server = new NatsServer(executable, port, mkdtempSync(join(tmpdir(), 'gangway-nats-')), flags, undefined);
    await server.run();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const { executable, port, data, flags } = this;
    const args = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', data, ...flags];
    const child = spawn(executable, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const unwatch = endWithParent(child);
    child.once('exit', unwatch);
    this.child = child;
    await new Promise<void>((settle, refuse) => {
      forEachLine(child.stderr, (line) => {
        if (line.includes('Server is ready')) settle();
      });
      child.once('exit', () => refuse(new Error('the NATS server ended')));
    });
  }

  /** Runs it with other flags from its next start on. */
  set nextFlags(flags: readonly string[]) {
    this.flags = flags;
  }

  /** Ends it as a machine that loses power does. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    // False if it is gone already.
    if (child.kill('SIGKILL')) await exited;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** A connection of a test's own, with its JetStream. */
  async connect(): Promise<{ readonly connection: NatsConnection; readonly manager: JetStreamManager }> {
    const connection = await connect({ servers: this.url });
    return { connection, manager: await jetstreamManager(connection) };
  }
}
