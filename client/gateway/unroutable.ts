import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANSWER_HEADERS } from './answer-headers';
import { logAnswer, logFailure } from './log';
import { HttpProblem, problemOf, tooMany } from './problem';

/** Counts a request; gives the seconds to wait if it is one too many. */
export type CountRequest = (request: FastifyRequest) => Promise<number | undefined>;

/** Answers what no route can be found for: a path that is not percent-encoded UTF-8, or has a part that is too long. */
export async function answerUnroutable(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  count: CountRequest,
): Promise<void> {
  const wait = await count(request);
  const refusal = problemOf(wait === undefined ? error : tooMany(wait));
  logFailure(request, refusal);
  const { problem, headers } = refusal;
  await reply
    .code(problem.status)
    .headers({ ...ANSWER_HEADERS, ...headers })
    .type('application/problem+json')
    .send(JSON.stringify(problem));
  logAnswer(request, reply);
}

/** What Node refuses before there is a request. */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/** What Node says of a request that it cannot read, with the bytes that it could not. */
interface ClientError extends Error {
  readonly code?: string;
  readonly rawPacket?: unknown;
}

/** Answers what is no HTTP, or takes too long to arrive, and closes the connection. */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = STATUS_OF_ERROR[error.code ?? ''] ?? 400;
  answerRaw(
    socket,
    isUnknownMethod(error) ? noSuchMethod() : problemOf(Object.assign(new Error(), { statusCode: status })),
  );
  socket.destroy(error);
}

/** Answers CONNECT, which asks for a tunnel to elsewhere, and which Node hands to no route. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  // Node has taken its own listener away: a caller that is gone would end the process.
  socket.on('error', () => undefined);
  answerRaw(socket, noSuchMethod());
  socket.destroy();
}

/** A first line that is right but for its method: a token (RFC 9110, 5.6.2) that Node does not know. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/;

function isUnknownMethod({ code, rawPacket }: ClientError): boolean {
  return code === 'HPE_INVALID_METHOD' && Buffer.isBuffer(rawPacket) && REQUEST_LINE.test(rawPacket.toString('latin1'));
}

/** Of the whole server: before there is a request, there is no path. */
function noSuchMethod(): HttpProblem {
  const allow = 'GET, HEAD, POST';
  return new HttpProblem({
    status: 405,
    code: 'NO_SUCH_METHOD',
    detail: `This server takes ${allow} only.`,
    headers: { allow },
  });
}

function answerRaw(socket: Duplex, { problem, headers }: HttpProblem): void {
  if (!socket.writable) return;
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json',
    ...Object.entries({ ...ANSWER_HEADERS, ...headers }).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ];
  socket.write(lines.join('\r\n'));
}
