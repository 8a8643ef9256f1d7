import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { jsonAnswer, whole, type Answer, type Delivery } from './answer';
import { BodyIncomplete, BodyTooLarge, readRawBody } from './body';

/** A refusal of the control port, told as problem JSON (RFC 9457). */
export class ControlProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly fields?: Readonly<Record<string, readonly string[]>>,
  ) {
    super(message);
    this.name = 'ControlProblem';
  }
}

interface ControlCall {
  /** What stood in the place of `{…}` in the path, decoded. */
  readonly param: string;
  /** The body, parsed; undefined if there is none. */
  readonly body: unknown;
}

export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Such as `/faults/{id}`; at most one parameter, at the end. */
  readonly path: string;
  /** Returns what is answered with 200 as JSON. */
  readonly run: (call: ControlCall) => unknown;
}

const MAX_BODY_BYTES = 1_000_000;

/** Parses control input. @throws ControlProblem 400 that names every wrong field */
export function parseControl<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw new ControlProblem(400, 'the input is not valid', fieldProblems(parsed.error.issues));
}

/** Messages by field, nested names dotted; `body` stands for the whole. */
export function fieldProblems(issues: readonly z.core.$ZodIssue[]): Readonly<Record<string, readonly string[]>> {
  const problems: Record<string, string[]> = {};
  for (const issue of issues) {
    const at = issue.path.map(String).join('.') || 'body';
    (problems[at] ??= []).push(issue.message);
  }
  return problems;
}

/** The control port: routes in, JSON out, problems named. */
export function controlHandler(routes: readonly ControlRoute[]): (request: IncomingMessage) => Promise<Delivery> {
  return async (request) => {
    try {
      return whole(await answerControl(routes, request));
    } catch (error) {
      if (error instanceof BodyIncomplete) return { how: 'reset' };
      throw error;
    }
  };
}

async function answerControl(routes: readonly ControlRoute[], request: IncomingMessage): Promise<Answer> {
  try {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const found = routes.flatMap((route) => {
      const param = parameterOf(route.path, path);
      return param === undefined ? [] : [{ route, param }];
    });
    if (found.length === 0) throw new ControlProblem(404, `there is no ${path} here`);
    const chosen = found.find(({ route }) => route.method === request.method);
    if (chosen === undefined) throw new ControlProblem(405, `${path} does not take ${request.method ?? 'this'}`);
    const body = await readJson(request);
    return jsonAnswer(200, (await chosen.route.run({ param: chosen.param, body })) ?? {});
  } catch (error) {
    return problemAnswer(error);
  }
}

/** The parameter's value, '' if the path has none, undefined if the path is another. */
function parameterOf(pattern: string, path: string): string | undefined {
  const brace = pattern.indexOf('{');
  if (brace < 0) return pattern === path ? '' : undefined;
  const prefix = pattern.slice(0, brace);
  const rest = path.slice(prefix.length);
  if (!path.startsWith(prefix) || rest === '' || rest.includes('/')) return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    return undefined;
  }
}

/**
 * A body must be JSON and say so: a web page in somebody's browser cannot send that here without asking first, so it
 * cannot steer the sandbox.
 */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readRawBody(request, MAX_BODY_BYTES);
  if (request.method === 'GET') return undefined;
  if (request.method !== 'DELETE' && !/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new ControlProblem(415, 'the Content-Type must be application/json');
  }
  if (bytes.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return value;
  } catch {
    throw new ControlProblem(400, 'the body is not JSON', { body: ['is not JSON'] });
  }
}

function problemAnswer(error: unknown): Answer {
  if (error instanceof BodyTooLarge) return problem(413, error.message, undefined);
  if (error instanceof ControlProblem) return problem(error.status, error.message, error.fields);
  throw error;
}

function problem(
  status: number,
  title: string,
  fields: Readonly<Record<string, readonly string[]>> | undefined,
): Answer {
  return jsonAnswer(
    status,
    { type: 'about:blank', title, status, ...(fields === undefined ? {} : { fields }) },
    { 'content-type': 'application/problem+json' },
  );
}
