import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem';

/** What Node reads of HTTP and a server never routes. */
const NEVER_ROUTED = ['CONNECT'];

/**
 * Answers every method that a path does not have with 405 and `allow` (RFC 9110, 15.5.6), whatever its body is. Called
 * before the routes that it is for; the returned function, after them.
 */
export function refuseOtherMethods(server: FastifyInstance): () => void {
  const methods = METHODS.filter((method) => !NEVER_ROUTED.includes(method));
  for (const method of methods) {
    if (!server.supportedMethods.includes(method)) server.addHttpMethod(method);
  }
  const ofPath = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const known = ofPath.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    ofPath.set(url, known);
  });
  return () => {
    for (const [url, known] of [...ofPath]) refuseOthers(server, url, [...known].sort(), methods);
  };
}

function refuseOthers(
  server: FastifyInstance,
  url: string,
  known: readonly string[],
  methods: readonly string[],
): void {
  const allow = known.join(', ');
  server.route({
    url,
    method: methods.filter((method) => !known.includes(method)),
    schema: { hide: true },
    // After the rate limit, and before a body is looked at.
    preParsing: async () => {
      throw new HttpProblem({
        status: 405,
        code: 'NO_SUCH_METHOD',
        detail: `This path takes ${allow} only.`,
        headers: { allow },
      });
    },
    handler: async () => undefined,
  });
}
