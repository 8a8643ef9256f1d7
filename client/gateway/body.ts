import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type JsonBounds, MESSAGE_BOUNDS, readJson } from '../../inputs';
import { HttpProblem } from './problem';

/** Takes JSON bodies as the bytes that came: a signature is over the bytes, not over their meaning. */
export function takeRawJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Takes bodies of every type, and none, as they came. */
export function takeRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of a body; none if there is no body. */
export function rawBody({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Whether a body is compressed, by what its headers say of it or by its first bytes: such a body is not read. */
export function isCompressed(request: FastifyRequest): boolean {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  return !['', 'identity'].includes(encoding) || rawBody(request).subarray(0, GZIP.length).equals(GZIP);
}

/**
 * The JSON of a body.
 *
 * @throws HttpProblem 415 if it is compressed, 400 if there is none
 */
export function jsonBody(request: FastifyRequest, bounds: JsonBounds = MESSAGE_BOUNDS): unknown {
  const bytes = rawBody(request);
  if (bytes.length === 0) throw new HttpProblem({ status: 400, code: 'NOT_JSON', detail: 'The body is empty.' });
  if (isCompressed(request)) {
    throw new HttpProblem({
      status: 415,
      code: 'COMPRESSED',
      detail: 'The body is compressed. Send it as it is, without content-encoding.',
      headers: { 'accept-encoding': 'identity' },
    });
  }
  const read = readJson(bytes, bounds);
  if (read.ok) return read.value;
  throw new HttpProblem({ status: 400, code: 'NOT_JSON', detail: `The body ${read.problem}.` });
}
