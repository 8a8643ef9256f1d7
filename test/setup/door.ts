import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../providers/local-server';

/** One address for a server that is started again, and then listens on another port. */
export interface Door {
  readonly port: number;
  /** From now on it leads there. */
  lead(to: number): void;
  /** Drops every connection and leads nowhere, until it leads somewhere again. */
  shut(): void;
  close(): void;
}

/** Nobody listens there. */
const NOWHERE = 1;

/** @param to the port on this machine that it leads to at first */
export async function openDoor(to: number): Promise<Door> {
  let leadsTo = to;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const onward = connect(leadsTo, '127.0.0.1');
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      keep(socket);
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    lead: (port) => {
      leadsTo = port;
    },
    shut: () => {
      leadsTo = NOWHERE;
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
