import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RunningSandbox } from '../../sandbox/http/two-ports';
import { portOf } from '../providers/local-server';

/** A sandbox behind a door that can be shut, and that counts who knocks meanwhile. */
export interface ShutSandbox extends RunningSandbox {
  /** From now on every call is answered with 503; the count begins anew. */
  shut(): void;
  open(): void;
  /** Calls since it was shut last, while it was shut: `GET /v1/partner/balances`. */
  readonly knocks: readonly string[];
}

export async function behindADoor(sandbox: RunningSandbox): Promise<ShutSandbox> {
  let isShut = false;
  let knocks: string[] = [];
  const door = createServer((incoming, answer) => {
    if (!isShut) {
      forward(sandbox.url, incoming, answer);
      return;
    }
    knocks.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    incoming.resume();
    answer.writeHead(503).end();
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  return {
    ...sandbox,
    url: `http://127.0.0.1:${portOf(door.address())}`,
    shut: () => {
      isShut = true;
      knocks = [];
    },
    open: () => {
      isShut = false;
    },
    get knocks() {
      return knocks;
    },
    close: async () => {
      door.closeAllConnections();
      door.close();
      await sandbox.close();
    },
  };
}

function forward(to: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const onward = request(new URL(url, to), { method, headers, agent: false }, (answered) => {
    answer.writeHead(answered.statusCode ?? 500, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
}
