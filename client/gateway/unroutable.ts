import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANSWER_HEADERS } from './answer-headers';
import { logAnswer, logFailure } from './log';
import { problemOf, tooMany } from './problem';

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

/** Answers what is no HTTP, or takes too long to arrive, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(rawProblem(STATUS_OF_ERROR[error.code ?? ''] ?? 400));
  socket.destroy(error);
}

function rawProblem(status: number): string {
  const { problem } = problemOf(Object.assign(new Error(), { statusCode: status }));
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json',
    ...Object.entries(ANSWER_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
