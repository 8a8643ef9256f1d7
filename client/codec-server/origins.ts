import type { FastifyReply, FastifyRequest } from 'fastify';
import { isThisMachine } from '../../inputs';
import { HttpProblem } from '../gateway/problem';

/** What pages may send: the two that the UI passes a person's tokens in, and those of its protocol. */
const HEADERS = 'authorization, authorization-extras, content-type, x-namespace';
/** Chromium remembers for no longer. */
const REMEMBERED_SECONDS = 7_200;

/**
 * Reads the origins of pages that may ask, such as https://temporal.example, each in full.
 *
 * @param problems receives what is wrong
 */
export function readOrigins(text: string, setting: string, problems: string[]): readonly string[] {
  const origins = text.split(/[\s,]+/).filter((origin) => origin !== '');
  for (const [index, origin] of origins.entries()) {
    if (!isOrigin(origin)) {
      problems.push(
        `${setting}: origin ${index + 1} must be https://host or https://host:port, without a path; http: on this machine only`,
      );
    }
  }
  return origins;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isThisMachine(hostname)));
}

/** Lets pages of these origins read what they are answered, refusals too (the Fetch standard, CORS protocol). */
export function allowOrigins(origins: readonly string[]): (request: FastifyRequest, reply: FastifyReply) => void {
  return ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin');
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-allow-credentials', 'true');
    reply.header('access-control-expose-headers', 'retry-after');
  };
}

/**
 * A page of another origin is refused before it is asked who it is: a browser would send what it knows of a person with it. What is
 * no page sends no origin.
 */
export function originProblem(
  { headers: { origin } }: FastifyRequest,
  origins: readonly string[],
): HttpProblem | undefined {
  if (origin === undefined || origins.includes(origin)) return undefined;
  return new HttpProblem({
    status: 403,
    code: 'ORIGIN_NOT_ALLOWED',
    detail: 'Pages of this origin may not ask here.',
  });
}

/** Answers a browser that asks whether a page may ask. */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: readonly string[],
): Promise<void> {
  const problem = originProblem(request, origins);
  if (problem !== undefined) throw problem;
  await reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': HEADERS,
      'access-control-max-age': String(REMEMBERED_SECONDS),
    })
    .send();
}
