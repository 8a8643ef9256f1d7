import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MESSAGE_BOUNDS, readJson } from '../../inputs';
import { HttpProblem } from './problem';

/** Takes JSON bodies as the bytes that they came as: a signature is over these, and not over what they mean. */
export function takeRawJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Takes bodies of every type, and none, as they came. */
export function takeRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of a body; none where there is no body. */
export function rawBody({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/**
 * The JSON of a body.
 *
 * @throws HttpProblem 400 where there is none
 */
export function jsonBody(request: FastifyRequest): unknown {
  const bytes = rawBody(request);
  if (bytes.length === 0) throw new HttpProblem({ status: 400, code: 'NOT_JSON', detail: 'The body is empty.' });
  const read = readJson(bytes, MESSAGE_BOUNDS);
  if (read.ok) return read.value;
  throw new HttpProblem({ status: 400, code: 'NOT_JSON', detail: `The body ${read.problem}.` });
}
