import type { IncomingMessage } from 'node:http';

/** Thrown if a body is larger than its cap. */
export class BodyTooLarge extends Error {
  constructor(readonly maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** Thrown if the client went away before its body was whole. */
export class BodyIncomplete extends Error {
  constructor() {
    super('the connection ended before the body did');
    this.name = 'BodyIncomplete';
  }
}

/**
 * The bytes of a body exactly as received, because a signature covers exactly those. A declared length above the cap
 * is refused before anything is read.
 *
 * @throws BodyTooLarge, BodyIncomplete
 */
export async function readRawBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw new BodyTooLarge(maxBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        reject(new BodyTooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks, bytes));
    });
    request.on('error', () => {
      reject(new BodyIncomplete());
    });
    request.on('close', () => {
      reject(new BodyIncomplete());
    });
  });
}
