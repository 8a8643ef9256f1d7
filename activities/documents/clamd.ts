import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ClamdAddress, ClamdOptions } from '../../inputs/clamd-settings';
import { unavailable, unreadable } from './document-error';
import type { WaitOptions } from './stored-file';

/** Looks a file's bytes through. */
export interface Scanner {
  /**
   * @throws DocumentError if something was found, or if the scan gave no verdict: what was not scanned does not pass
   */
  scan(bytes: Buffer, options?: WaitOptions): Promise<void>;
}

/** As much of an answer as is read: one line, `stream: NAME FOUND`. */
const LONGEST_ANSWER_BYTES = 4096;
const LONGEST_NAME = 80;

/**
 * A scanner by `clamd` over its socket: INSTREAM of clamd(8), one connection per file. The file goes over the socket,
 * so that the daemon needs no right to any of ours.
 */
export function createClamdScanner({ address, timeoutMs }: ClamdOptions): Scanner {
  return {
    async scan(bytes, { signal } = {}) {
      signal?.throwIfAborted();
      const answer = await ask(address, bytes, timeoutMs, signal);
      const [, found] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
      if (found !== undefined) throw unreadable(`holds what the virus scanner knows as ${plainName(found)}`);
      if (answer !== 'stream: OK') throw unavailable(`cannot be scanned for viruses: ${reasonOf(answer)}`);
    },
  };
}

/** What clamd answers; nothing if it hangs up without a word. */
async function ask(address: ClamdAddress, bytes: Buffer, timeoutMs: number, signal?: AbortSignal): Promise<string> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const socket = connect(optionsFor(address));
  const end = (): Socket => socket.destroy(new Error('the scan was stopped'));
  stop.addEventListener('abort', end, { once: true });
  try {
    return await answerTo(socket, bytes);
  } catch {
    signal?.throwIfAborted();
    throw unavailable(
      deadline.aborted
        ? `cannot be scanned for viruses: the scanner did not answer within ${timeoutMs} ms`
        : 'cannot be scanned for viruses: the scanner cannot be reached',
    );
  } finally {
    stop.removeEventListener('abort', end);
    socket.destroy();
  }
}

function optionsFor(address: ClamdAddress): NetConnectOpts {
  return 'path' in address ? { path: address.path } : { host: address.host, port: address.port };
}

async function answerTo(socket: Socket, bytes: Buffer): Promise<string> {
  const answered = new Promise<string>((resolve, reject) => {
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, LONGEST_ANSWER_BYTES);
      if (answer.includes('\0')) resolve(answer.slice(0, answer.indexOf('\0')));
    });
    socket.on('end', () => resolve(answer));
    // It may have answered and hung up before it had taken all, as it does with more than its StreamMaxLength.
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.on('close', () => resolve(answer));
  });
  socket.write('zINSTREAM\0');
  socket.write(lengthOf(bytes.length));
  socket.write(bytes);
  socket.write(lengthOf(0));
  return (await answered).trimEnd();
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** A signature's name as it may stand in a message. */
function plainName(name: string): string {
  return name.replaceAll(/[^\w.\-/]/g, '?').slice(0, LONGEST_NAME);
}

function reasonOf(answer: string): string {
  return answer.includes('size limit exceeded')
    ? 'the file is larger than its StreamMaxLength'
    : 'the scanner gave no verdict';
}
