import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../../../inputs';
import { invalidRequest } from '../../gangway-error';

/** Gives handlers the types of their route's zod schemas. */
export interface ZodTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: unknown;
}

/**
 * Reads params, headers and queries with zod, and refuses them in the same words as every input. Bodies stay bytes: the
 * facade reads them.
 */
export const readWithZod: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  if (httpPart === 'body') return (value: unknown) => ({ value });
  if (!(schema instanceof z.ZodType)) throw new TypeError('every schema of a route is a zod schema');
  return (value: unknown) => {
    const read = parseInput(schema, value);
    return read.ok ? { value: read.value } : { error: invalidRequest(read.problems) };
  };
};
