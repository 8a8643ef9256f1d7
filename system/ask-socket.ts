import { connect } from 'node:net';

/**
 * Says something to a daemon over its socket, and gives the first of what it answers.
 *
 * @param timeoutMs for all of it
 * @throws if it cannot be reached, or does not answer in time
 */
export async function askSocket(
  address: { readonly path: string } | { readonly host: string; readonly port: number },
  text: string,
  timeoutMs: number,
): Promise<string> {
  const socket = connect(address);
  try {
    return await new Promise<string>((settle, fail) => {
      socket.setTimeout(timeoutMs, () => fail(new Error('no answer in time')));
      socket.once('error', fail);
      socket.once('close', () => fail(new Error('it hung up')));
      socket.setEncoding('latin1');
      socket.once('data', (answer: string) => settle(answer));
      socket.write(text);
    });
  } finally {
    socket.destroy();
  }
}
