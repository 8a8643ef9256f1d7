import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a line does. */
export type LinkState =
  | { readonly is: 'open' }
  /** Connections are reset, and refused. */
  | { readonly is: 'cut' }
  /**
   * Half-open: nothing passes and nobody is told; what was under way arrives when it ends, even for those who have
   * gone.
   */
  | { readonly is: 'stalled' }
  | { readonly is: 'slow'; readonly delayMs: number }
  | { readonly is: 'thin'; readonly bytesPerSecond: number };

/** Looks at what passes on one connection. */
export interface Tap {
  sent(chunk: Buffer): void;
  answered(chunk: Buffer): void;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/** A line between two parties on the loopback address that can be cut and slowed. */
export class TcpProxy {
  private state: LinkState = { is: 'open' };
  private readonly sockets = new Set<Socket>();
  private waiting: (() => void)[] = [];
  private listener: Server | undefined;
  private closed = false;

  private constructor(
    private readonly target: Target,
    private readonly tap: (() => Tap) | undefined,
  ) {}

  /** Listens on a free port of the loopback address. */
  static async start(target: Target, tap?: () => Tap): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, tap);
    await proxy.listen(0);
    return proxy;
  }

  port = 0;

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async set(state: LinkState): Promise<void> {
    if (this.closed) return;
    this.state = state;
    if (state.is !== 'stalled') this.release();
    if (state.is === 'cut') await this.cut();
    else if (this.listener === undefined) await this.listen(this.port);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.state = { is: 'cut' };
    this.release();
    await this.cut();
  }

  private async listen(port: number): Promise<void> {
    const listener = createServer((near) => this.accept(near));
    this.listener = listener;
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    this.port = portOf(listener.address());
  }

  private async cut(): Promise<void> {
    const { listener } = this;
    this.listener = undefined;
    const closed = listener === undefined ? undefined : once(listener, 'close');
    listener?.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  private accept(near: Socket): void {
    const far = connect(this.target);
    const tap = this.tap?.();
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    }
    this.carry(near, far, tap === undefined ? undefined : (chunk) => tap.sent(chunk));
    this.carry(far, near, tap === undefined ? undefined : (chunk) => tap.answered(chunk));
  }

  /** Carries what comes from one end to the other, in order; its end comes last. */
  private carry(from: Socket, to: Socket, look: ((chunk: Buffer) => void) | undefined): void {
    let last = Promise.resolve();
    const then = (work: () => void, bytes: number): void => {
      last = last.then(async () => {
        await this.passage(bytes);
        work();
      });
    };
    from.on('data', (chunk: Buffer) => {
      look?.(chunk);
      from.pause();
      then(() => {
        if (!to.destroyed) to.write(chunk);
        from.resume();
      }, chunk.length);
    });
    from.once('close', () => then(() => to.destroySoon(), 0));
  }

  /** Resolves when as many bytes may pass. */
  private async passage(bytes: number): Promise<void> {
    const { state } = this;
    if (state.is === 'slow') await sleep(state.delayMs);
    if (state.is === 'thin') await sleep((bytes / state.bytesPerSecond) * 1000);
    while (this.isStalled()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private isStalled(): boolean {
    return this.state.is === 'stalled';
  }

  private release(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resume of waiting) resume();
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
