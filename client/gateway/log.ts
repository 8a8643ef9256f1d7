import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem';

/**
 * What the gateway logs about a request: the pattern of its route, never its path, headers or body, which may be
 * anything; the name of the caller's token; the opaque id of what it was about.
 */
export function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const { method, caller, workflowId } = request;
  const { url: route = 'none' } = request.routeOptions;
  const told = {
    method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...(caller === undefined ? {} : { caller: caller.name }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(request.problemCode === undefined ? {} : { code: request.problemCode }),
  };
  if (reply.statusCode >= 500) request.log.warn(told, 'answered');
  else request.log.info(told, 'answered');
}

/** A failure of the gateway itself: where in the code, without the message, which may repeat what was sent. */
export function logFailure(request: FastifyRequest, error: unknown): void {
  const { code } = problemOf(error).problem;
  request.problemCode = code;
  if (code !== 'FAILED') return;
  const [name, stack] = error instanceof Error ? [error.name, error.stack ?? ''] : ['unknown', ''];
  const where = stack.split('\n').filter((line) => /^\s+at /.test(line));
  request.log.error({ error: name, where: where.slice(0, 8) }, 'failed');
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that it was answered with. */
    problemCode: string | undefined;
  }
}
